package dev.asmp.manifest;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The schemas that editors use and the checks that the registry makes say the same, by the word of another validator. */
class SchemasTest {
    private static final JsonSchemaFactory FACTORY = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Environment ENVIRONMENT = new Environment(Map.of("HOME", "/nowhere", "X", "/x"),
            FileSystems.getDefault());

    private static final String MANIFEST = """
            asmp: "0.1"
            kind: service
            name: mail
            description: sends mail
            capabilities: {provides: [email.send]}
            """;
    /** Each takes the place of, or is added to, what a good manifest says; 'without' takes a key away. */
    static final List<String> MANIFESTS = List.of("{}", "without: asmp", "asmp: 0.1", "asmp: '0.2'", "asmp: 1",
            "asmp:", "asmp: ''", "asmp: [0.1]", "without: kind", "kind: robot", "kind: ''", "kind: ' '", "kind: 5",
            "kind: true", "kind: {a: b}", "kind: [a]", "kind:", "without: name", "name: a/b", "name: ..", "name: -a",
            "name: é", "name: 'a b'", "name: 1.10", "name: 7", "name: -7", "name: true", "name:", "name: ''",
            "name: [a]", "name: " + "n".repeat(128), "name: " + "n".repeat(129), "without: capabilities",
            "capabilities: [a.b]", "capabilities: a.b", "capabilities:", "capabilities: {}",
            "capabilities: {provides: a.b}", "capabilities: {provides: }", "capabilities: {provides: {a: b}}",
            "capabilities: {provides: []}", "capabilities: {provides: [1]}", "capabilities: {provides: [a, 1.10]}",
            "capabilities: {provides: [a, ~]}", "capabilities: {provides: [[a]]}", "capabilities: {provides: ['']}",
            "capabilities: {provides: [a, ' ']}", "capabilities: {provides: [fax, fax]}",
            "capabilities: {provides: [a.b], requires: 5, owns: {a: b}, negative_examples: [a, {query: q}, 5]}",
            "description: [a]", "description:", "version: {a: b}", "aliases: {a: b}", "aliases: [[a]]", "run: [a]",
            "runtime: text", "run: {depends_on: a, env: 5}", "run: {depends_on: [a, {kind: firm}]}", "lifecycle: 5",
            "state: up", "endpoints: none", "endpoints: [5]", "endpoints: [{port: high, visibility: world}]",
            "endpoints: [{port: 70000}]",
            "endpoints: [{port: 0}]", "endpoints: [{port: -1}]", "endpoints: [{port: 65535}, {port: '1'}, {port: }]",
            "endpoints: [{port: '65536'}]", "endpoints: [{port: '0'}]", "endpoints: [{port: 80.5}, {port: [80]}]",
            "endpoints: [{port: $PORT}]",
            "health: {method: smoke, interval: banana, timeout: -5, target: [a]}", "health: tcp",
            "data: {sensitivity: secret, stores: {a: b}}", "data: [a]", "mods: m", "mods: [a, {state: gone}]",
            "display: {critical: maybe}", "display: x", "infra: [a]", "model: x", "secret: {env_var: X}",
            "whatever: {a: [1]}", "generation: [bad]", "owns: 5", "negative_examples: {a: b}");

    private static final String PROFILE = "{host_id: box, device_class: vm}";
    static final List<String> PROFILES = List.of("{}", "asmp: '0.1'", "asmp: 0.1", "asmp:", "asmp: '0.2'",
            "asmp: [0.1]", "kind: host", "kind:", "kind: service", "kind: 5", "kind: [host]", "without: host_id",
            "host_id:", "host_id: ' '", "host_id: 7", "host_id: [a]", "without: device_class", "device_class: ~",
            "device_class: ' '", "device_class: toaster", "device_class: {a: b}", "os: text", "hardware: 5",
            "capabilities: {a: b}", "registry:", "registry: [a]", "registry: {api: , path: }",
            "registry: {api: 'http://localhost:7777', path: ~/x}", "registry: {api: 'http://[::1]:1', path: $X/y}",
            "registry: {api: 'http://127.0.0.2'}", "registry: {api: 'HTTP://127.0.0.1'}",
            "registry: {api: 'http://0.0.0.0:7700'}", "registry: {api: 'http://127.0.0.1.evil.com'}",
            "registry: {api: 'http://127.0.0.1/x'}", "registry: {api: 'https://127.0.0.1'}", "registry: {api: [a]}",
            "registry: {api: 'http://u@127.0.0.1'}", "registry: {api: 5}", "registry: {api: ''}",
            "registry: {path: relative}", "registry: {path: [a]}", "registry: {path: 5}", "discovery:",
            "discovery: often", "discovery: {interval: 30s, stale_after: 900, max_depth: 0}",
            "discovery: {interval: ' 5m ', stale_after: '900', max_depth: '32'}", "discovery: {interval: 1ms}",
            "discovery: {interval: soon}", "discovery: {interval: 0}", "discovery: {interval: 0s}",
            "discovery: {interval: 00m}", "discovery: {interval: 1.5}", "discovery: {interval: -5}",
            "discovery: {interval: 9999999999}", "discovery: {stale_after: [1]}", "discovery: {stale_after: true}",
            "discovery: {max_depth: 33}", "discovery: {max_depth: -1}", "discovery: {max_depth: deep}",
            "discovery: {scan_interval: 90s}", "discovery: {scan_interval: soon, interval: 5m}",
            "discovery: {scan_paths: }", "discovery: {scan_paths: /a}", "discovery: {scan_paths: [/a, 5, true]}",
            "discovery: {scan_paths: {a: b}}", "discovery: {scan_paths: [~]}", "discovery: {scan_paths: [[a]]}",
            "discovery: {ignore: [a]}", "discovery: {ignore: [{a: b}]}", "policy:", "policy: 5",
            "policy: {agent_can_register: false, requires_approval: true, max_services: 7, allowed_ports: 7000-9999}",
            "policy: {agent_can_register: , requires_approval: , max_services: , allowed_ports: }",
            "policy: {unique_ports: true, takeover: refuse}", "policy: {unique_ports: , takeover: }",
            "policy: {unique_ports: maybe}", "policy: {takeover: deny}", "policy: {takeover: allow}",
            "policy: {takeover: true}", "policy: {agent_can_register: maybe}", "policy: {agent_can_register: 'true'}",
            "policy: {requires_approval: yes}", "policy: {max_services: many}", "policy: {max_services: -1}",
            "policy: {max_services: '100000'}", "policy: {max_services: 100001}", "policy: {max_services: 1.5}",
            "policy: {allowed_ports: 443}", "policy: {allowed_ports: [443, '7000 - 9999', '1']}",
            "policy: {allowed_ports: []}", "policy: {allowed_ports: 0}", "policy: {allowed_ports: [70000]}",
            "policy: {allowed_ports: {a: b}}", "policy: {allowed_ports: [[1]]}", "policy: {allowed_ports: a-b}",
            "policy: {allowed_ports: [~]}", "policy: {data_sensitivity_default: secret}",
            "observability: text", "federation: [a]", "federation: {peers: [a]}", "gpu: {count: 2}",
            "health:", "health: text", "health: {allow_remote: true}", "health: {allow_remote: }",
            "health: {allow_remote: maybe}", "health: {allow_remote: [true]}", "discovery: {watch: false}",
            "discovery: {watch: }", "discovery: {watch: often}", "discovery: {watch: 'true'}",
            "fleet: {listen: '0.0.0.0:3000', token_file: ~/t, allow_without_token: false, tls: {cert: /c, key: /k},"
                    + " self: true}",
            "fleet: {listen: [a]}", "fleet: {listen: nonsense}", "fleet: {listen: '[::]:3000'}",
            "fleet: {allow_without_token: 1}", "fleet: {self: 'yes'}", "fleet: {tls: {cert: /c}}",
            "federation: {listen: '0.0.0.0:7710', token_file: ~/t, tls: {cert: /c, key: /k}, allow_plain: true, share: all,"
                    + " peers: [{host: a, url: 'https://a:1'}, {host: b, ssh: u@b, port: 1}], interval: 5s,"
                    + " stale_after: 30, forget_after: 24h, host_aliases: {c: a}}",
            "federation: {listen: nonsense}", "federation: {share: some}", "federation: {share: }",
            "federation: {share: none}", "federation: {allow_plain: 'yes'}", "federation: {tls: {cert: /c}}",
            "federation: {interval: 0}", "federation: {stale_after: soon}", "federation: {token_file: [a]}",
            "federation: {peers: [{host: [a]}, {conduit: x}, {}]}", "fleet: {tls: {cert: [a], key: /k}}",
            "fleet: {token_file: [a]}", "fleet: {tls: {key: /k}}", "fleet:");

    @ParameterizedTest
    @FieldSource("MANIFESTS")
    void aManifestIsGoodForTheSchemaWhenItIsForTheRegistry(String change) throws IOException {
        assertSame(Schemas.MANIFEST, changed(MANIFEST, change));
    }

    @ParameterizedTest
    @FieldSource("PROFILES")
    void aProfileIsGoodForTheSchemaWhenItIsForTheRegistry(String change) throws IOException {
        assertSame(Schemas.PROFILE, changed(PROFILE, change));
    }

    /** A schema warns of fewer than these, and never of more. */
    @ParameterizedTest
    @ValueSource(strings = {"registry: {api: 'http://127.0.0.1:99999'}", "registry: {api: 'http://127.0.0.999'}",
            "registry: {path: $NONE/x}", "policy: {allowed_ports: 9-7}", "policy: {allowed_ports: '70000'}",
            "policy: {allowed_ports: '0'}", "discovery: {max_depth: 5.0}"})
    void whatASchemaCannotTellTheRegistryDoes(String change) throws IOException {
        Document profile = changed(PROFILE, change);
        assertEquals(Set.of(), complaints(Schemas.PROFILE, profile));
        assertFalse(errors(profile).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("files")
    void everyFileThatIsShownIsGoodForItsSchema(Path file) throws IOException {
        String schema = file.endsWith("host.yaml.example") ? Schemas.PROFILE : Schemas.MANIFEST;
        Document document = Yaml.read(Files.readAllBytes(file));
        assertEquals(Set.of(), complaints(schema, document));
        assertEquals(List.of(), errors(document));
    }

    static List<Path> files() throws IOException {
        List<Path> files = new ArrayList<>(List.of(Path.of("examples/asmp.yaml"), Path.of("host.yaml.example")));
        try (Stream<Path> manifests = Files.list(Path.of("src/test/resources/manifests"))) {
            files.addAll(manifests.sorted().toList());
        }
        assertTrue(files.size() > 5, files::toString);
        return files;
    }

    @ParameterizedTest
    @FieldSource("dev.asmp.manifest.Schemas#NAMES")
    void aSchemaIsOneByTheWordOfItsDraft(String name) throws IOException {
        JsonNode schema = JSON.readTree(bytes(name));
        assertEquals("https://json-schema.org/draft/2020-12/schema", schema.get("$schema").asText());
        assertEquals(Schemas.url(name), schema.get("$id").asText());
        assertEquals("http://127.0.0.1:7700/schemas/" + name, Schemas.url(name));
        assertEquals(Set.of(), FACTORY.getSchema(SchemaLocation.of("https://json-schema.org/draft/2020-12/schema"))
                .validate(schema));
    }

    /** An editor shows these where the cursor stands. */
    @ParameterizedTest
    @FieldSource("dev.asmp.manifest.Schemas#NAMES")
    void everyKeyIsDescribed(String name) throws IOException {
        List<String> silent = new ArrayList<>();
        JsonNode schema = JSON.readTree(bytes(name));
        collectUndescribed(schema, silent);
        schema.get("properties").forEach(key -> assertFalse(key.path("title").asText().isBlank(), key::toString));
        assertEquals(List.of(), silent);
    }

    private static void collectUndescribed(JsonNode schema, List<String> silent) {
        JsonNode properties = schema.path("properties");
        properties.fieldNames().forEachRemaining(key -> {
            if (properties.get(key).path("description").asText().isBlank()) {
                silent.add(key);
            }
        });
        schema.forEach(below -> collectUndescribed(below, silent));
    }

    /** What an editor offers causes no warning; anything else does. */
    @ParameterizedTest
    @ValueSource(strings = {"/kind", "/endpoints/items/visibility", "/health/method", "/data/sensitivity",
            "/mods/items/state", "/$defs/run/depends_on/items/kind"})
    void theWordsThatAnEditorOffersAreThoseThatAreKnown(String place) throws IOException {
        List<String> words = offered(Schemas.MANIFEST, place);
        for (String word : words) {
            assertEquals(List.of(), warnings(document(place, word)), word);
        }
        Problem unknown = warnings(document(place, "unheard-of")).getFirst();
        assertTrue(words.stream().allMatch(unknown.message()::contains), unknown::toString);
        assertEquals(words.size(), unknown.message().replaceAll(".*is not one of ", "").split(", ", -1).length);
    }

    private static Mapping document(String place, String word) throws IOException {
        String yaml = switch (place) {
            case "/kind" -> "kind: " + word;
            case "/endpoints/items/visibility" -> "endpoints: [{visibility: " + word + "}]";
            case "/health/method" ->
                "health: {method: " + word + ", target: '" + (word.equals("tcp") ? "" : "http://") + "localhost:80'}";
            case "/data/sensitivity" -> "data: {sensitivity: " + word + "}";
            case "/mods/items/state" -> "mods: [{name: m, state: " + word + "}]";
            default -> "run: {depends_on: [{name: a, kind: " + word + "}]}";
        };
        return changed(MANIFEST, yaml);
    }

    private static List<String> offered(String schema, String place) throws IOException {
        JsonNode node = JSON.readTree(bytes(schema));
        for (String key : place.substring(1).split("/", -1)) {
            node = key.equals("items") || key.equals("$defs")
                    ? node.get(key)
                    : node.has(key) ? node.get(key) : node.path("properties").get(key);
        }
        List<String> words = new ArrayList<>();
        node.get("examples").forEach(word -> words.add(word.asText()));
        return words;
    }

    @Test
    void thereAreNoOthers() {
        assertNull(Schemas.named("nothing.json"));
        assertNull(Schemas.named("../manifests/mafia.asmp.yaml"));
        assertNull(Schemas.named(""));
    }

    private static void assertSame(String schema, Document document) throws IOException {
        assertEquals(errors(document).isEmpty(), complaints(schema, document).isEmpty(),
                () -> "the registry says " + errors(document));
    }

    private static Set<ValidationMessage> complaints(String schema, Document document) throws IOException {
        JsonSchema validator = FACTORY.getSchema(new String(bytes(schema), UTF_8));
        return validator.validate(JSON.readTree(Json.write(document)));
    }

    private static List<Problem> errors(Document document) {
        return findings(document, false);
    }

    private static List<Problem> warnings(Document document) {
        return findings(document, true);
    }

    private static List<Problem> findings(Document document, boolean warnings) {
        return Validation.of(Yaml.write(document).getBytes(UTF_8), false, ENVIRONMENT).stream()
                .filter(finding -> finding.isWarning() == warnings)
                .map(finding -> new Problem(finding.field(), finding.message())).toList();
    }

    private static byte[] bytes(String name) {
        return Objects.requireNonNull(Schemas.named(name), name);
    }

    private static Mapping changed(String good, String change) {
        Mapping changes = (Mapping) Yaml.read(change);
        Mapping document = (Mapping) Yaml.read(good);
        String without = changes.text("without");
        return without == null
                ? Mapping.builder().putAll(document).putAll(changes).build()
                : document.without(List.of(without));
    }
}
