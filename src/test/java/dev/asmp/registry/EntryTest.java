package dev.asmp.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.document.FileStamp;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Manifest;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an entry says, to readers and about itself, and what it takes. */
class EntryTest {
    private static final Instant NOW = Decisions.NOW;
    private static final String SOURCE = "/src/mail/asmp.yaml";

    private static Entry entry(String more, Sync sync, Status status, @Nullable String source) {
        return new Entry(Manifest.of(Yaml.read(Manifests.yaml("mail", "1") + more)), Mods.NONE,
                new EntryState(sync, status, 3, NOW, source, "d", null), "box", FileStamp.UNKNOWN);
    }

    private static Entry entry(String more) {
        return entry(more, Sync.SCAN, Status.REGISTERED, SOURCE);
    }

    private static Mapping json(byte[] bytes) {
        return (Mapping) Json.read(bytes);
    }

    private static long print(Entry entry) {
        CRC32C print = new CRC32C();
        entry.addTo(print);
        return print.getValue();
    }

    @Test
    void anEntryIsItsManifestWithTheRegistrysKeysAndMore() {
        Mapping shown = json(entry("section: s\n").json(NOW.plusSeconds(5), ",\"more\":1}".getBytes(UTF_8)));
        assertEquals(List.of("asmp", "kind", "name", "description", "version", "capabilities", "endpoints", "section",
                "source", "generation", "sync", "status", "host", "last_seen", "more"),
                List.copyOf(shown.fields().keySet()));
        assertEquals(SOURCE + " 3 scan registered box 2026-11-20T10:00:05.000Z",
                Stream.of("source", "generation", "sync", "status", "host", "last_seen").map(shown::text)
                        .reduce((one, other) -> one + " " + other).orElseThrow());
        assertNull(json(entry("", Sync.ANNOUNCE, Status.STALE, null).json(NOW)).get("source"));
    }

    @Test
    void anOfferNamesItsSourceAlsoWhereThereIsNone() {
        for (String source : new String[]{SOURCE, null}) {
            byte[] offers = Catalog.empty(Registries.PLENTY).with(entry("", Sync.ANNOUNCE, Status.REGISTERED, source))
                    .offers("mail.use", Liveness.UNKNOWN).json();
            String text = new String(offers, UTF_8);
            assertTrue(text.contains("\"source\":" + (source == null ? "null" : "\"" + SOURCE + "\"")), text);
        }
    }

    @Test
    void listsShowNoSecrets() {
        Entry entry = entry("run: {env: {API_KEY: abcdef}}\n");
        assertTrue(new String(entry.json(NOW), UTF_8).contains("abcdef"));
        assertFalse(new String(entry.listed(NOW), UTF_8).contains("abcdef"));
        assertEquals("2026-11-20T10:00:00.000Z", json(entry.listed(NOW)).text("last_seen"));
    }

    @Test
    void whatLookupsAskIsReadFromTheManifest() {
        Entry entry = entry("section: s\naliases: [post]\nhealth: {method: tcp}\n");
        assertEquals("service s mail box", entry.kind() + " " + entry.section() + " " + entry.name() + " "
                + entry.host());
        assertEquals(List.of("post"), entry.aliases());
        assertEquals("{\"method\":\"tcp\"}", new String(Objects.requireNonNull(entry.health()), UTF_8));
        assertNull(entry("").health());
        assertEquals(1, entry.endpoints().size());
        assertTrue(entry.evidence().text().contains("mail"), entry.evidence().text());
        assertEquals("mail (scan, registered, generation 3)", entry.toString());
    }

    @Test
    void onlyARegisteredServiceHoldsPorts() {
        assertEquals(List.of(7100), entry("").heldPorts());
        assertEquals(List.of(), entry("", Sync.SCAN, Status.STALE, SOURCE).heldPorts());
        assertEquals(List.of(), entry("", Sync.SCAN, Status.PENDING, SOURCE).heldPorts());
    }

    @Test
    void theFingerprintTellsWhetherItsFileSaysSomethingElse() {
        Entry entry = entry("");
        assertEquals(entry.fingerprint(), entry.withGeneration(9).withHost("crate").fingerprint());
        assertTrue(entry.fingerprint().endsWith("-scan-registered"), entry.fingerprint());
        for (Entry other : List.of(entry("tags: [a]\n"), entry("", Sync.ANNOUNCE, Status.REGISTERED, SOURCE),
                entry("", Sync.SCAN, Status.STALE, SOURCE))) {
            assertNotEquals(entry.fingerprint(), other.fingerprint());
        }
        assertNotEquals(entry("tags: [a]\n").fingerprint(), entry("tags: [b]\n").fingerprint(), "of the same length");
    }

    @Test
    void whatPeersAreToldIsContentAndStalenessAndNoMoment() {
        Entry entry = entry("");
        assertEquals(print(entry), print(entry.withGeneration(9)));
        assertNotEquals(print(entry), print(entry("tags: [a]\n")));
        assertNotEquals(print(entry), print(entry("", Sync.SCAN, Status.STALE, SOURCE)));
    }

    @Test
    void aCopyDiffersInWhatItIsNamedFor() {
        Entry entry = entry("");
        assertSame(entry, entry.withGeneration(3));
        assertEquals(4, entry.withGeneration(4).state().generation());
        assertEquals("crate", json(entry.withHost("crate").json(NOW)).text("host"));
        FileStamp stamp = new FileStamp(1, FileTime.fromMillis(1),
                FileTime.fromMillis(1), null);
        assertEquals(stamp, entry.withStamp(stamp).stamp());
        assertEquals(new String(entry.json(NOW), UTF_8), new String(entry.withStamp(stamp).json(NOW), UTF_8));
    }

    @Test
    void theSourcesPathIsInAnEntryThreeTimes() {
        long without = entry("", Sync.SCAN, Status.REGISTERED, null).heapBytes();
        assertEquals(3 * HeapCost.of(SOURCE), entry("").heapBytes() - without);
        Entry entry = entry("");
        assertTrue(Math.abs(entry.length() - entry.json(NOW, Liveness.UNKNOWN.members("mail")).length) < 250,
                entry.length() + " bytes");
    }

    @Test
    void everyPartOfAnEntryTakesMemory() {
        long plain = entry("").heapBytes();
        for (String more : List.of("note: some text\n", "health: {method: tcp}\n", "aliases: [post]\n")) {
            assertTrue(entry(more).heapBytes() > plain + more.length(), more);
        }
        assertTrue(entry("health: {method: tcp}\n").heapBytes() > entry("wealth: {method: tcp}\n").heapBytes() + 300);
        Entry twoPorts = new Entry(Manifest.of(Yaml.read(Manifests.yaml("mail", "1")
                + "  - {protocol: http, port: 1}\n")), Mods.NONE, entry("").state(), "box", FileStamp.UNKNOWN);
        assertTrue(twoPorts.heapBytes() > plain + 150);
    }

    @Test
    void whatIsHeldTwiceOrIndexedIsCountedSo() {
        long plain = entry("").heapBytes();
        List<String> more = Stream.iterate(0, i -> i + 1).limit(10).map(i -> "mail.capability" + i).toList();
        Entry offering = new Entry(Manifests.of("mail", "1", more.toArray(String[]::new)), Mods.NONE,
                entry("").state(), "box", FileStamp.UNKNOWN);
        long texts = more.stream().mapToLong(HeapCost::of).sum();
        assertTrue(offering.heapBytes() > plain + 9 * 110 + 2 * texts - 300, offering.heapBytes() + " bytes");
        assertTrue(offering.heapBytes() < plain + 10 * 110 + 4 * texts, offering.heapBytes() + " bytes");
        Mods mods = Mods.of(List.of(Decisions.json("{'name':'spam','capabilities':{'provides':['spam.filter']}}")));
        Entry modded = new Entry(Manifests.of("mail", "1"), mods, entry("").state(), "box", FileStamp.UNKNOWN);
        assertTrue(modded.heapBytes() > plain + HeapCost.of(Json.write(mods.documents()))
                + HeapCost.of(Json.write(Manifests.of("mail", "1").document())));
        Entry secret = entry("run: {env: {API_KEY: abc}}\n");
        Entry open = entry("run: {env: {API_KOY: abc}}\n");
        assertEquals(HeapCost.of(Json.write(secret.manifest().document())), secret.heapBytes() - open.heapBytes());
    }

    @Test
    void aCatalogTakesTheMemoryOfAllThatItHolds() {
        Entry entry = entry("");
        Catalog catalog = Catalog.empty(Registries.PLENTY).with(entry);
        long one = catalog.heapBytes();
        assertEquals(entry.heapBytes(), one);
        Takeover takeover = new Takeover(entry, 4);
        catalog = catalog.withTakeover(takeover).withTakeover(takeover);
        assertEquals(2 * one, catalog.heapBytes());
        assertEquals(SOURCE, catalog.replacedSource("mail"));
        assertEquals(SOURCE, Objects.requireNonNull(catalog.replaces(entry.withGeneration(4))).text("source"));
        assertNull(catalog.replaces(entry));
        catalog = catalog.withoutTakeover("mail").withoutTakeover("mail");
        assertEquals(one, catalog.heapBytes());
        assertNull(catalog.replacedSource("mail"));
        assertNull(catalog.replaces(entry.withGeneration(4)));
    }

    @Test
    void aRemovalIsRememberedUntilTheNameComesBackOrIsForgotten() {
        Catalog removed = Catalog.empty(Registries.PLENTY).withRemoval("mail", NameHistory.Last.removed(3, "d"));
        assertTrue(removed.wasRemoved("mail", "d"));
        assertFalse(removed.wasRemoved("mail", "e") || removed.wasRemoved("post", "d"));
        assertEquals(ClaimDecider.removed("mail"), removed.whyRemoved("mail"));
        assertNull(removed.whyRemoved("post"));
        assertSame(removed, removed.withoutRemovals(List.of()));
        Consumer<Catalog> isForgotten = catalog -> {
            assertNull(catalog.removal("mail"));
            assertFalse(catalog.wasRemoved("mail", "d"));
        };
        isForgotten.accept(removed.withoutRemovals(List.of("mail")));
        isForgotten.accept(removed.with(entry("")));
    }
}
