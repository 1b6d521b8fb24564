package dev.asmp.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A misspelt key is told from a key that is only unknown. */
class KnownKeysTest {
    private static final Environment ENVIRONMENT = new Environment(Map.of("HOME", "/nowhere"),
            FileSystems.getDefault());
    private static final String MANIFEST = """
            asmp: "0.1"
            kind: service
            name: mail
            description: sends mail
            capabilities: {provides: [email.send]}
            """;
    private static final String PROFILE = "kind: host\nhost_id: box\ndevice_class: vm\n";

    private static List<String> said(String yaml) {
        return Validation.of(yaml.getBytes(UTF_8), false, ENVIRONMENT).stream()
                .map(finding -> finding.line() + ": " + finding.said()).toList();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"helth: {} | helth | health", "endpoint: [] | endpoint | endpoints",
            "endpoints: [{protocol: http, prot: 80}] | endpoints[0].prot | port",
            "health: {method: tcp, target: 'a:1', intervall: 5s} | health.intervall | interval",
            "mods: [{name: a, capabilities: {provide: [a.b]}}] | mods[0].capabilities.provide | provides"})
    void aMisspeltKeyOfAManifestIsAWarningWithWhatWasMeant(String line, String field, String meant) {
        assertEquals(List.of("6: warning: " + field + ": is not a known key; did you mean '" + meant + "'?"),
                said(MANIFEST + line));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"discovery: {scan_path: [~/src]} | discovery.scan_path | scan_paths",
            "polcy: {requires_approval: true} | polcy | policy",
            "fleet: {tokenfile: ~/t} | fleet.tokenfile | token_file"})
    void aMisspeltKeyOfAProfileIsAWarningWithWhatWasMeant(String line, String field, String meant) {
        assertEquals(List.of("4: warning: " + field + ": is not a known key; did you mean '" + meant + "'?"),
                said(PROFILE + line));
    }

    @Test
    void aMisspeltRestrictionIsAnError() {
        String yaml = PROFILE + "policy: {requires_aproval: true}";
        assertEquals(List.of("4: policy.requires_aproval: is not a known key; did you mean 'requires_approval'?"),
                said(yaml));
        assertThrows(InvalidDocumentException.class, () -> HostProfile.of(Yaml.read(yaml), ENVIRONMENT));
    }

    @ParameterizedTest
    @ValueSource(strings = {"state: running", "data: {stores: [{kind: sqlite, path: ~/x.db}]}", "gpu: {count: 2}",
            "run: {cmd: serve}", "x-notes: [a]", "tags: [a]", "state: {running: true, since: 2026}"})
    void whatTheSpecificationShowsOrNobodyMisspeltIsNoWarning(String line) {
        assertEquals(List.of(), said(MANIFEST + line));
    }

    @Test
    void aPortThatCannotBeOneIsRefused() {
        assertEquals(List.of("6: endpoints[0].port: must be a number from 1 to 65535, but is '70000'"),
                said(MANIFEST + "endpoints: [{protocol: http, port: 70000}]"));
    }

    @Test
    void theOlderNameOfTheIntervalIsRead() {
        HostProfile older = HostProfile.of(Yaml.read(PROFILE + "discovery: {scan_interval: 90s}"), ENVIRONMENT);
        assertEquals(Duration.ofSeconds(90), older.discovery().interval());
        HostProfile both = HostProfile.of(Yaml.read(PROFILE + "discovery: {scan_interval: 90s, interval: 1m}"),
                ENVIRONMENT);
        assertEquals(Duration.ofMinutes(1), both.discovery().interval());
    }

    @Test
    void everyKeyThatASchemaOffersIsKnown() throws IOException {
        ObjectMapper json = new ObjectMapper();
        assertKnown(json.readTree(Schemas.named(Schemas.MANIFEST)), "", KnownKeys.MANIFEST.all());
        JsonNode profile = json.readTree(Schemas.named(Schemas.PROFILE));
        assertKnown(profile, "", KnownKeys.PROFILE.all());
        assertKnown(profile.at("/properties/policy"), "policy", KnownKeys.POLICY.all());
    }

    private static void assertKnown(JsonNode schema, String place, Map<String, Set<String>> known) {
        schema.path("properties").properties().forEach(key -> {
            Set<String> here = Objects.requireNonNullElse(known.get(place), Set.of(key.getKey()));
            assertTrue(here.contains(key.getKey()), () -> place + " does not know " + key.getKey());
            String below = place.isEmpty() ? key.getKey() : place + "." + key.getKey();
            assertKnown(key.getValue(), below, known);
            assertKnown(key.getValue().path("items"), below + "[]", known);
        });
    }

    @Test
    void ofVeryManyUnknownKeysAThousandAreCompared() {
        Mapping.Builder many = Mapping.builder();
        for (int i = 0; i < 200_000; i++) {
            many.put("descriptio" + i % 10 + "-" + i, "x");
        }
        many.put("capabilitie", "x");
        for (int i = 0; i < 2_000; i++) {
            many.put("k".repeat(6_000) + i, "x");
        }
        Mapping document = many.build();
        assertTimeout(Duration.ofSeconds(2), () -> KnownKeys.MANIFEST.typos(document));
    }
}
