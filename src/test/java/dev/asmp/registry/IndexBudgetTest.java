package dev.asmp.registry;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is refused when the index has no memory left, and what never is. */
class IndexBudgetTest {
    private static final long SMALL = 256 * 1024;
    private static final HostProfile ASKING = HostProfile.of(
            Yaml.read("{host_id: box, device_class: vm, policy: {requires_approval: true}}"),
            new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()));

    private final Path home = Jimfs.newFileSystem(Configuration.unix()).getPath("/home/asmp");
    private final List<String> warnings = new ArrayList<>();
    private Supplier<HostProfile> profile = () -> Manifests.BOX;
    private Registry registry;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home);
        reopen(SMALL);
    }

    private void reopen(long index) throws IOException {
        registry = Registries.open(home, TestClock.somewhen(), () -> profile.get(),
                new RegistryBudgets(index, Registries.PLENTY, Registries.queue()), _ -> {}, warnings::add);
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private static Manifest manifest(String name, int length) {
        return Manifests.of(name, "x".repeat(length));
    }

    private ServiceRecord announce(String name, int length) {
        return registry.announce(new Claim.Announcement(manifest(name, length), null));
    }

    /** Announces until the index is full; returns how many fitted. */
    private int fill(int length) {
        for (int i = 0;; i++) {
            try {
                announce("filler-" + i, length);
            } catch (RefusedException e) {
                assertFull(e);
                return i;
            }
        }
    }

    private static void assertFull(RefusedException refused) {
        assertEquals(RefusedException.Reason.CONFLICT, refused.reason());
        assertTrue(String.valueOf(refused.getMessage()).startsWith("the index is full: it holds "),
                refused.getMessage());
    }

    @Test
    void aNewServiceThatDoesNotFitIsRefusedAndLeavesNoFile() {
        int fitted = fill(20_000);
        assertTrue(fitted > 2 && fitted < 20, "fitted: " + fitted);
        assertFalse(Files.exists(registry.pathOf("filler-" + fitted)));
        assertTrue(registry.catalog().heapBytes() <= SMALL);
    }

    @Test
    void whatGrowsIsRefusedAndWhatShrinksOrStaysIsNot() {
        fill(20_000);
        assertFull(assertThrows(RefusedException.class, () -> announce("filler-0", 90_000)));
        announce("filler-0", 20_000);
        registry.patch("filler-1", json("{\"version\": \"1\"}"), Precondition.NONE);
        announce("filler-2", 1);
        assertEquals(2, registry.markStale(List.of(entry("filler-0"), entry("filler-2"))));
        registry.remove("filler-0", Precondition.NONE, true);
        announce("another", 20_000);
    }

    @Test
    void patchesRegistrationsAndModsAreMeasuredToo() {
        fill(20_000);
        String long1 = "y".repeat(200_000);
        assertFull(assertThrows(RefusedException.class,
                () -> registry.patch("filler-0", json("{\"owner\": \"" + long1 + "\"}"), Precondition.NONE)));
        assertFull(assertThrows(RefusedException.class,
                () -> registry.register(new Claim.Registration(manifest("filler-0", 200_000)))));
        Mod mod = Mod.of(json("{\"name\": \"mod\", \"note\": \"" + long1
                + "\", \"capabilities\": {\"provides\": [\"more\"]}}"));
        assertFull(assertThrows(RefusedException.class, () -> registry.attach("filler-0", mod)));
        assertEquals(1, entry("filler-0").state().generation());
    }

    @Test
    void ofAScanOnlyWhatDoesNotFitIsKeptOutAndTheReasonIsSaid() {
        fill(20_000);
        registry.remove("filler-0", Precondition.NONE, true);
        Sightings outcome = registry.sight(List.of(sighting("large", 200_000), sighting("small", 10)));
        assertEquals(List.of("small"), List.copyOf(outcome.accepted().keySet()));
        assertTrue(String.valueOf(outcome.refused().get("large")).startsWith("the index is full: "),
                outcome.refused().toString());
    }

    private Claim.Sighting sighting(String name, int length) {
        return new Claim.Sighting(manifest(name, length), home.resolve("src").resolve(name).resolve("asmp.yaml"), "d");
    }

    @Test
    void aStartLeavesOutWhatDoesNotFitOnDiskAndSaysSo() throws IOException {
        int fitted = fill(20_000);
        registry.close();
        reopen(SMALL / 2);
        int left = registry.catalog().size();
        assertTrue(left > 0 && left < fitted, "left: " + left);
        assertEquals(fitted - left, registry.problems().size());
        assertTrue(warnings.stream().anyMatch(line -> line.contains("is left out: the index is full")),
                warnings.toString());
        registry.close();
        reopen(SMALL);
        assertEquals(fitted, registry.catalog().size(), "nothing was deleted");
    }

    @Test
    void aStartWithFarMoreThanFitsIsAStart() throws IOException {
        registry.close();
        for (int i = 0; i < 300; i++) {
            Files.writeString(home.resolve("services").resolve("s" + i + ".asmp.yaml"),
                    Manifests.yaml("s" + i, "x".repeat(20_000)));
        }
        reopen(SMALL);
        assertTrue(registry.catalog().size() > 2);
        assertTrue(registry.catalog().heapBytes() <= SMALL);
        assertTrue(warnings.size() <= 102, "told one by one: " + warnings.size());
        int told = registry.catalog().size() + registry.problems().size();
        assertEquals(300 - told + " more files of the index were left out", warnings.getLast());
    }

    @Test
    void anIndexFileThatAPersonAddsIsNotLoadedAndNotSetAside() throws IOException {
        fill(20_000);
        Path file = Files.writeString(registry.pathOf("mine"), Manifests.yaml("mine", "x".repeat(100_000)));
        Reloaded reloaded = registry.reload();
        assertEquals(List.of(file.toString()), reloaded.problems().stream().map(Reloaded.Problem::path).toList());
        assertNull(registry.catalog().find("mine"));
        assertFull(assertThrows(RefusedException.class, () -> announce("mine", 1)));
        assertTrue(Files.exists(file));
        registry.remove("filler-0", Precondition.NONE, true);
        registry.remove("filler-1", Precondition.NONE, true);
        registry.remove("filler-2", Precondition.NONE, true);
        registry.remove("filler-3", Precondition.NONE, true);
        registry.remove("filler-4", Precondition.NONE, true);
        registry.remove("filler-5", Precondition.NONE, true);
        assertEquals(List.of(), registry.reload().problems());
        assertNotNull(registry.catalog().find("mine"));
    }

    @Test
    void aProposalTakesMemoryAndApprovingItTakesNone() {
        profile = () -> ASKING;
        int fitted = fill(20_000);
        Proposal proposal = registry.catalog().proposal("filler-0");
        assertNotNull(proposal);
        for (int i = 0; i < fitted; i++) {
            Proposal waiting = registry.catalog().proposal("filler-" + i);
            assertNotNull(waiting);
            registry.approve(waiting.name(), waiting.digest());
        }
        assertEquals(fitted, registry.catalog().size());
    }

    @Test
    void aTakeoverIsRefusedWhereTheOldOneCannotBeKept() {
        registry.sight(List.of(sighting("mail", 60_000)));
        fill(20_000);
        assertFull(assertThrows(RefusedException.class,
                () -> registry.register(new Claim.Registration(manifest("mail", 50_000)))));
        assertEquals(Sync.SCAN, entry("mail").state().sync());
    }

    private Entry entry(String name) {
        Entry entry = registry.catalog().find(name);
        assertNotNull(entry);
        return entry;
    }

    private static Mapping json(String text) {
        return (Mapping) Json.read(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void answersThatWereRenderedHaveALimitOfTheirOwn() {
        List<String> provided = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            provided.add("wide.action-" + i);
        }
        registry.announce(new Claim.Announcement(Manifests.of("wide", "1", provided.toArray(String[]::new)), null));
        Catalog catalog = registry.catalog();
        Offers.Rendered first = catalog.offers("wide.action-0", Liveness.UNKNOWN);
        assertSame(first.json(), catalog.offers("wide.action-0", Liveness.UNKNOWN).json(), "it is kept");
        provided.forEach(capability -> catalog.offers(capability, Liveness.UNKNOWN));
        assertNotSame(first.json(), catalog.offers("wide.action-0", Liveness.UNKNOWN).json(),
                "200 answers of 4 KB are more than their part of the index");
    }

    @Test
    void aChangeWaitsForMemoryAndOneAloneIsNeverTooLarge() {
        ByteBudget queue = new ByteBudget(1_000);
        registry.close();
        registry = assertOpens(queue);
        announce("mail", 50_000);
        assertEquals(0, queue.used());
        assertTrue(queue.tryTake(900));
        RefusedException refused = assertThrows(RefusedException.class, () -> announce("mail", 1));
        assertEquals(RefusedException.Reason.BUSY, refused.reason());
        assertEquals(1, registry.markStale(List.of(entry("mail"))), "what comes from within is not refused");
        queue.release(900);
        announce("mail", 1);
    }

    private Registry assertOpens(ByteBudget queue) {
        try {
            return Registries.open(home, TestClock.somewhen(), () -> Manifests.BOX,
                    new RegistryBudgets(Registries.PLENTY, Registries.PLENTY, queue), _ -> {}, warnings::add);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
