package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

    @ParameterizedTest
    @CsvSource({"claude, .claude/settings.json", "codex, .codex/hooks.json"})
    void hooksStandBesideThoseOfOthersAndAreTakenOutAgain(String client, String file) throws IOException {
        String before = """
                {
                  "hooks": {
                    "UserPromptSubmit": [
                      {
                        "hooks": [
                          {
                            "type": "command",
                            "command": "other"
                          }
                        ]
                      }
                    ]
                  },
                  "more": 1
                }
                """;
        Path settings = folder.resolve(file);
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, before);
        assertTrue(asmp().run("mcp", "install", client, "--hooks").out().contains(settings + ":"));
        assertEquals(before, Files.readString(settings));
        Asmp.Run run = asmp().run("mcp", "install", client, "--hooks", "--write");
        assertEquals(0, run.status(), run.err());
        String after = Files.readString(settings);
        for (String event : List.of("SessionStart", "UserPromptSubmit", "SubagentStart")) {
            assertTrue(after.contains("\"" + event + "\": ["), after);
        }
        assertEquals(3, after.split(" ambient --hook", -1).length - 1, after);
        assertTrue(after.contains("\"command\": \"other\"") && after.contains("ASMP_HOME="), after);
        assertTrue(asmp().run("mcp", "install", client, "--hooks", "--write").out().contains("already"));
        assertEquals(after, Files.readString(settings));
        assertEquals(0, asmp().run("mcp", "install", client, "--hooks", "--remove").status());
        assertEquals(before, Files.readString(settings));
    }

    @Test
    void hooksOfAnOddFileAreShownAndOthersHaveNone() throws IOException {
        Path settings = folder.resolve(".claude/settings.json");
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, "{ // mine\n}");
        Asmp.Run odd = asmp().run("mcp", "install", "claude", "--hooks", "--write");
        assertEquals(1, odd.status());
        assertTrue(odd.out().contains("ambient --hook") && odd.err().contains("nothing was changed"), odd.err());
        assertEquals("{ // mine\n}", Files.readString(settings));
        assertEquals(1, asmp().run("mcp", "install", "codex", "--hooks", "--write").status());
        assertFalse(Files.exists(folder.resolve(".codex")));
        assertEquals(0, asmp().run("mcp", "install", "codex", "--hooks", "--write", "--force").status());
        assertEquals(2, asmp().run("mcp", "install", "cursor", "--hooks").status());
        assertEquals(2, asmp().run("mcp", "install", "--hooks").status());
    }

    @Test
    void windsurfAndAFolderAreClientsToo() throws IOException {
        assertEquals(0, asmp().run("mcp", "install", "windsurf", "--write", "--force").status());
        String settings = Files.readString(folder.resolve(".codeium/windsurf/mcp_config.json"));
        assertTrue(settings.contains("\"mcpServers\"") && settings.contains("\"mcp\""), settings);
        assertTrue(asmp().run("mcp", "install", "windsurf", "--http").out().contains("\"serverUrl\""));
        Asmp.Run project = asmp().run("mcp", "install", "project");
        assertTrue(project.out().startsWith("this folder, in " + Path.of(".mcp.json").toAbsolutePath()), project.out());
        assertFalse(project.out().contains("ASMP_HOME"), project.out());
    }

    @Test
    void whatAnotherSetUpCallsItIsShown() throws IOException {
        Path settings = folder.resolve(".cursor/mcp.json");
        Files.createDirectories(settings.getParent());
        Files.writeString(settings, "{\"mcpServers\": {\"asmp-registry\": {\"command\": \"x\"}}}");
        assertTrue(asmp().run("mcp", "install").out().contains("as asmp-registry"));
    }
}
