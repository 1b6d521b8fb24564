package dev.asmp.document;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is no document is refused with its line, its column and one clear sentence. */
class MalformedTest {
    @ParameterizedTest(name = "YAML {0} at {1}:{2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "a: b: c            | 1 | 5  | mapping values are not allowed",
            "a: 1¶\tb: 2        | 2 | 1  | TAB",
            "a: [1, 2           | 1 | 9  | expected ',' or ']'",
            "a: {b: 1           | 1 | 9  | expected ',' or '}'",
            "a: 'open           | 1 | 9  | unexpected end of stream",
            "a: @x              | 1 | 4  | cannot start any token",
            "a: 1¶ b: 2         | 2 | 3  | mapping values are not allowed",
            "a: 1¶b: 2¶a: 3     | 3 | 1  | the key 'a' is written twice",
            "a: {b: 1, b: 2}    | 1 | 11 | the key 'b' is written twice",
            "1: a¶'1': b        | 2 | 1  | the key '1' is written twice",
            "a: 1¶---¶b: 2      | 2 | 1  | a second document begins here",
            "--- a¶--- b        | 2 | 1  | a second document begins here",
            "a: !!java.io.File x | 1 | 4 | tags are not allowed",
            "a: !include x.yaml | 1 | 4  | !include",
            "a: !!str 1         | 1 | 4  | !!str",
            "!!map {a: 1}       | 1 | 1  | tags are not allowed",
            "a: !!set {b}       | 1 | 4  | tags are not allowed",
            "!t a: 1            | 1 | 1  | tags are not allowed",
            "a: !!binary aGk=   | 1 | 4  | tags are not allowed",
            "a: &a [*a]         | 1 | 8  | alias *a has no anchor before it",
            "&a {b: *a}         | 1 | 8  | alias *a has no anchor before it",
            "a: *b¶b: &b 1      | 1 | 4  | alias *b has no anchor before it",
            "? [a]¶: 1          | 1 | 3  | a key must be text",
            "? {a: b}¶: 1       | 1 | 3  | a key must be text",
            "a: &a [1]¶*a : 2   | 2 | 1  | a key must be text",
            "a: \"\\x\"          | 1 | 7  | escape",
            "a: \"\\x            | 1 | 7  | escape",
            "a: \"\\UFFFFFFFF\"  | 1 | 7  | escape",
            "a: \"\\ud83d\"      | 1 | 4  | half a character",
            "a: \"\\ude00x\"     | 1 | 4  | half a character",
            "\"\\ud83d\": 1      | 1 | 1  | half a character",
            "%YAML 3.0¶---¶a: 1 | 1 | 1  | YAML 3.0 is not supported"})
    void yamlIsRefusedWithItsPlace(String yaml, int line, int column, String problem) {
        assertMalformed(() -> Yaml.read(yaml.replace('¶', '\n')), line, column, problem);
    }

    @ParameterizedTest(name = "JSON {0} at {1}:{2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "{                   | 1 | 2  | expected close marker for Object",
            "{\"a\":1¶           | 2 | 1  | expected close marker for Object",
            "[1,]                | 1 | 4  | expected a valid value",
            "[1¶ 2]              | 2 | 2  | comma",
            "{'a':1}             | 1 | 2  | double-quote",
            "{a:1}               | 1 | 2  | double-quote",
            "{\"a\":1}¶{}        | 2 | 1  | more text follows",
            "1 x                 | 1 | 3  | x",
            "{\"a\":1,¶\"a\":2}  | 2 | 1  | the key 'a' is written twice",
            "{\"a\":1,\"\\u0061\":2} | 1 | 8 | the key 'a' is written twice",
            "// no¶1             | 1 | 1  | comment",
            "01                  | 1 | 2  | Leading zeroes",
            "+1                  | 1 | 2  | +",
            "\"\\x\"             | 1 | 3  | escape",
            "[\"\\ud83d\"]       | 1 | 2  | half a character",
            "[\"\\ude00\"]       | 1 | 2  | half a character",
            "[\"\\ud83dx\"]      | 1 | 2  | half a character",
            "[1¶,\"\\ud83d\\ud83d\"] | 2 | 2 | half a character"})
    void jsonIsRefusedWithItsPlace(String json, int line, int column, String problem) {
        assertMalformed(() -> json(json.replace('¶', '\n')), line, column, problem);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"\\ud83d\":1}", "NaN", "[Infinity]", "tru", "nul", "\"open", "[1}", "]", "-", "1.", "1e",
            ".5", "{\"a\"}", "{\"a\":}", "[\"a\tb\"]", "[,1]", "{,}"})
    void jsonThatIsNoneIsRefusedWithSomePlace(String json) {
        var e = assertThrows(MalformedDocumentException.class, () -> json(json));
        assertTrue(e.line() == 1 && e.column() > 0, e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{", "[", "{\"a\":{", "[[["})
    void theMessageDoesNotSpeakOfTheParsersOwnSettings(String json) {
        var e = assertThrows(MalformedDocumentException.class, () -> json(json));
        assertFalse(e.problem().contains("Source") || e.problem().contains("Feature"), e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n\n"})
    void anEmptyTextIsNoDocument(String text) {
        assertMalformed(() -> Yaml.read(text), 1, 1, "the document is empty");
        assertMalformed(() -> json(text), 1, 1, "the document is empty");
    }

    @Test
    void aCommentAloneIsNoDocument() {
        assertMalformed(() -> Yaml.read("# nothing yet\n"), 1, 1, "the document is empty");
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedWithTheirPlace() {
        byte[] latin1 = "a: 1\nb: é\n".getBytes(ISO_8859_1);
        assertMalformed(() -> Yaml.read(latin1), 2, 4, "not UTF-8 (byte 0xE9)");
        assertMalformed(() -> Json.read("{\n\"a\":\"é\"}".getBytes(ISO_8859_1)), 2, 6, "not UTF-8 (byte 0xE9)");
        assertMalformed(() -> Yaml.read("a: 1".getBytes(UTF_16)), 1, 1, "not UTF-8");
    }

    @Test
    void aCharacterCutInTwoIsRefusedWithItsPlace() {
        byte[] cut = new byte[]{'a', ':', ' ', (byte) 0xF0, (byte) 0x9F};
        assertMalformed(() -> Yaml.read(cut), 1, 4, "not UTF-8 (byte 0xF0)");
        byte[] surrogate = new byte[]{'"', (byte) 0xED, (byte) 0xA0, (byte) 0x80, '"'};
        assertMalformed(() -> Json.read(surrogate), 1, 2, "not UTF-8 (byte 0xED)");
        byte[] overlong = new byte[]{'"', (byte) 0xC0, (byte) 0xAF, '"'};
        assertMalformed(() -> Json.read(overlong), 1, 2, "not UTF-8 (byte 0xC0)");
    }

    @Test
    void columnsAreCountedInCharacters() {
        assertMalformed(() -> Yaml.read("é: 1".concat("\né: [é, \u0001]")), 2, 8, "U+0001 is not allowed");
        byte[] broken = "é: ?".getBytes(UTF_8);
        broken[4] = (byte) 0xFF;
        assertMalformed(() -> Yaml.read(broken), 1, 4, "not UTF-8 (byte 0xFF)");
    }

    @Test
    void aControlCharacterIsRefusedWithItsPlace() {
        assertMalformed(() -> Yaml.read("a: 1\nb: x\u0001\n"), 2, 5, "U+0001 is not allowed in YAML");
        assertMalformed(() -> Yaml.read("\u0000"), 1, 1, "U+0000 is not allowed in YAML");
        assertMalformed(() -> Yaml.read("a: 😀\u0007"), 1, 5, "U+0007 is not allowed in YAML");
    }

    @Test
    void aByteOrderMarkIsPassedBy() {
        assertEquals(Yaml.read("a: 1"), Yaml.read("\uFEFFa: 1".getBytes(UTF_8)));
        assertEquals(json("{}"), json("\uFEFF{}"));
    }

    @Test
    void aDirectiveForThisYamlIsPassedBy() {
        assertEquals(Yaml.read("a: 1"), Yaml.read("%YAML 1.2\n---\na: 1\n...\n"));
    }

    @Test
    void theMessageIsOneLineThatBeginsWithThePlace() {
        var e = assertThrows(MalformedDocumentException.class, () -> Yaml.read("a: [1,\n\n"));
        assertTrue(String.valueOf(e.getMessage()).matches("line \\d+, column \\d+: [^\\n]+"), e::getMessage);
        assertEquals("too large", new MalformedDocumentException("too large", 0, 0).getMessage());
    }

    private static Document json(String text) {
        return Json.read(text.getBytes(UTF_8));
    }

    private static void assertMalformed(Runnable read, int line, int column, String problem) {
        var e = assertThrows(MalformedDocumentException.class, read::run);
        assertTrue(e.problem().contains(problem), e::getMessage);
        assertEquals(line + ":" + column, e.line() + ":" + e.column(), e::getMessage);
    }

    @Test
    void aMessageQuotesNoControlCharacter() {
        MalformedDocumentException e = assertThrows(MalformedDocumentException.class,
                () -> Json.read("f\0\u001b\u0085\u2028\"".getBytes(UTF_8)));
        assertTrue(String.valueOf(e.getMessage()).contains("'f\\u0000\\u001B"), e.problem());
        assertFalse(e.problem().chars().anyMatch(Character::isISOControl), e.problem());
    }
}
