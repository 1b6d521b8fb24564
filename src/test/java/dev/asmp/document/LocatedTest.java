package dev.asmp.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Every node of a document can be found again in the text it was read from. */
class LocatedTest {
    private static final String YAML = """
            # a comment
            asmp: "0.1"
            name:
            capabilities:
              provides:
                - email.send
                -   email.search
              owns: [a, {b: c}]
            endpoints:
              - {protocol: http, port: 7100}
              - protocol: tcp
                port: 7200
            description: >
              folded
            copy: &c {x: 1}
            again: *c
            "quoted key": 'v'
            """;

    @ParameterizedTest(name = "{0} is at {1}:{2}")
    @CsvSource({"'', 2, 1", "asmp, 2, 7", "name, 3, 6", "capabilities, 5, 3", "capabilities.provides, 6, 5",
            "capabilities.provides[0], 6, 7", "capabilities.provides[1], 7, 9", "capabilities.owns, 8, 9",
            "capabilities.owns[0], 8, 10", "capabilities.owns[1].b, 8, 17", "endpoints, 10, 3", "endpoints[0], 10, 5",
            "endpoints[0].port, 10, 28", "endpoints[1], 11, 5", "endpoints[1].port, 12, 11", "description, 13, 14",
            "copy.x, 15, 14", "again, 16, 8", "quoted key, 17, 15"})
    void aValueStandsWhereItBegins(String path, int line, int column) {
        assertEquals(new Located.Place(line, column), Yaml.locate(YAML.getBytes(UTF_8)).place(path));
    }

    @ParameterizedTest(name = "{0} is looked for at {1}:{2}")
    @CsvSource({"kind, 2, 1", "capabilities.requires, 4, 1", "capabilities.provides[2], 5, 3",
            "endpoints[7].port, 9, 1",
            "endpoints[1].path, 11, 5", "name.first, 3, 1", "asmp[0], 2, 1", "again.x, 16, 1", "file name, 2, 1"})
    void whatIsMissingIsLookedForAtTheKeyOfItsParent(String path, int line, int column) {
        assertEquals(new Located.Place(line, column), Yaml.locate(YAML.getBytes(UTF_8)).place(path));
    }

    @ParameterizedTest(name = "{0} is at {1}:{2}")
    @CsvSource({"'', 1, 1", "name, 2, 11", "kind, 1, 1", "a, 3, 8", "a[0], 3, 9", "a[1].b, 4, 16", "a[1].c, 4, 10",
            "a[2], 3, 3"})
    void jsonHasPlacesToo(String path, int line, int column) {
        String json = """
                {
                  "name": "mail",
                  "a": [1,
                         {"b": null}]
                }""";
        Located located = Json.locate(json.getBytes(UTF_8));
        assertEquals(new Located.Place(line, column), located.place(path));
        assertEquals(Json.read(json.getBytes(UTF_8)), located.document());
    }

    @Test
    void aKeyWithADotIsNotTakenForAPath() {
        Located located = Yaml.locate("a.b: 1\na:\n  b: 2\n".getBytes(UTF_8));
        assertEquals(new Located.Place(3, 6), located.place("a.b"));
    }

    @Test
    void aByteOrderMarkTakesNoPlace() {
        assertEquals(new Located.Place(1, 4), Yaml.locate("\uFEFFa: 1".getBytes(UTF_8)).place("a"));
    }

    @Test
    void anAliasedKeyIsPassedBy() {
        Located located = Yaml.locate("a: &k key\n*k : 1\nb: 2\n".getBytes(UTF_8));
        assertEquals(new Located.Place(3, 4), located.place("b"));
    }

    @Test
    void whatIsMalformedIsRefusedAsEver() {
        assertThrows(MalformedDocumentException.class, () -> Yaml.locate("a: [".getBytes(UTF_8)));
        assertThrows(MalformedDocumentException.class, () -> Json.locate("{".getBytes(UTF_8)));
    }

    /** Deep and wide at once: the places must not multiply each path by all that it leads to. */
    @Test
    void aLargeDocumentIsLocatedInLittleMemory() {
        String key = "k".repeat(1000);
        String yaml = ("{" + key + ": ").repeat(90) + "[" + "1,".repeat(50_000) + "1]" + "}".repeat(90);
        Located located = Yaml.locate(yaml.getBytes(UTF_8));
        String path = (key + ".").repeat(89) + key;
        assertEquals(1, located.place(path + "[50000]").line());
    }
}
