package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Scalar.Kind;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a scalar means: a plain JSON number is a number, true, false and null are themselves, all else is text. */
class YamlScalarTest {
    @ParameterizedTest(name = "{0} is {1}, as JSON {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "1.10         | NUMBER  | 1.10",
            "1            | NUMBER  | 1",
            "-1           | NUMBER  | -1",
            "-0           | NUMBER  | -0",
            "0.10         | NUMBER  | 0.10",
            "1e3          | NUMBER  | 1e3",
            "1E+3         | NUMBER  | 1E+3",
            "12345678901234567890123 | NUMBER | 12345678901234567890123",
            "01           | TEXT    | \"01\"",
            "+1           | TEXT    | \"+1\"",
            ".5           | TEXT    | \".5\"",
            "5.           | TEXT    | \"5.\"",
            "1_000        | TEXT    | \"1_000\"",
            "0o17         | TEXT    | \"0o17\"",
            "0x1F         | TEXT    | \"0x1F\"",
            ".inf         | TEXT    | \".inf\"",
            ".nan         | TEXT    | \".nan\"",
            "1.2.3        | TEXT    | \"1.2.3\"",
            "12:30        | TEXT    | \"12:30\"",
            "2026-11-20   | TEXT    | \"2026-11-20\"",
            "2026-11-20T10:00:00Z | TEXT | \"2026-11-20T10:00:00Z\"",
            "on           | TEXT    | \"on\"",
            "yes          | TEXT    | \"yes\"",
            "No           | TEXT    | \"No\"",
            "y            | TEXT    | \"y\"",
            "tRUE         | TEXT    | \"tRUE\"",
            "nULL         | TEXT    | \"nULL\"",
            "<<           | TEXT    | \"<<\"",
            "true         | BOOLEAN | true",
            "True         | BOOLEAN | true",
            "TRUE         | BOOLEAN | true",
            "false        | BOOLEAN | false",
            "False        | BOOLEAN | false",
            "null         | NULL    | null",
            "Null         | NULL    | null",
            "~            | NULL    | null",
            "'1.10'       | TEXT    | \"1.10\"",
            "\"1.10\"     | TEXT    | \"1.10\"",
            "'true'       | TEXT    | \"true\"",
            "'~'          | TEXT    | \"~\"",
            "''           | TEXT    | \"\"",
            "'null'       | TEXT    | \"null\""})
    void aScalarMeansWhatIsWritten(String written, Kind kind, String json) {
        Scalar value = value("key: " + written);
        assertEquals(kind, value.kind());
        assertEquals("{\"key\":" + json + "}", json(Yaml.read("key: " + written)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.10", "1e3", "on", "yes", "0o17", "2026-11-20", "~", "True", "NULL", "-0"})
    void aPlainScalarIsWrittenTheWayItWasRead(String written) {
        assertEquals(written, value("key: " + written).text());
        assertEquals("key: " + written + "\n", Yaml.write(Yaml.read("key: " + written)));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1.10", "'1.10'", "on", "0o17", "1e3", "-0", "2026-11-20", "~", "True", "'True'", "", "''",
            "\"a\\tb\"", "0.10", "12345678901234567890123.0"})
    void whatWasWrittenSurvivesTheWayThroughYamlAndJsonAndYaml(String written) {
        Document document = Yaml.read("key: " + written + "\nafter: 1\n");
        Document throughJson = Json.read(Json.write(document));
        Document andYaml = Yaml.read(Yaml.write(throughJson));
        assertEquals(throughJson, andYaml);
        assertEquals(json(document), json(andYaml));
    }

    @Test
    void anEmptyValueIsNullAndStaysEmpty() {
        assertTrue(value("key:").isNull());
        assertEquals("key:\n", Yaml.write(Yaml.read("key:")));
        assertEquals("{\"key\":null}", json(Yaml.read("key:")));
    }

    @Test
    void aTextThatLooksLikeSomethingElseIsQuoted() {
        assertEquals("key: \"1.10\"\n", Yaml.write(Mapping.builder().put("key", "1.10").build()));
        assertEquals("key: \"~\"\n", Yaml.write(Mapping.builder().put("key", "~").build()));
        assertEquals("key: on\n", Yaml.write(Mapping.builder().put("key", "on").build()));
    }

    @Test
    void aBlockOfTextIsText() {
        assertEquals(Scalar.text("1\n"), value("key: |\n  1\n"));
        assertEquals(Scalar.text("1"), value("key: >-\n  1\n"));
        assertEquals(Scalar.text("a b\n"), value("key: >\n  a\n  b\n"));
    }

    @Test
    void keysAreTextWhateverTheyLookLike() {
        Mapping mapping = (Mapping) Yaml.read("1: a\ntrue: b\n~: c\n1.10: d\n<<: e\n'': f\n");
        assertEquals(List.of("1", "true", "~", "1.10", "<<", ""), List.copyOf(mapping.fields().keySet()));
    }

    @Test
    void anAliasIsWhatItStandsFor() {
        Mapping mapping = (Mapping) Yaml.read("a: &a {n: 1.10, t: on}\nb: *a\n&k key: *k\n");
        assertEquals(mapping.get("a"), mapping.get("b"));
        assertEquals(Scalar.text("key"), mapping.get("key"));
    }

    @Test
    void aMergeKeyIsAKeyLikeAnyOther() {
        assertEquals(Map.of("<<", Mapping.builder().put("a", 1).build()), ((Mapping) Yaml.read("<<: {a: 1}")).fields());
    }

    @Test
    void jsonIsReadAsYamlToTheSameDocument() {
        String json = "{\"a\": [1.10, true, null, \"1\", \"\\ud83d\\ude00\", \"\\u0000\"], \"b\": {}}";
        assertEquals(Json.read(json.getBytes(StandardCharsets.UTF_8)), Yaml.read(json));
    }

    private static Scalar value(String yaml) {
        return (Scalar) Objects.requireNonNull(((Mapping) Yaml.read(yaml)).get("key"));
    }

    private static String json(Document document) {
        return new String(Json.write(document), StandardCharsets.UTF_8);
    }
}
