package dev.asmp.faults;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.Until;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.ScanPath;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Precondition;
import dev.asmp.registry.Proposal;
import dev.asmp.registry.Registry;
import dev.asmp.registry.ServiceRecord;
import dev.asmp.scan.SourceState;
import dev.asmp.store.RefusedException;
import dev.asmp.vm.EmbeddedVmStore;
import dev.asmp.vm.VmPatch;
import dev.asmp.vm.VmRegistration;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Single promises that a power cut or a failing disk once broke. */
class PromisesTest {
    private final Engines.World world = new Engines.World();
    private Disk disk;
    private Registry registry;

    @BeforeEach
    void open() throws IOException {
        disk = Engines.emptyDisk(new Disk(Set.of()));
        registry = opened();
    }

    private Registry opened() throws IOException {
        Path home = disk.files().getPath("/home/asmp");
        return Registries.open(home, world.clock, world::profile, _ -> {}, _ -> {});
    }

    @AfterEach
    void close() {
        registry.close();
    }

    private long announce(String version) {
        Entry entry = (Entry) registry.announce(new Claim.Announcement(Manifests.of("mail", version), null));
        return entry.state().generation();
    }

    private boolean sight() {
        Claim.Sighting claim = new Claim.Sighting(Manifests.of("mail", "1"), registry.pathOf("mail"), "digest");
        return !registry.sight(List.of(claim)).accepted().isEmpty();
    }

    private void restart() throws IOException {
        registry.close();
        registry = opened();
    }

    /** Nothing is left of what was not forced. */
    private void cutPower() throws IOException {
        Disk cut = disk;
        cut.cutNow();
        registry.close();
        disk = cut.afterCut(Survival.Mode.NOTHING, new Random(0));
        registry = opened();
    }

    private long generation() {
        Entry entry = registry.catalog().find("mail");
        assertNotNull(entry);
        return entry.state().generation();
    }

    @Test
    void aGenerationInItsFileIsNotTakenBackByAHistoryThatFellBehind() throws IOException {
        announce("1");
        restart();
        for (int i = 2; i <= 10; i++) {
            assertEquals(i, announce("1"));
        }
        cutPower();
        assertEquals(10, generation());
        assertEquals(11, announce("1"));
    }

    @Test
    void aGenerationThatWasOnlyProposedIsNotThatOfTheEntryInServiceAfterARestart() throws IOException {
        registry.register(new Claim.Registration(Manifests.of("mail", "1")));
        world.requireApproval(true);
        Path elsewhere = registry.pathOf("mail").resolveSibling("other.yaml");
        assertInstanceOf(Proposal.class,
                registry.register(new Claim.Registration(Manifests.of("mail", "2", "mail.other"))));
        world.requireApproval(false);
        sight(); // takes the proposal back, and makes no new generation
        assertEquals(1, generation());
        restart();
        assertEquals(1, generation());
        cutPower();
        assertEquals(1, generation());
        registry.sight(List.of(new Claim.Sighting(Manifests.of("mail", "1"), elsewhere, "digest")));
        assertEquals(1, generation());
        assertEquals(3, announce("3"), "the proposed one is not given again");
    }

    @Test
    void theFirstEntryOfANewFolderSurvives() throws IOException {
        announce("1");
        cutPower();
        assertEquals(1, generation());
    }

    @Test
    void aRemovalSurvivesInAFileThatWasNewAndNotForced() throws IOException {
        assertTrue(sight());
        registry.remove("mail", Precondition.NONE, true);
        cutPower();
        assertEquals(false, sight(), "it was removed");
        assertEquals(2, announce("2"));
    }

    @Test
    void anEditThatAReloadTookInSurvives() throws IOException {
        announce("1");
        Files.writeString(registry.pathOf("mail"), Manifests.yaml("mail", "2"));
        registry.reload();
        cutPower();
        assertEquals(2, generation());
        Files.delete(registry.pathOf("mail"));
        registry.reload();
        cutPower();
        assertNull(registry.catalog().find("mail"));
        assertEquals(3, announce("3"));
    }

    @Test
    void aRemovalThatDoesNotFitOnTheDiskRemovesNothing() throws IOException {
        announce("1");
        disk.failBy(new DiskFault(DiskFault.Reason.FULL, false, 0));
        RefusedException refused = assertThrows(RefusedException.class,
                () -> registry.remove("mail", Precondition.NONE, true));
        assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason());
        assertEquals(1, generation());
        disk.failBy((_, _) -> {});
        restart();
        assertEquals(1, generation());
        registry.remove("mail", Precondition.NONE, true);
        assertNull(registry.catalog().find("mail"));
    }

    @Test
    void aFolderThatCannotBeOpenedToForceItIsAFailureThatChangesNothing() {
        announce("1");
        disk.failBy((call, path) -> {
            if (call == Disk.Call.OPEN && path.endsWith("services")) {
                throw new FileSystemException(path.toString(), null, "Too many open files");
            }
        });
        assertThrows(RefusedException.class, () -> announce("2"));
        assertEquals(1, generation());
        disk.failBy((_, _) -> {});
        assertEquals(2, announce("2"));
    }

    @Test
    void aNoteThatWasRefusedDoesNotSpoilTheNextOne() throws IOException {
        Path file = registry.pathOf("x").resolveSibling("notes");
        Discoveries notes = Registries.notes(file, world.clock);
        notes.add(Mapping.builder().put("name", "first").build());
        disk.failBy((call, path) -> {
            if (call == Disk.Call.FORCE || call == Disk.Call.TRUNCATE) {
                throw new FileSystemException(path.toString(), null, "Input/output error");
            }
        });
        assertThrows(RefusedException.class, () -> notes.add(Mapping.builder().put("name", "second").build()));
        disk.failBy((_, _) -> {});
        notes.add(Mapping.builder().put("name", "third").build());
        cutPower();
        Discoveries left = Registries.notes(registry.pathOf("x").resolveSibling("notes"), world.clock);
        assertEquals(List.of("first", "third"), Registries.all(left).stream().map(note -> note.text("name")).toList());
    }

    @Test
    void aCompactionThatFailedComesAgainWithoutAnyChange() throws IOException {
        Path file = disk.files().getPath("/home/asmp").resolve(EmbeddedVmStore.FILE);
        AtomicLong nanos = new AtomicLong();
        List<String> log = new CopyOnWriteArrayList<>();
        try (EmbeddedVmStore vms = new EmbeddedVmStore(file, world.clock, nanos::get, Registries.queue(), 1L << 30,
                log::add)) {
            vms.register(VmRegistration.of(Json.read(("{\"id\": \"a\", \"name\": \"a\", \"role\": \"worker\","
                    + " \"address\": \"a\", \"registeredBy\": \"test\"}").getBytes(StandardCharsets.UTF_8))));
            disk.failBy((call, path) -> {
                if (Thread.currentThread().getName().equals("vm-compaction")) {
                    throw new FileSystemException(path.toString(), null, "Input/output error");
                }
            });
            for (int i = 0; log.isEmpty(); i++) {
                vms.patch("a", new VmPatch(null, null, null, null,
                        new VmPatch.Replacement<>(Mapping.builder().put("x", i + "y".repeat(30_000)).build())));
            }
            long size = Files.size(file);
            disk.failBy((_, _) -> {});
            nanos.addAndGet(Duration.ofMinutes(1).toNanos());
            Until.holds(() -> log.size() == 2, vms::tend, log::toString);
            assertTrue(Files.size(file) < size / 2, Files.size(file) + " of " + size);
            assertTrue(log.getLast().endsWith("was compacted"), log.toString());
        }
    }

    @Test
    void aCompactionThatDiedComesAgain() throws IOException {
        Path file = disk.files().getPath("/home/asmp").resolve(EmbeddedVmStore.FILE);
        try (EmbeddedVmStore vms = new EmbeddedVmStore(file, world.clock, () -> 0, Registries.queue(), 1L << 30,
                _ -> {})) {
            vms.register(VmRegistration.of(Json.read(("{\"id\": \"a\", \"name\": \"a\", \"role\": \"worker\","
                    + " \"address\": \"a\", \"registeredBy\": \"test\"}").getBytes(StandardCharsets.UTF_8))));
            boolean[] died = {false};
            disk.failBy((_, _) -> {
                if (Thread.currentThread().getName().equals("vm-compaction") && !died[0]) {
                    died[0] = true;
                    throw new OutOfMemoryError("planted");
                }
            });
            long size = 0;
            for (int i = 0; i < 2_000 && Files.size(file) >= size; i++) {
                size = Files.size(file);
                vms.patch("a", new VmPatch(null, null, null, null,
                        new VmPatch.Replacement<>(Mapping.builder().put("x", "y".repeat(30_000)).build())));
            }
            assertTrue(died[0], "the first compaction died");
            assertTrue(Files.size(file) < size, "and the second was made");
        }
    }

    private ServiceRecord register(String version) {
        return registry.register(new Claim.Registration(Manifests.of("mail", version)));
    }

    private static Disk.Fault failingBelow(String folder, Disk.Call failing) {
        return (call, path) -> {
            if (call == failing && String.valueOf(path.getParent()).endsWith(folder)) {
                throw new FileSystemException(path.toString(), null, "Input/output error");
            }
        };
    }

    @Test
    void whatIsKeptOfATakeoverThatFailedIsNotKeptOfALaterChange() throws IOException {
        assertTrue(sight());
        disk.failBy(failingBelow("services", Disk.Call.MOVE));
        assertThrows(RefusedException.class, () -> register("2"));
        disk.failBy((_, _) -> {});
        assertThrows(RefusedException.class, () -> registry.undo("mail"), "nothing was replaced");
        restart();
        assertThrows(RefusedException.class, () -> registry.undo("mail"), "nor does a start find anything");
        assertEquals(2, announce("2"));
        restart();
        Entry entry = registry.catalog().find("mail");
        assertNotNull(entry);
        assertNull(registry.catalog().replaces(entry), "the announcement replaced nothing");
    }

    @Test
    void aTakeoverIsUndoneAfterAPowerCut() throws IOException {
        assertTrue(sight());
        register("2");
        cutPower();
        assertEquals(2, generation());
        Entry back = (Entry) registry.undo("mail");
        assertEquals("1", back.manifest().document().text("version"));
        cutPower();
        assertEquals(3, generation());
        assertThrows(RefusedException.class, () -> registry.undo("mail"));
    }

    @Test
    void whatIsKeptOfATakeoverStaysInMemoryWhileItsFileStays() throws IOException {
        assertTrue(sight());
        register("2");
        disk.failBy(failingBelow("replaced", Disk.Call.DELETE));
        registry.undo("mail");
        Entry entry = registry.catalog().find("mail");
        assertNotNull(entry);
        String kept = registry.catalog().replacedSource("mail");
        disk.failBy((_, _) -> {});
        restart();
        assertEquals(kept, registry.catalog().replacedSource("mail"), "memory said what the disk says");
    }

    @Test
    void aFolderThatCannotBeReadToItsEndIsUnknownAndAFailureOfTheDisk() {
        Path services = registry.pathOf("mail").getParent();
        ScanPath scanPath = new ScanPath("services", services, null);
        assertEquals(SourceState.GONE, SourceState.of(registry.pathOf("mail"), List.of(scanPath)));
        disk.failBy((call, path) -> {
            if (call == Disk.Call.READ && path.equals(services)) {
                throw new FileSystemException(path.toString(), null, "Input/output error");
            }
        });
        assertEquals(SourceState.UNKNOWN, SourceState.of(registry.pathOf("mail"), List.of(scanPath)));
        RefusedException refused = assertThrows(RefusedException.class, registry::reload);
        assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason());
    }

    @Test
    void aProposalInThePlaceOfOneThatCouldNotBeDeletedStays() throws IOException {
        world.requireApproval(true);
        registry.approve("mail", propose("1").digest());
        disk.failBy(failingBelow("pending", Disk.Call.DELETE));
        registry.approve("mail", propose("2").digest());
        Proposal next = propose("3");
        disk.failBy((_, _) -> {});
        registry.announce(new Claim.Announcement(Manifests.of("fax", "1"), null));
        restart();
        Proposal waiting = registry.catalog().proposal("mail");
        assertNotNull(waiting);
        assertEquals(next.digest(), waiting.digest());
        world.requireApproval(false);
    }

    private Proposal propose(String version) {
        return (Proposal) registry.announce(
                new Claim.Announcement(Manifests.of("mail", "1", "mail.use-" + version), null));
    }

    @Test
    void whatIsKeptOfATakeoverStaysAlthoughAnEarlierOneFailed() throws IOException {
        assertTrue(sight());
        disk.failBy(failingBelow("services", Disk.Call.MOVE));
        assertThrows(RefusedException.class, () -> register("2"));
        disk.failBy(failingBelow("replaced", Disk.Call.DELETE));
        register("2");
        disk.failBy((_, _) -> {});
        registry.announce(new Claim.Announcement(Manifests.of("fax", "1"), null));
        restart();
        Entry back = (Entry) registry.undo("mail");
        assertEquals("1", back.manifest().document().text("version"));
    }

    @Test
    void whenAServiceWasSeenLastIsTheLaterOfItsFileAndOfTheScansFile() throws IOException {
        assertTrue(sight());
        Instant registered = world.clock.instant();
        world.pass(Duration.ofMinutes(5));
        registry.seen(world.clock.instant(), List.of());
        restart();
        Entry entry = registry.catalog().find("mail");
        assertNotNull(entry);
        assertEquals(world.clock.instant(), registry.catalog().lastSeen(entry));
        Path scans = disk.files().getPath("/home/asmp/last-scan.json");
        for (String torn : List.of("", "{\"format\":1,\"seen_at\":\"2026", "\0\0\0\0", "{\"format\":1}")) {
            registry.close();
            Files.writeString(scans, torn);
            registry = opened();
            entry = registry.catalog().find("mail");
            assertNotNull(entry);
            assertEquals(registered, registry.catalog().lastSeen(entry), "a file that was not forced: " + torn);
        }
    }

    @Test
    void aFileWinsOverASnapshotThatFellBehindOrWasTorn() throws IOException {
        announce("1");
        registry.close();
        Path snapshot = disk.files().getPath("/home/asmp/snapshot.bin");
        byte[] old = Files.readAllBytes(snapshot);
        registry = opened();
        announce("2");
        registry.close();
        for (byte[] left : List.of(old, Arrays.copyOf(old, old.length / 2), new byte[old.length])) {
            Files.write(snapshot, left);
            registry = opened();
            assertEquals(2, generation());
            registry.close();
        }
        registry = opened();
    }

    @Test
    void aProposalWhoseApprovalWasCutOffIsStillThereOrInService() throws IOException {
        for (int calls = 0; calls < 12; calls++) {
            close();
            disk = Engines.emptyDisk(new Disk(Set.of()));
            world.requireApproval(true);
            registry = opened();
            Proposal proposal = (Proposal) registry.announce(new Claim.Announcement(Manifests.of("mail", "1"), null));
            disk.cutAfter(calls);
            try {
                registry.approve("mail", proposal.digest());
            } catch (RefusedException _) {
                // The power was off.
            }
            cutPower();
            boolean waits = registry.catalog().proposal("mail") != null;
            assertEquals(!waits, registry.catalog().find("mail") != null, "after " + calls + " calls");
        }
        world.requireApproval(false);
    }

    @Test
    void aGenerationThatOnlyItsFileHadIsNotLostWithTheFile() throws IOException {
        announce("1");
        disk.failBy((call, path) -> {
            if (call == Disk.Call.WRITE && path.endsWith("generations")) {
                throw new FileSystemException(path.toString(), null, "No space left on device");
            }
        });
        for (int i = 2; i <= 7; i++) {
            assertEquals(i, announce("1"));
        }
        disk.failBy((_, _) -> {});
        Files.delete(registry.pathOf("mail"));
        registry.reload();
        assertNull(registry.catalog().find("mail"));
        cutPower();
        assertEquals(8, announce("1"));
    }
}
