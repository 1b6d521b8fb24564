package dev.asmp.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Limits;
import java.nio.file.FileSystems;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said about a file stands where the reader has to look. */
class ValidationTest {
    private static final Environment ENVIRONMENT = new Environment(Map.of("HOME", "/nowhere"),
            FileSystems.getDefault());

    @Test
    void fiveMistakesAreFoundWhereTheyStand() {
        List<Validation.Finding> findings = findings("""
                # no kind
                asmp: "2"
                name: a b
                description: d
                capabilities:
                  provides:
                    - 1.10
                    -   ''
                """);
        assertTrue(findings.stream().noneMatch(Validation.Finding::isWarning), findings::toString);
        assertEquals(List.of("2:1 kind", "2:7 asmp", "3:7 name", "7:7 capabilities.provides[0]",
                "8:9 capabilities.provides[1]"), places(findings));
    }

    @Test
    void errorsAndWarningsStandInTheOrderOfTheText() {
        List<Validation.Finding> findings = findings("""
                kind: robot
                description: on port 8080
                asmp: "0.1"
                endpoints: [{port: 0}]
                name: mail
                capabilities: {provides: [fax, 5]}
                """);
        assertEquals(List.of("warning: kind", "warning: description", "endpoints[0].port",
                "warning: capabilities.provides[0]", "capabilities.provides[1]"),
                findings.stream().map(finding -> finding.said().replaceFirst(": ['a-z]+ .*", "")).toList());
    }

    @Test
    void whatIsMissingIsSaidAtTheKeyItBelongsTo() {
        assertEquals(List.of("4:1 capabilities.provides", "8:1 health.target"), places("""
                asmp: "0.1"
                kind: service
                name: mail
                capabilities:
                  requires: [a.b]

                description: sends mail
                health:
                  method: tcp
                """));
    }

    @Test
    void aFieldThatIsWrongIsNotWarnedOfBesides() {
        assertEquals(List.of("1:33 kind"),
                places("{asmp: '0.1', name: mail, kind: [a], description: d, capabilities: {provides: [a.b]}}"));
    }

    @Test
    void theRegistrysOwnKeysAreNotLookedAt() {
        assertEquals(List.of(), places("""
                {asmp: '0.1', name: mail, kind: tool, description: d, capabilities: {provides: [a.b]}, generation: [x],
                 status: 5, source: {}, health: {method: tcp, target: 'a:1'}}"""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"kind: host\nhost_id: box\n", "host_id: box\n", "device_class:\nhost_id: box"})
    void aProfileIsKnownByWhatItSays(String yaml) {
        assertEquals(List.of("device_class"), findings(yaml).stream().map(Validation.Finding::field).toList());
    }

    @Test
    void aProfileHasItsPlacesToo() {
        assertEquals(List.of("1:1 device_class", "3:23 discovery.interval", "4:16 discovery.scan_paths[0]"),
                places("""
                        kind: host
                        host_id: box
                        discovery: {interval: soon,
                          scan_paths: [/nowhere/at/all]}
                        """));
    }

    @Test
    void whatIsMalformedHasItsOwnPlace() {
        Validation.Finding tab = findings("asmp: '0.1'\n\tkind: x\n").getFirst();
        assertEquals("2:1", tab.line() + ":" + tab.column());
        assertTrue(tab.said().contains("TAB"), tab.said());
        assertEquals(List.of("1:1 "), places(""));
        assertEquals(List.of("1:1 "), places("[a]"));
        assertEquals(List.of("2:1 "), places("name: a\nname: b\n"));
    }

    @Test
    void jsonIsReadAsJson() {
        Validation.Finding finding = Validation.of("""
                {"asmp": "0.1", "kind": "tool", "name": "fax", "description": "d",
                 "capabilities": {"provides": [5]}}""".getBytes(UTF_8), true, ENVIRONMENT).getFirst();
        assertEquals("2:32 capabilities.provides[0]", finding.line() + ":" + finding.column() + " " + finding.field());
        assertEquals(1, Validation.of("name: a".getBytes(UTF_8), true, ENVIRONMENT).size());
    }

    @Test
    void aManifestThatIsTooLargeIsRefusedHereToo() {
        String large = "name: a\n#" + "x".repeat(Limits.MANIFEST_BYTES);
        assertEquals("the manifest has 262153 bytes; at most 262144 are allowed", findings(large).getFirst().said());
    }

    private static List<String> places(String yaml) {
        return places(findings(yaml));
    }

    private static List<String> places(List<Validation.Finding> findings) {
        return findings.stream().map(finding -> finding.line() + ":" + finding.column() + " " + finding.field())
                .toList();
    }

    private static List<Validation.Finding> findings(String yaml) {
        return Validation.of(yaml.getBytes(UTF_8), false, ENVIRONMENT);
    }
}
