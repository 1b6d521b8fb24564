package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients are set up when they are here, and left as they were found when asmp is taken out again. */
class McpInstallTest {
    @TempDir
    private Path folder;

    private Asmp asmp() {
        return new Asmp(folder).with("PATH", folder.resolve("bin").toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"cursor", "vscode", "claude"})
    void aClientThatIsAbsentIsSetUpOnlyWhenForced(String client) {
        Asmp.Run run = asmp().run("mcp", "install", client, "--write");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("is not installed here") && run.err().contains("--force"), run.err());
        assertFalse(Files.exists(folder.resolve(".cursor")) || Files.exists(folder.resolve(".claude.json")));
        assertEquals(0, asmp().run("mcp", "install", client, "--write", "--force").status());
    }

    @Test
    void whatWasAddedIsTakenOutAgain() throws IOException {
        String before = """
                {
                  "mcpServers": {
                    "other": {
                      "command": "x"
                    }
                  }
                }
                """;
        Path settings = folder.resolve(".cursor/mcp.json");
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, before);
        assertEquals(0, asmp().run("mcp", "install", "cursor", "--write").status());
        assertTrue(Files.readString(settings).contains("asmp"));
        Asmp.Run removed = asmp().run("mcp", "install", "cursor", "--remove");
        assertEquals(0, removed.status(), removed.err());
        assertTrue(removed.out().startsWith("asmp is removed from " + settings), removed.out());
        assertEquals(before, Files.readString(settings));
        assertTrue(asmp().run("mcp", "install", "cursor", "--remove").out().startsWith("asmp is not set up in "));
    }

    @Test
    void settingsThatCannotBeWrittenAgainAreLeftAlone() throws IOException {
        Path settings = folder.resolve(".cursor/mcp.json");
        Files.createDirectories(settings.getParent());
        String odd = "{\"mcpServers\":   {\"asmp\": {\"command\": \"asmp\"}}}";
        Files.writeString(settings, odd);
        assertEquals(1, asmp().run("mcp", "install", "cursor", "--remove").status());
        assertEquals(odd, Files.readString(settings));
    }

    @Test
    void theClientsOwnCommandTakesItOut() throws IOException {
        Path codex = folder.resolve("bin/codex");
        Files.createDirectories(codex.getParent());
        Files.writeString(codex, "#!/bin/sh\necho \"$@\" > '" + folder.resolve("called") + "'\n");
        assertTrue(codex.toFile().setExecutable(true));
        Files.createDirectories(folder.resolve(".codex"));
        Files.writeString(folder.resolve(".codex/config.toml"), "[mcp_servers.asmp]\ncommand = \"asmp\"\n");
        assertEquals(0, asmp().run("mcp", "install", "codex", "--remove").status());
        assertEquals("mcp remove asmp\n", Files.readString(folder.resolve("called")));
    }
}
