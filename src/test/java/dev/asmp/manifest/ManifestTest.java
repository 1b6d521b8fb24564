package dev.asmp.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Document;
import dev.asmp.document.Limits;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Yaml;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes a manifest valid, what is wrong with one that is not, and what is taken out of one that is. */
class ManifestTest {
    private static final String GOOD = """
            asmp: "0.1"
            kind: service
            name: mail
            description: Sends mail
            capabilities:
              provides: [email.send]
            """;

    @Test
    void aGoodManifestIsTakenAsItIs() {
        Manifest manifest = manifest(GOOD);
        assertEquals(Yaml.read(GOOD), manifest.document());
        assertEquals("mail", manifest.name());
        assertEquals("service", manifest.kind());
        assertEquals("Sends mail", manifest.description());
        assertEquals(List.of("email.send"), manifest.provides());
        assertEquals(List.of(), manifest.warnings());
    }

    @ParameterizedTest(name = "{0}: {1} is a problem with {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "asmp         |                     | asmp                     | is required",
            "asmp         | asmp:               | asmp                     | must not be empty",
            "asmp         | asmp: '0.2'         | asmp                     | version '0.2' is not supported",
            "asmp         | asmp: 1             | asmp                     | version '1' is not supported",
            "asmp         | asmp: 0.10          | asmp                     | version '0.10' is not supported",
            "asmp         | asmp: [0.1]         | asmp                     | must be text, but is a list",
            "kind         |                     | kind                     | is required",
            "kind         | kind: ''            | kind                     | must not be empty",
            "kind         | kind: ' '           | kind                     | must not be empty",
            "kind         | kind: ~             | kind                     | must not be empty",
            "kind         | kind: 5             | kind                     | but is a number",
            "kind         | kind: true          | kind                     | but is true or false",
            "kind         | kind: {a: b}        | kind                     | must be text, but is a mapping",
            "name         |                     | name                     | is required",
            "name         | name:               | name                     | must not be empty",
            "name         | name: ''            | name                     | must not be empty",
            "name         | name: '  '          | name                     | must not be empty",
            "name         | name: a/b           | name                     | 'a/b' is not allowed",
            "name         | name: ..            | name                     | '..' is not allowed",
            "name         | name: ../x          | name                     | '../x' is not allowed",
            "name         | name: .hidden       | name                     | '.hidden' is not allowed",
            "name         | name: a b           | name                     | 'a b' is not allowed",
            "name         | name: -a            | name                     | '-a' is not allowed",
            "name         | name: é             | name                     | 'é' is not allowed",
            "name         | name: \"a\\0b\"     | name                     | 'a\\u0000b' is not allowed",
            "name         | name: \"a\\n\"      | name                     | 'a\\u000A' is not allowed",
            "name         | name: \"\\e[31m\"   | name                     | '\\u001B[31m' is not allowed",
            "name         | name: [a]           | name                     | must be text, but is a list",
            "name         | name: {a: b}        | name                     | must be text, but is a mapping",
            "capabilities |                     | capabilities.provides    | is required",
            "capabilities | capabilities: [a.b] | capabilities             | but is a list",
            "capabilities | capabilities: a.b   | capabilities             | but is text",
            "capabilities | capabilities:       | capabilities             | but is null",
            "capabilities | capabilities: {}    | capabilities.provides    | but is missing",
            "capabilities | capabilities: {provides: a.b}    | capabilities.provides | but is text",
            "capabilities | capabilities: {provides: }       | capabilities.provides | but is null",
            "capabilities | capabilities: {provides: {a: b}} | capabilities.provides | but is a mapping",
            "capabilities | capabilities: {provides: []}     | capabilities.provides | at least one",
            "capabilities | capabilities: {provides: [1]}    | capabilities.provides[0] | must be text",
            "capabilities | capabilities: {provides: [a, 1.10]} | capabilities.provides[1] | but is a number",
            "capabilities | capabilities: {provides: [a, ~]}    | capabilities.provides[1] | but is null",
            "capabilities | capabilities: {provides: [a, true]} | capabilities.provides[1] | but is true or false",
            "capabilities | capabilities: {provides: [[a]]}     | capabilities.provides[0] | but is a list",
            "capabilities | capabilities: {provides: ['', a]}   | capabilities.provides[0] | must not be empty",
            "capabilities | capabilities: {provides: [a, ' ']}  | capabilities.provides[1] | must not be empty"})
    void aBadFieldIsNamed(String replaced, String line, String field, String message) {
        Mapping good = (Mapping) Yaml.read(GOOD);
        Mapping bad = line == null ? good.without(List.of(replaced)) : with(good, (Mapping) Yaml.read(line));
        List<Problem> problems = assertThrows(InvalidDocumentException.class, () -> Manifest.of(bad)).problems();
        assertEquals(List.of(field), problems.stream().map(Problem::field).toList(), problems::toString);
        assertTrue(problems.get(0).message().contains(message), problems::toString);
    }

    @Test
    void allProblemsAreToldAtOnce() {
        var e = assertThrows(InvalidDocumentException.class, () -> Manifest.of(Yaml.read("""
                asmp: "9"
                name: a/b
                capabilities: {provides: [1, ok, '']}
                """)));
        assertEquals(List.of("asmp", "kind", "name", "capabilities.provides[0]", "capabilities.provides[2]"),
                e.problems().stream().map(Problem::field).toList());
        assertEquals(Problem.describe(e.problems()), e.getMessage());
        assertTrue(String.valueOf(e.getMessage()).contains("kind: is required; name: 'a/b' is not allowed"),
                e::getMessage);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a]", "text", "5", "~", "true"})
    void whatIsNoMappingIsNoManifest(String yaml) {
        var e = assertThrows(InvalidDocumentException.class, () -> Manifest.of(Yaml.read(yaml)));
        assertEquals("a manifest is a mapping of keys, but this is " + Yaml.read(yaml).kindName(), e.getMessage());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 127, 128})
    void aNameMayHave128Characters(int length) {
        assertEquals("n".repeat(length), manifest(GOOD.replace("mail\n", "n".repeat(length) + "\n")).name());
    }

    @Test
    void aNameOf129CharactersIsTooLong() {
        var e = assertThrows(InvalidDocumentException.class,
                () -> manifest(GOOD.replace("mail\n", "n".repeat(129) + "\n")));
        assertEquals("name: is 129 characters long; at most 128 are allowed", e.getMessage());
    }

    @Test
    void whatIsTextByContractIsTextAsItWasWritten() {
        Mapping document = manifest("""
                asmp: 0.1
                kind: service
                name: 1.10
                version: 1.10
                description: 2026
                capabilities:
                  provides: [on, 0o17, '1.10']
                  requires: [1.10, true]
                  owns: [1e3]
                port: 1.10
                """).document();
        assertEquals(Scalar.text("0.1"), document.get("asmp"));
        assertEquals(Scalar.text("1.10"), document.get("name"));
        assertEquals(Scalar.text("1.10"), document.get("version"));
        assertEquals(Scalar.text("2026"), document.get("description"));
        assertEquals(Yaml.read("[on, 0o17, '1.10']"), document.mapping("capabilities").get("provides"));
        assertEquals(Yaml.read("['1.10', 'true']"), document.mapping("capabilities").get("requires"));
        assertEquals(Yaml.read("['1e3']"), document.mapping("capabilities").get("owns"));
        assertEquals(Yaml.read("1.10"), document.get("port"));
    }

    @Test
    void theRegistrysOwnKeysAreTakenOff() {
        Manifest posted = manifest(GOOD + """
                source: /elsewhere/asmp.yaml
                last_seen: never
                generation: [bad]
                sync: {}
                status: stale
                host: other
                x-asmp: {format: 99}
                """);
        assertEquals(manifest(GOOD), posted);
        assertEquals(manifest(GOOD).hashCode(), posted.hashCode());
    }

    @Test
    void unknownKeysAreKeptInTheirPlace() {
        String yaml = "zebra: {b: 1.10, a: [~, yes]}\n" + GOOD + "apple: 0o17\n";
        assertEquals(List.of("zebra", "asmp", "kind", "name", "description", "capabilities", "apple"),
                List.copyOf(manifest(yaml).document().fields().keySet()));
        assertEquals(Yaml.read(yaml), manifest(yaml).document());
    }

    @Test
    void capabilitiesAreGivenOnceInTheirOwnOrder() {
        assertEquals(List.of("b", "a"), manifest(GOOD.replace("email.send", "b, a, b")).provides());
    }

    @Test
    void aliasesAreFoundInBothPlaces() {
        assertEquals(List.of("x", "y", "z"),
                manifest(GOOD + "  aliases: [y, z]\naliases: [x, y]\n").aliases());
        assertEquals(List.of("x"), manifest(GOOD + "aliases: x\n").aliases());
    }

    @Test
    void whatIsSaidInSeveralPlacesIsFoundWhereItStands() {
        assertNull(manifest(GOOD).section());
        assertNull(manifest(GOOD).repo());
        assertEquals("tools", manifest(GOOD + "display: {section: tools}").section());
        assertEquals("top", manifest(GOOD + "section: top\ndisplay: {section: tools}").section());
        assertEquals("r", manifest(GOOD + "infra: {repo: r, github: g}").repo());
        assertEquals("g", manifest(GOOD + "infra: {github: g}").repo());
        assertEquals("t", manifest(GOOD + "repo: t\ninfra: {repo: r}").repo());
        assertEquals(1, manifest(GOOD + "endpoints: [{port: 1}]").endpoints().items().size());
        assertEquals(0, manifest(GOOD + "endpoints: none").endpoints().items().size());
    }

    @ParameterizedTest(name = "{0} is worth a warning about {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {"description:       | description",
            "description: ' '   | description", "description: [a]   | description", "kind: robot        | kind"})
    void whatIsPoorIsAWarning(String line, String field) {
        Manifest manifest = Manifest.of(with((Mapping) Yaml.read(GOOD), (Mapping) Yaml.read(line)));
        assertEquals(List.of(field), manifest.warnings().stream().map(Problem::field).toList());
    }

    @ParameterizedTest
    @ValueSource(strings = {"service", "tool", "mcp-server", "ai-model"})
    void theKnownKindsAreNoWarning(String kind) {
        assertEquals(List.of(), manifest(GOOD.replace("kind: service", "kind: " + kind)).warnings());
    }

    @Test
    void aManifestMayHave256KibibytesAndNotOneMore() {
        String padding = "#".repeat(Limits.MANIFEST_BYTES - GOOD.length());
        assertEquals("mail", manifest(GOOD + padding).name());
        var e = assertThrows(MalformedDocumentException.class, () -> manifest(GOOD + padding + "#"));
        assertEquals("the manifest has 262145 bytes; at most 262144 are allowed", e.getMessage());
    }

    @Test
    void twoManifestsAreEqualWhenTheySayTheSame() {
        assertEquals(manifest(GOOD), manifest("# comment\n" + GOOD));
        assertNotEquals(manifest(GOOD), manifest(GOOD + "version: 1"));
    }

    private static Manifest manifest(String yaml) {
        return Manifest.read(yaml.getBytes(UTF_8));
    }

    private static Mapping with(Mapping mapping, Mapping changes) {
        Mapping changed = mapping;
        for (var change : changes.fields().entrySet()) {
            Document value = change.getValue();
            changed = changed.with(change.getKey(), value);
        }
        return changed;
    }
}
