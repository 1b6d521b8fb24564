package dev.asmp.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.events.Feed;
import dev.asmp.federation.Federation;
import dev.asmp.federation.HostHistory;
import dev.asmp.health.HealthHistory;
import dev.asmp.health.HealthMonitor;
import dev.asmp.lieutenant.Agents;
import dev.asmp.lieutenant.KeptRecords;
import dev.asmp.manifest.ApiAddress;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.manifest.PortAccess;
import dev.asmp.manifest.Schemas;
import dev.asmp.models.Models;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
import dev.asmp.vm.EmbeddedVmStore;
import dev.asmp.vm.VmStore;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The OpenAPI document in itself: it knows all routes and no other, and everything in it is found, used and true. */
class OpenApiTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;
    private Registry registry;
    private VmStore vms;
    private ApiServer server;
    private ApiContract contract;

    @BeforeEach
    void open() throws Exception {
        TestClock clock = TestClock.somewhen();
        registry = Registries.open(folder, clock, () -> Manifests.BOX, _ -> {}, _ -> {});
        vms = new EmbeddedVmStore(folder.resolve("vms"), clock, () -> 0, Registries.queue(), 1L << 30, _ -> {});
        HealthMonitor health = new HealthMonitor(clock, () -> false, new HealthHistory(new ByteBudget(1 << 20)),
                _ -> {});
        server = new ApiServer(ApiAddress.DEFAULT, PortAccess.OPEN, null,
                new ApiSources(registry, Registries.notes(folder.resolve("notes"), clock),
                        health,
                        new Feed(8, 1 << 20, 0), vms, new Feed(8, 1 << 20, 0),
                        new Agents(folder.resolve("agents"),
                                new KeptRecords(vms, "box", null), null,
                                new Environment(Map.of(), FileSystems.getDefault()), clock, new ByteBudget(1 << 20),
                                _ -> {}),
                        () -> Manifests.BOX, "token",
                        () -> Mapping.EMPTY, () -> Mapping.EMPTY,
                        (_, _) -> Reply.of(202), _ -> {}, new JustStarted(),
                        new HttpBudgets(new ByteBudget(1 << 20), new ByteBudget(1 << 20)), _ -> {},
                        new Models(registry::catalog, health, List::of, _ -> null),
                        new Federation(folder, new Environment(Map.of(), FileSystems.getDefault()),
                                Manifests.BOX.federation(), () -> "box", clock, () -> 0, new ByteBudget(1 << 20),
                                (_, _) -> {}, _ -> {}),
                        new HostHistory(folder, _ -> {}),
                        () -> {
                            throw new IllegalStateException("no VM is made here");
                        }, new ByteBudget(1 << 20)));
        Reply reply = server.dispatch(Request.of("GET", "/openapi.json"));
        assertEquals(200, reply.status(), () -> new String(reply.body(), UTF_8));
        contract = new ApiContract(reply.body());
    }

    private record JustStarted() implements DaemonState {
        @Override
        public String version() {
            return "development";
        }

        @Override
        public byte @Nullable [] manifest(Entry entry) {
            return null;
        }

        @Override
        public String commit() {
            return "0123456789ab";
        }

        @Override
        public Instant startedAt() {
            return Instant.EPOCH;
        }

        @Override
        public Duration uptime() {
            return Duration.ZERO;
        }

        @Override
        public @Nullable String fleetUrl() {
            return null;
        }

        @Override
        public @Nullable LastScan lastScan() {
            return null;
        }

        @Override
        public long issuesRevision() {
            return 0;
        }

        @Override
        public long indexBytes() {
            return 0;
        }

        @Override
        public long indexLimit() {
            return 1;
        }

        @Override
        public List<Issue> issues() {
            return List.of();
        }

        @Override
        public @Nullable Issue issueOf(String service, @Nullable String source) {
            return null;
        }

        @Override
        public long freeBytes() {
            return 1;
        }

        @Override
        public @Nullable String writeProblem() {
            return null;
        }
    }

    @AfterEach
    void close() {
        registry.close();
        vms.close();
    }

    @Test
    void everyRouteIsDocumentedAndNothingElseIs() {
        Set<String> documented = new TreeSet<>();
        contract.operations().forEach(operation -> documented.add(operation.method() + " " + operation.path()));
        assertEquals(new TreeSet<>(server.endpoints()), documented);
    }

    @Test
    void everyDocumentedQueryParameterIsSuggestedForAMisspeltOne() {
        for (ApiContract.Operation operation : contract.operations()) {
            operation.node().path("parameters").valueStream().map(contract::resolved)
                    .filter(one -> one.path("in").asText().equals("query") && one.path("name").asText().length() > 1
                            && !operation.path().startsWith("/registry"))
                    .forEach(one -> {
                        String name = one.path("name").asText();
                        Reply reply = server
                                .dispatch(Request.of(operation.method(), operation.path() + "?" + name + "x=1"));
                        assertEquals(400, reply.status(), operation.path() + " " + name);
                        assertTrue(new String(reply.body(), UTF_8).contains("did you mean '" + name + "'"), name);
                    });
        }
    }

    @Test
    void itIsConvertedOnceAndSaysWhoServesIt() {
        assertSame(server.dispatch(Request.of("GET", "/openapi.json")).body(),
                server.dispatch(Request.of("GET", "/openapi.json")).body());
        assertEquals("development", contract.document().at("/info/version").asText());
        assertEquals("3.1.1", contract.document().path("openapi").asText());
    }

    @Test
    void everyReferenceLeadsSomewhereAndEveryComponentIsReferredTo() {
        Set<String> references = new TreeSet<>();
        walk("", contract.document(), (_, node) -> {
            if (node.path("$ref").isTextual()) {
                references.add(node.path("$ref").asText());
                assertFalse(contract.resolved(node).isMissingNode(), node::toString);
            }
        });
        Set<String> components = new TreeSet<>();
        contract.document().path("components").properties().forEach(kind -> kind.getValue().fieldNames()
                .forEachRemaining(name -> components.add("#/components/" + kind.getKey() + "/" + name)));
        components.removeIf(name -> name.contains("/securitySchemes/")); // which are referred to by their names
        assertEquals(components, references);
    }

    @Test
    void everyEndpointIsNamedOnceAndTellsWhatItIsForAndWhatItRefuses() {
        Set<String> tags = new TreeSet<>();
        contract.document().path("tags").forEach(tag -> tags.add(tag.path("name").asText()));
        Set<String> used = new TreeSet<>();
        Set<String> ids = new TreeSet<>();
        for (ApiContract.Operation operation : contract.operations()) {
            assertTrue(ids.add(operation.id()), operation.id());
            assertFalse(operation.node().path("summary").asText().isBlank(), operation.id());
            assertTrue(operation.statuses().containsAll(List.of("403", "default")), operation.id());
            assertEquals(operation.method().equals("GET"), operation.statuses().contains("304")
                    || List.of("streamEvents", "streamVmEvents", "streamMcpMessages", "getMetrics", "getFleetHealth",
                            "getFleetStatus", "getStatus", "listLieutenants", "getLieutenant", "readLieutenant",
                            "getLieutenantHistory", "listWorkers", "getWorker", "readWorker", "listFleetVms",
                            "listFleetRecords", "listCommits", "getFleetVm", "readVmFile", "getVmCosts", "getGolden",
                            "getManifestText")
                            .contains(operation.id()),
                    operation.id());
            operation.node().path("tags").forEach(tag -> used.add(tag.asText()));
        }
        assertEquals(tags, used);
    }

    /** Parameters, headers and bodies alike: wherever an example stands beside a schema. */
    @Test
    void everyExampleIsGoodForItsSchema() {
        List<String> judged = new ArrayList<>();
        walk("", contract.document(), (place, node) -> {
            if (node.has("schema")) {
                for (JsonNode example : examples(node)) {
                    assertEquals(Set.of(), contract.complaints(node.path("schema"), example), place);
                    judged.add(place);
                }
            }
        });
        assertTrue(judged.size() > 60, judged::toString);
    }

    private List<JsonNode> examples(JsonNode node) {
        List<JsonNode> examples = new ArrayList<>();
        node.path("examples").forEach(example -> examples.add(contract.resolved(example).path("value")));
        if (node.has("example")) {
            examples.add(node.path("example"));
        }
        return examples;
    }

    private static void walk(String place, JsonNode node, BiConsumer<String, JsonNode> visitor) {
        visitor.accept(place, node);
        node.properties().forEach(field -> {
            if (!field.getKey().equals("value")) { // which is somebody's document, not this one
                walk(place + "/" + field.getKey(), field.getValue(), visitor);
            }
        });
        if (node.isArray()) {
            node.forEach(item -> walk(place, item, visitor));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"mail", "backup", "mailEntry", "mailEntryWithMod", "backupProposal"})
    void everyManifestThatIsShownIsOne(String example) throws Exception {
        Mapping shown = (Mapping) Json.read(JSON.writeValueAsBytes(contract.example(example)));
        assertEquals(shown.text("name"), Manifest.of(shown).name());
    }

    @Test
    void theModThatIsShownIsOne() throws Exception {
        assertEquals("spam-filter",
                Mod.of(Json.read(JSON.writeValueAsBytes(contract.example("spamFilter")))).name());
    }

    /** There are two schemas of a manifest: a full one for editors, and what clients need of it here. */
    @Test
    void aManifestHasNoKeyThatItsOwnSchemaDoesNotKnow() throws Exception {
        JsonNode full = JSON.readTree(Objects.requireNonNull(Schemas.named(Schemas.MANIFEST)));
        JsonNode brief = contract.document().at("/components/schemas/Manifest");
        assertEquals(full.path("required"), brief.path("required"));
        brief.path("properties").fieldNames()
                .forEachRemaining(key -> assertTrue(full.path("properties").has(key), key));
    }
}
