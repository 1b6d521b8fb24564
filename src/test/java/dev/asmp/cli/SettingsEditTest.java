package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of other programs: one entry is added, everything else stays as it is, to the character. */
class SettingsEditTest {
    private static final Mapping ENTRY = Mapping.builder().put("command", "asmp")
            .put("args", new Sequence(List.of(Scalar.text("mcp")))).build();

    @TempDir
    private Path folder;

    private static @Nullable String put(String text) {
        return JsonLayout.put(text, "servers", "asmp", ENTRY);
    }

    @Test
    void anEmptyFileBecomesAWholeOne() {
        String expected = """
                {
                  "servers": {
                    "asmp": {
                      "command": "asmp",
                      "args": [
                        "mcp"
                      ]
                    }
                  }
                }
                """;
        assertEquals(expected, put(""));
        assertEquals(expected, put(" \n"));
        assertEquals(expected, put(expected));
        assertEquals(expected.strip(), put("{}"));
    }

    @Test
    void theIndentationTheOrderAndTheDigitsStayAsTheyAre() {
        assertEquals("""
                {
                \t"theme": "dark",
                \t"n": 1.10,
                \t"servers": {
                \t\t"asmp": {
                \t\t\t"command": "asmp",
                \t\t\t"args": ["mcp"]
                \t\t},
                \t\t"other": {
                \t\t\t"args": ["-y", "x{,}\\"//"],
                \t\t\t"env": {}
                \t\t}
                \t},
                \t"z": []
                }""", put("""
                {
                \t"theme": "dark",
                \t"n": 1.10,
                \t"servers": {
                \t\t"asmp": {
                \t\t\t"url": "old"
                \t\t},
                \t\t"other": {
                \t\t\t"args": ["-y", "x{,}\\"//"],
                \t\t\t"env": {}
                \t\t}
                \t},
                \t"z": []
                }"""));
    }

    /** Comments, several members on a line, escapes that we would write otherwise, Windows line ends, and no JSON at all. */
    @ParameterizedTest
    @ValueSource(strings = {"{\n  // c\n  \"a\": 1\n}", "{\n  \"a\": 1, \"b\": 2\n}", "{\"a\": {}}",
            "{\n  \"a\": 1,\n}",
            "{\n  \"a\": \"\\u007b\"\n}", "{\r\n  \"a\": 1\r\n}", "{\n    \"a\": {\n      \"b\": 1\n    }\n}",
            "{\n  \"a\":1\n}", "\uFEFF{}", "{ }", "[]", "1", "{'a': 1}", "{\"a\": 1}}", "{\"a\": {", "{/*",
            "{\n  \"servers\": []\n}", "{\n  \"a\": 1,\n  \"a\": 2\n}"})
    void whatCannotBeWrittenAgainCharacterByCharacterIsNotTouched(String text) {
        assertNull(put(text));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "claude|false|claude mcp add --env ASMP_HOME=/srv/a b --transport stdio --scope user asmp -- /opt/asmp mcp",
            "claude|true|claude mcp add --transport http --scope user asmp http://127.0.0.1:7700/mcp",
            "codex|false|codex mcp add asmp --env ASMP_HOME=/srv/a b -- /opt/asmp mcp",
            "codex|true|codex mcp add asmp --url http://127.0.0.1:7700/mcp",
            "vscode|false|code --add-mcp {\"name\":\"asmp\",\"type\":\"stdio\",\"command\":\"/opt/asmp\",\"args\":[\"mcp\"],"
                    + "\"env\":{\"ASMP_HOME\":\"/srv/a b\"}}",
            "vscode|true|code --add-mcp {\"name\":\"asmp\",\"type\":\"http\",\"url\":\"http://127.0.0.1:7700/mcp\"}",
            "cursor|false|''"})
    void aClientIsToldByItsOwnCommand(String client, boolean http, String command) {
        Environment environment = new Environment(Map.of("ASMP_HOME", "/srv/a b"), folder.getFileSystem());
        McpClient known = Objects.requireNonNull(McpClient.of(client));
        Mapping entry = known.entry(http, "/opt/asmp", "http://127.0.0.1:7700", environment);
        assertEquals(command, String.join(" ", known.addCommand(entry)));
    }

    @Test
    void whatTheClientWroteItselfCountsAsSetUp() {
        String claude = "{\"mcpServers\": {\"asmp\": {\"type\": \"x\", \"command\": \"asmp\", \"env\": {}}}}";
        Mapping entry = Mapping.builder().put("type", "x").put("command", "asmp").build();
        assertTrue(McpClient.CLAUDE.isSet(claude, entry));
        assertFalse(McpClient.CLAUDE.isSet(claude.replace("\"x\"", "\"y\""), entry));
        assertFalse(McpClient.CLAUDE.isSet("{broken", entry));
        String codex = "# [mcp_servers.asmp]\n[ mcp_servers . \"asmp\" ]\ncommand = \"asmp\"\n";
        assertTrue(McpClient.CODEX.isSet(codex, entry));
        assertFalse(McpClient.CODEX.isNamed("# [mcp_servers.asmp]\n[mcp_servers.asmp2]\n"));
        assertEquals("[mcp_servers.asmp]\ntype = \"x\"\ncommand = \"asmp\"", McpClient.CODEX.snippet(entry));
    }

    @Test
    void theOldFileIsKeptBesideTheNewOne() throws IOException {
        Path real = Files.writeString(folder.resolve("real.json"), "old");
        Files.setPosixFilePermissions(real, PosixFilePermissions.fromString("rw-r-----"));
        Path link = Files.createSymbolicLink(folder.resolve("settings.json"), real);
        Path first = Objects.requireNonNull(SettingsFile.read(link).replaceBy("new"));
        Path second = Objects.requireNonNull(SettingsFile.read(link).replaceBy("newer"));
        assertEquals(List.of("old", "new", "newer"),
                List.of(Files.readString(first), Files.readString(second), Files.readString(real)));
        assertTrue(Files.isSymbolicLink(link));
        assertEquals("rw-r-----", PosixFilePermissions.toString(Files.getPosixFilePermissions(real)));
        assertEquals(4, Objects.requireNonNull(folder.toFile().list()).length);
    }

    @Test
    void aFileThatAnotherProgramChangedMeanwhileIsLeftAlone() throws IOException {
        Path path = Files.writeString(folder.resolve("s.json"), "old");
        SettingsFile file = SettingsFile.read(path);
        Files.writeString(path, "theirs");
        assertThrows(CommandFailure.class, () -> file.replaceBy("ours"));
        assertEquals("theirs", Files.readString(path));
    }

    @Test
    void aNewFileIsForItsOwnerOnly() throws IOException {
        Path path = folder.resolve("new/s.json");
        SettingsFile.read(path).replaceBy("x");
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
    }
}
