package dev.asmp.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.document.Document;
import dev.asmp.document.FileStamp;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Manifest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The indexes over entries, and the answers that they give. */
class CatalogTest {
    private final Map<String, Boolean> healthy = new HashMap<>();
    private long revision;
    private Catalog catalog = Catalog.empty(Registries.PLENTY);

    private final Liveness liveness = new Liveness() {
        @Override
        public @Nullable Boolean healthy(String name) {
            return healthy.get(name);
        }

        @Override
        public byte[] members(String name) {
            return (",\"healthy\":" + healthy.get(name) + "}").getBytes(UTF_8);
        }

        @Override
        public long revision() {
            return revision;
        }
    };

    private static EntryState state(Status status, long generation, @Nullable Instant expires) {
        return new EntryState(expires == null ? Sync.REGISTER : Sync.ANNOUNCE, status, generation, Decisions.NOW, null,
                null, expires);
    }

    private static Entry entry(Manifest manifest, Mods mods, EntryState state) {
        return new Entry(manifest, mods, state, "box", FileStamp.UNKNOWN);
    }

    private void put(String name, Status status, String... provides) {
        catalog = catalog.with(entry(Manifests.of(name, "1", provides), Mods.NONE, state(status, 1, null)));
    }

    private void put(Manifest manifest, Mods mods) {
        catalog = catalog.with(entry(manifest, mods, state(Status.REGISTERED, 1, null)));
    }

    private static List<String> names(byte[] json) {
        return ((Sequence) Json.read(json)).items().stream()
                .map(item -> String.valueOf(((Mapping) item).text("name"))).toList();
    }

    private List<String> offering(String capability) {
        return names(catalog.offers(capability, liveness).json());
    }

    private void health(String name, boolean isHealthy) {
        healthy.put(name, isHealthy);
        revision++;
    }

    @Test
    void theHealthyComeFirstThenTheUnknownThenTheUnhealthyThenTheStaleEachByName() {
        put("f", Status.STALE, "x.y");
        put("e", Status.STALE, "x.y");
        put("d", Status.REGISTERED, "x.y");
        put("c", Status.REGISTERED, "x.y");
        put("b", Status.REGISTERED, "x.y");
        put("a", Status.REGISTERED, "x.y");
        health("a", false);
        health("c", true);
        health("d", true);
        health("e", true);
        assertEquals(List.of("c", "d", "b", "a", "e", "f"), offering("x.y"));
    }

    @Test
    void capabilitiesBelowAPrefixAreFoundAndEachServiceOnce() {
        put("a", Status.REGISTERED, "x.y", "x.z");
        put("b", Status.REGISTERED, "xa.y");
        put("c", Status.REGISTERED, "x");
        put("d", Status.REGISTERED, "x.y.z");
        assertEquals(List.of("a", "d"), offering("x.*"));
        assertEquals(List.of("d"), offering("x.y.*"));
        assertEquals(List.of("a"), offering("x.y"));
        assertEquals(List.of(), offering("nothing"));
        assertEquals(List.of(), offering("z.*"));
        assertEquals(2, catalog.indexes.of("x.*").size());
        assertEquals(1, catalog.indexes.of("x").size());
        assertEquals(0, catalog.indexes.of("nothing").size());
    }

    @Test
    void anEntryThatChangesOrGoesLeavesNothingInTheIndexes() {
        put("a", Status.REGISTERED, "x.y", "x.z");
        put("b", Status.REGISTERED, "x.y");
        assertEquals("{\"capabilities\":[\"x.y\",\"x.z\"]}", new String(catalog.capabilitiesJson(), UTF_8));
        assertSame(catalog.capabilitiesJson(), catalog.capabilitiesJson());
        put("a", Status.STALE, "x.z");
        assertEquals(1, catalog.staleCount());
        assertEquals(List.of("b"), offering("x.y"));
        catalog = catalog.without("a").without("a").without("never");
        assertEquals("{\"capabilities\":[\"x.y\"]}", new String(catalog.capabilitiesJson(), UTF_8));
        assertEquals(0, catalog.staleCount());
        assertEquals(catalog.entries().iterator().next().heapBytes(), catalog.heapBytes());
        catalog = catalog.without("b");
        assertEquals(0, catalog.heapBytes());
        assertEquals(Map.of(), catalog.indexes.offers());
        assertEquals(Map.of(), catalog.ports().holders());
    }

    @Test
    void aModIsOfferedBesideItsServiceAndOneOfItsNameUnlessItDoesNotFit() {
        put(Decisions.mail("a.b"), Mods.of(List.of(
                Decisions.json("{'name':'post','capabilities':{'provides':['spam.filter']}}"),
                Decisions.json("{'name':'odd','attaches_to':['x.y'],'capabilities':{'provides':['odd.b']}}"))));
        put("post", Status.REGISTERED, "spam.filter");
        assertEquals(List.of(), offering("odd.b"));
        List<Document> items = ((Sequence) Json.read(catalog.offers("spam.*", liveness).json())).items();
        assertEquals(List.of("post service null", "post mod mail"), items.stream().map(item -> (Mapping) item)
                .map(item -> item.text("name") + " " + item.text("kind") + " " + item.text("parent")).sorted(
                        Comparator.reverseOrder())
                .toList());
        catalog = catalog.without("mail");
        assertEquals(List.of("post"), offering("spam.filter"));
    }

    @Test
    void modsOfOneServiceForOneCapabilityAreOfferedEach() {
        put(Decisions.mail("a.b"), Mods.of(List.of(
                Decisions.json("{'name':'one','capabilities':{'provides':['spam.filter']}}"),
                Decisions.json("{'name':'two','capabilities':{'provides':['spam.filter']}}"))));
        assertEquals(List.of("one", "two"), offering("spam.filter"));
        catalog = catalog.without("mail");
        assertEquals(List.of(), offering("spam.filter"));
    }

    @Test
    void anAnswerIsRenderedAgainOnlyWhenItsHealthChanged() {
        put("a", Status.REGISTERED, "x.y");
        put("b", Status.REGISTERED, "z.z");
        byte[] first = catalog.offers("x.y", liveness).json();
        assertSame(first, catalog.offers("x.y", liveness).json());
        health("b", true);
        assertSame(first, catalog.offers("x.y", liveness).json());
        health("a", true);
        byte[] second = catalog.offers("x.y", liveness).json();
        assertTrue(new String(second, UTF_8).contains("\"healthy\":true"), new String(second, UTF_8));
        assertNotSame(first, second);
        assertSame(second, catalog.offers("x.y", liveness).json());
    }

    @Test
    void theFingerprintIsOfWhatMattersInAnAnswer() {
        put("a", Status.REGISTERED, "x.y");
        long first = catalog.offers("x.y", liveness).fingerprint();
        catalog = catalog.with(entry(Manifests.of("a", "2", "x.y"), Mods.NONE, state(Status.REGISTERED, 9, null)));
        assertEquals(first, catalog.offers("x.y", liveness).fingerprint(), "a renewal");
        catalog = catalog.with(entry(Manifest.of(Manifests.of("a", "2", "x.y").document().with("description",
                Scalar.text("other words"))), Mods.NONE, state(Status.REGISTERED, 9, null)));
        assertNotEquals(first, catalog.offers("x.y", liveness).fingerprint());
        first = catalog.offers("x.y", liveness).fingerprint();
        health("a", false);
        long sick = catalog.offers("x.y", liveness).fingerprint();
        assertNotEquals(first, sick);
        put("b", Status.REGISTERED, "x.y");
        assertNotEquals(sick, catalog.offers("x.y", liveness).fingerprint());
    }

    @Test
    void theOldestAnswerIsDroppedWhereTheMemoryForAnswersIsUsedUp() {
        catalog = Catalog.empty(1_600);
        put("a", Status.REGISTERED, "a.a");
        put("b", Status.REGISTERED, "b.b");
        put("c", Status.REGISTERED, "c.c");
        byte[] first = catalog.offers("a.a", liveness).json();
        byte[] second = catalog.offers("b.b", liveness).json();
        assertTrue(300 + first.length < 800 && 3 * (300 + first.length) > 1_600, first.length + " bytes each");
        assertSame(first, catalog.offers("a.a", liveness).json());
        catalog.offers("c.c", liveness);
        assertSame(second, catalog.offers("b.b", liveness).json());
        assertNotSame(first, catalog.offers("a.a", liveness).json());
        assertNotSame(second, catalog.offers("b.b", liveness).json());
    }

    @Test
    void anAnswerThatIsRenderedAgainCountsOnce() {
        catalog = Catalog.empty(1_600);
        put("a", Status.REGISTERED, "a.a");
        put("b", Status.REGISTERED, "b.b");
        byte[] other = catalog.offers("b.b", liveness).json();
        for (int i = 0; i < 10; i++) {
            health("a", i % 2 == 0);
            catalog.offers("a.a", liveness);
        }
        assertSame(other, catalog.offers("b.b", liveness).json());
    }

    @Test
    void aLongAnswerIsWrittenItemByItem() throws IOException {
        put("mail", Status.REGISTERED);
        Entry mail = catalog.entries().iterator().next();
        byte[] json = ("{\"name\":\"" + "x".repeat(1 << 20) + "\"}").getBytes(UTF_8);
        List<Offers.Offer> offers = IntStream.range(0, 8)
                .mapToObj(i -> new Offers.Offer(mail, "s" + i, List.of("x.y"), json)).toList();
        assertFalse(Offers.render(offers.subList(0, 7), liveness, 1).isLong());
        Offers.Rendered answer = Offers.render(offers, liveness, 1);
        assertTrue(answer.isLong());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        answer.writeTo(out);
        String written = out.toString(UTF_8);
        assertEquals(8, written.split("\"host\":\"box\"", -1).length - 1);
        assertTrue(written.startsWith("[{") && written.endsWith("}]") && written.contains("},{"), "an array");
    }

    @Test
    void aPortThatServicesShareIsWarnedOf() {
        put(Decisions.onPort(80), Mods.NONE);
        Entry mail = catalog.entries().iterator().next();
        assertEquals(List.of(), catalog.warnings(mail));
        assertEquals(List.of(), catalog.ports().shared(9, 9));
        for (String name : List.of("post", "fax")) {
            put(Manifest.of(Yaml.read(Manifests.yaml(name, "1").replaceAll("port: .*}", "port: 80}"))), Mods.NONE);
        }
        put("other", Status.REGISTERED);
        assertEquals(List.of("port 80 is also declared by 'fax' and 1 more"), catalog.warnings(mail));
        assertEquals(List.of("port 80 is declared by fax, mail, post"), catalog.ports().shared(9, 3));
        assertEquals(List.of("port 80 is declared by fax, …"), catalog.ports().shared(9, 1));
        assertEquals(List.of(), catalog.ports().shared(0, 9));
        assertEquals("{\"warnings\":[\"port 80 is also declared by 'fax' and 1 more\"]}",
                new String(Json.write(catalog.notices(mail)), UTF_8));
        catalog = catalog.without("fax");
        assertEquals(List.of("port 80 is also declared by 'post'"), catalog.warnings(mail));
        assertEquals("post", catalog.ports().holderOf(80, "mail"));
        catalog = catalog.without("post");
        assertNull(catalog.ports().holderOf(80, "mail"));
        assertNull(catalog.ports().holderOf(81, "mail"));
        assertEquals(Mapping.EMPTY, catalog.notices(mail));
    }

    @Test
    void aServiceOfManySharedPortsGetsTwentyWarnings() {
        StringBuilder endpoints = new StringBuilder();
        for (int port = 1; port <= 25; port++) {
            endpoints.append("  - {protocol: http, host: 127.0.0.1, port: ").append(port).append("}\n");
        }
        for (String name : List.of("mail", "post")) {
            put(Manifest.of(Yaml.read(Manifests.yaml(name, "1").replaceAll("  - .*\n", "") + endpoints)), Mods.NONE);
        }
        List<String> warnings = catalog.warnings(catalog.entries().iterator().next());
        assertEquals(20, warnings.size());
        assertEquals("port 1 is also declared by 'post'", warnings.getFirst());
    }

    @Test
    void theEndOfAnAnnouncementIsDueOnceUntilItIsStale() {
        assertNull(catalog.nextExpiry());
        for (String name : List.of("c", "b", "a", "d")) {
            catalog = catalog.with(entry(Manifests.of(name, "1"), Mods.NONE, state(Status.REGISTERED, 1,
                    Decisions.NOW.plusSeconds(name.equals("a") ? 2 : name.equals("d") ? 3 : 1))));
        }
        put("never", Status.REGISTERED);
        assertEquals(Decisions.NOW.plusSeconds(1), catalog.nextExpiry());
        assertEquals(List.of(), catalog.expiredAt(Decisions.NOW));
        assertEquals(List.of("b", "c", "a"),
                catalog.expiredAt(Decisions.NOW.plusSeconds(2)).stream().map(Entry::name).toList());
        for (String name : List.of("b", "c")) {
            catalog = catalog.with(entry(Manifests.of(name, "1"), Mods.NONE,
                    state(Status.STALE, 2, Decisions.NOW.plusSeconds(1))));
        }
        assertEquals(Decisions.NOW.plusSeconds(2), catalog.nextExpiry());
        catalog = catalog.without("a").without("d");
        assertNull(catalog.nextExpiry());
    }

    @Test
    void aNameIsFoundAsItIsWrittenAndTakenInAnyCase() {
        put("mail", Status.REGISTERED);
        assertNull(catalog.find("Mail"));
        assertEquals("mail", catalog.nameInAnyCase("MAIL"));
        assertNull(catalog.nameInAnyCase("post"));
        Entry waiting = entry(Manifests.of("post", "1"), Mods.NONE, state(Status.PENDING, 1, null));
        long before = catalog.heapBytes();
        catalog = catalog.withProposal(new Proposal(waiting, "d", Decisions.NOW, null));
        assertEquals(before + waiting.heapBytes(), catalog.heapBytes());
        assertNull(catalog.proposal("Post"));
        assertEquals("post", catalog.nameInAnyCase("POST"));
        assertEquals(1, catalog.pendingCount());
        catalog = catalog.withProposal(new Proposal(waiting, "e", Decisions.NOW, null));
        assertEquals(before + waiting.heapBytes(), catalog.heapBytes());
        catalog = catalog.withoutProposal("post").withoutProposal("post");
        assertEquals(before, catalog.heapBytes());
        assertEquals(0, catalog.pendingCount());
    }

    @Test
    void aProposalShowsWhatItWouldReplaceAndTheServiceShowsThatItWaits() {
        put("mail", Status.REGISTERED);
        Entry mail = catalog.entries().iterator().next();
        Entry next = entry(Manifests.of("mail", "2"), Mods.NONE, state(Status.PENDING, 2, null));
        Proposal proposal = new Proposal(next, "d", Decisions.NOW, "a note");
        Mapping alone = ((Mapping) Json.read(catalog.json(proposal))).mapping("approval");
        assertEquals("pending d a note", alone.text("status") + " " + alone.text("digest") + " " + alone.text("note"));
        assertEquals("1", ((Mapping) Objects.requireNonNull(alone.get("approved"))).text("version"));
        assertNull(((Mapping) Json.read(catalog.json(mail, Liveness.UNKNOWN.members("mail")))).get("approval"));
        catalog = catalog.withProposal(proposal);
        assertNull(((Mapping) Json.read(catalog.without("mail").json(proposal))).mapping("approval").get("approved"));
        Mapping shown = (Mapping) Json.read(catalog.json(mail, Liveness.UNKNOWN.members("mail")));
        assertEquals("d", shown.mapping("approval").text("digest"));
        assertTrue(shown.fields().containsKey("healthy"));
        assertEquals("d", ((Mapping) Json.read(catalog.listed(mail, Liveness.UNKNOWN.members("mail"))))
                .mapping("approval").text("digest"));
    }

    @Test
    void whatIsProvidedIsWhatAServiceThatIsNotStaleOffers() {
        put("mail", Status.STALE, "a.b");
        assertFalse(catalog.provides("a.b"));
        put("post", Status.REGISTERED, "a.b");
        assertTrue(catalog.provides("a.b"));
        assertFalse(catalog.provides("a"));
    }

    @Test
    void namesAndAliasesAreTaken() {
        put(Manifest.of(Yaml.read(Manifests.yaml("mail", "1") + "aliases: [letters]\n")), Mods.NONE);
        assertEquals(Set.of("mail", "letters"), Discoveries.taken(Set.of("mail", "letters", "fax"), catalog));
    }
}
