package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Settings of other programs: one thing is put in, everything else stays as it is, to the character. */
class SettingsEditTest {
    private static final Mapping ENTRY = Mapping.builder().put("command", "asmp")
            .put("args", new Sequence(List.of(Scalar.text("mcp")))).build();

    @TempDir
    private Path folder;

    private static String put(String text) {
        return JsonEdit.put(text, "servers", "asmp", ENTRY);
    }

    @Test
    void anEmptyFileBecomesAWholeOne() {
        String expected = """
                {
                  "servers": {
                    "asmp": {
                      "command": "asmp",
                      "args": ["mcp"]
                    }
                  }
                }
                """;
        assertEquals(expected, put(""));
        assertEquals(expected, put(" \n"));
        assertEquals(expected, put(expected));
    }

    @Test
    void whatIsThereStaysAsItIs() {
        assertEquals("""
                {
                \t// mine
                \t"theme": "dark", "n": 1.10,
                \t"servers": {
                \t\t"other": { "command": "x{,}\\"//" }, /* kept */
                \t\t"asmp": {
                \t\t\t"command": "asmp",
                \t\t\t"args": ["mcp"]
                \t\t}
                \t},
                \t"z": [1, {"a": []}, null]
                }
                """.replace("}, /* kept */\n", "},\n").replace("\t\t}\n\t},", "\t\t} /* kept */\n\t},"), put("""
                {
                \t// mine
                \t"theme": "dark", "n": 1.10,
                \t"servers": {
                \t\t"other": { "command": "x{,}\\"//" } /* kept */
                \t},
                \t"z": [1, {"a": []}, null]
                }
                """));
    }

    @Test
    void anOlderEntryIsReplacedInItsPlace() {
        assertEquals("""
                {"servers": {"asmp": {
                      "command": "asmp",
                      "args": ["mcp"]
                    }, "b": {}}}""", put("{\"servers\": {\"asmp\": {\"url\": \"x\", \"more\": [{}]}, \"b\": {}}}"));
        String same = "{\"servers\": {\"asmp\": {\"args\": [\"mcp\"],   \"command\": \"asmp\"}}}";
        assertEquals(same, put(same));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"servers\": {}}", "{\"servers\": {\n}, }", "{\"a\": 1,}", "{\"servers\": {\"a\": {},},}",
            "{ // c\n}", "{\"servers\": { /* c */ }}", "\uFEFF{}", "{\"a\": \"\\u007b\", \"b\": true}",
            "{\"servers\": {\"a\": {} // c\n}}"})
    void whateverTheStyleTheEntryIsInAndASecondTimeChangesNothing(String text) {
        String changed = put(text);
        assertEquals(changed, put(changed));
        assertTrue(changed.contains("\"command\": \"asmp\""), changed);
        for (String comment : List.of("// c", "/* c */")) {
            assertEquals(text.contains(comment), changed.contains(comment), changed);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"[]|line 1: an object was expected", "{'a': 1}|line 1: a key in quotes",
            "{\"a\" 1}|line 1: a colon", "{\"a\": 1 \"b\": 2}|line 1: a comma",
            "{\"servers\": []}|\"servers\" is no object",
            "{\"a\": 1}}|more follows", "{\"a\": {|it ends too early", "{\"a\": \"x|it ends too early", "{/*|no end",
            "{\"a\": @}|'@' was not expected"})
    void whatIsNotUnderstoodIsNotTouched(String text, String said) {
        String message = String.valueOf(
                assertThrows(JsonEdit.NotEditable.class, () -> put(text)).getMessage());
        assertTrue(message.contains(said), message);
    }

    private static String toml(String text) {
        return TomlEdit.put(text, "mcp_servers", "asmp", ENTRY);
    }

    private static final String TABLE = "[mcp_servers.asmp]\ncommand = \"asmp\"\nargs = [\"mcp\"]\n";

    @Test
    void aTableIsAppended() {
        assertEquals(TABLE, toml(""));
        assertEquals("model = \"x\"\n\n" + TABLE, toml("model = \"x\"\n"));
        assertEquals("model = \"x\"\n\n" + TABLE, toml("model = \"x\""));
        assertEquals(TABLE, toml(TABLE));
    }

    @Test
    void aTableIsReplacedWithWhatIsBelowIt() {
        String before = "# mine\nmodel = \"x\" # [mcp_servers.asmp]\n\n";
        String after = "\n# about the next\n[mcp_servers.other]\nargs = [\n  [\"a\"]\n]\n[[list]]\nx = 1\n";
        assertEquals(before + TABLE + after, toml(before + "[ mcp_servers . \"asmp\" ] # old\nurl = \"x\"\n"
                + "[mcp_servers.asmp.env]\nA = \"1\"\n" + after));
        assertEquals(before + TABLE + after, toml(before + TABLE + after));
    }

    @Test
    void whatLooksLikeATableInATextIsNone() {
        String text = "a = \"\"\"\n[mcp_servers.asmp]\n\"\"\"\nb = '''\n[mcp_servers.asmp]\n'''\nc = [\n[\"x\"]\n]\n";
        assertEquals(text + "\n" + TABLE, toml(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"mcp_servers = {}", "mcp_servers.asmp = { command = \"x\" }", "[mcp_servers]\nasmp = {}",
            "[mcp_servers]\nasmp.command = \"x\"", "mcp_servers.\"asmp\".url = \"x\""})
    void aTableInAnotherFormIsNotTouched(String text) {
        assertThrows(JsonEdit.NotEditable.class, () -> toml(text));
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
    void aFileThatSomebodyElseChangedMeanwhileIsLeftAlone() throws IOException {
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
