package dev.asmp.vm;

import static dev.asmp.vm.Vms.ids;
import static dev.asmp.vm.Vms.vm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Registries;
import dev.asmp.Until;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The embedded engine when the disk is full, the file is damaged, everything happens at once, and the journal is compacted. */
class EmbeddedVmStoreUnderStressTest {
    private static final Duration WINDOW = Heartbeat.STALE_AFTER;
    private static final int BLOCK = 4_096;

    private final TwoClocks clocks = new TwoClocks();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final FileSystem memory = Jimfs.newFileSystem(
            Configuration.unix().toBuilder().setBlockSize(BLOCK).setMaxSize(2_000L * BLOCK).build());

    @AfterEach
    void close() throws IOException {
        memory.close();
    }

    private Path file() throws IOException {
        return Files.createDirectories(memory.getPath("/state")).resolve(EmbeddedVmStore.FILE);
    }

    private EmbeddedVmStore open(Path file) throws IOException {
        return new EmbeddedVmStore(file, clocks, clocks, Registries.queue(), 1L << 30, log::add);
    }

    private static VmPatch ballast(int bytes, String mark) {
        return new VmPatch(null, null, null, null,
                new VmPatch.Replacement<>(Mapping.builder().put("mark", mark).put("x", "y".repeat(bytes)).build()));
    }

    private static long size(Path file) {
        try {
            return Files.size(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void theJournalIsCompactedAgainAndAgainWhileWorkGoesOn(@TempDir Path folder) throws Exception {
        Path file = folder.resolve(EmbeddedVmStore.FILE);
        Map<String, String> marks = new ConcurrentHashMap<>();
        List<String> before;
        try (EmbeddedVmStore store = open(file)) {
            store.register(vm("silent"));
            clocks.pass(WINDOW);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                for (int i = 0; i < 8; i++) {
                    String id = "vm-" + i;
                    threads.execute(() -> patchOnAndOn(store, id, marks));
                }
            }
            Until.holds(() -> size(file) < 2_000_000, store::tend, () -> "not compacted");
            before = store.list(VmQuery.ALL).vms().stream().map(Vms::text).toList();
            assertEquals(9, before.size());
        }
        try (EmbeddedVmStore store = open(file)) {
            assertEquals(before, store.list(VmQuery.ALL).vms().stream().map(Vms::text).toList());
            marks.forEach((id, mark) -> assertTrue(Vms.text(entry(store, id)).contains("\"mark\":\"" + mark + "\"")));
            assertEquals(List.of("silent"), ids(store.stale()));
        }
        assertEquals(List.of(), log);
    }

    private static void patchOnAndOn(EmbeddedVmStore store, String id, Map<String, String> marks) {
        store.register(vm(id));
        for (int n = 0; n < 150; n++) {
            store.patch(id, ballast(20_000, id + "/" + n));
            marks.put(id, id + "/" + n);
            store.heartbeat(id);
            if (n % 10 == 0) {
                store.register(vm(id + "-passing"));
                store.remove(id + "-passing");
            }
        }
    }

    private static VmEntry entry(EmbeddedVmStore store, String id) {
        VmEntry vm = store.get(id);
        assertNotNull(vm, id);
        return vm;
    }

    @Test
    void whatTheDiskCannotTakeIsRefusedAndNothingChanges() throws Exception {
        Path file = file();
        Path filler = memory.getPath("/filler");
        try (EmbeddedVmStore store = open(file)) {
            store.register(vm("a"));
            store.register(vm("b"));
            fill(filler);
            List<String> before = store.list(VmQuery.ALL).vms().stream().map(Vms::text).toList();
            for (Runnable deed : List.<Runnable>of(() -> store.register(vm("c", "'metadata':{'x':'"
                    + "y".repeat(BLOCK) + "'}")), () -> store.patch("a", ballast(BLOCK, "m")))) {
                RefusedException refused = assertThrows(RefusedException.class, deed::run);
                assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason());
                assertTrue(String.valueOf(refused.getMessage())
                        .startsWith("could not be saved, nothing was changed: "));
            }
            assertEquals(before, store.list(VmQuery.ALL).vms().stream().map(Vms::text).toList());
            clocks.pass(Duration.ofMinutes(1));
            String beaten = Vms.text(beaten(store, "a"));
            assertEquals(beaten, Vms.text(entry(store, "a")), "a heartbeat needs no disk");
            Files.delete(filler);
            store.register(vm("c", "'metadata':{'x':'" + "y".repeat(BLOCK) + "'}"));
            store.tend();
            before = store.list(VmQuery.ALL).vms().stream().map(Vms::text).toList();
            try (EmbeddedVmStore other = open(file)) {
                assertEquals(before, other.list(VmQuery.ALL).vms().stream().map(Vms::text).toList());
            }
        }
    }

    @Test
    void aHeartbeatIsSavedSoonThoughNothingElseHappens() throws Exception {
        Path file = file();
        try (EmbeddedVmStore real = new EmbeddedVmStore(file, clocks, System::nanoTime, Registries.queue(), 1L << 30,
                log::add)) {
            real.register(vm("a"));
            for (int i = 0; i < 2; i++) {
                long size = Files.size(file);
                real.heartbeat("a");
                Until.holds(() -> size(file) > size, () -> "no heartbeat was saved");
            }
        }
    }

    private static VmEntry beaten(EmbeddedVmStore store, String id) {
        VmEntry vm = store.heartbeat(id);
        assertNotNull(vm, id);
        return vm;
    }

    private void fill(Path filler) throws IOException {
        byte[] block = new byte[BLOCK];
        try (var out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException _) {
            // full
        }
    }

    @Test
    void heartbeatsThatCannotBeSavedAreSavedLaterAndLoggedOnce() throws Exception {
        Path file = file();
        Path filler = memory.getPath("/filler");
        try (EmbeddedVmStore store = open(file)) {
            for (int i = 0; i < 300; i++) {
                store.register(vm("a-rather-long-name-so-that-it-takes-some-room-" + i));
            }
            fill(filler);
            for (int round = 0; round < 3; round++) {
                clocks.pass(Duration.ofMinutes(1));
                for (int i = 0; i < 300; i++) {
                    store.heartbeat("a-rather-long-name-so-that-it-takes-some-room-" + i);
                }
                store.tend();
            }
            assertEquals(1, log.size(), log::toString);
            assertTrue(log.getFirst().startsWith("heartbeats of VMs cannot be saved: "), log.getFirst());
            Files.delete(filler);
            store.tend();
            List<String> before = store.list(VmQuery.ALL).vms().stream().map(Vms::text).toList();
            try (EmbeddedVmStore other = open(file)) {
                assertEquals(before, other.list(VmQuery.ALL).vms().stream().map(Vms::text).toList());
            }
        }
    }

    @Test
    void aDamagedFileCostsWhatCannotBeReadAndIsKept() throws Exception {
        Path file = file();
        try (EmbeddedVmStore store = open(file)) {
            for (String id : List.of("a", "b", "c")) {
                store.register(vm(id));
            }
            store.remove("c");
        }
        Files.writeString(file, Files.readString(file).replace("name of b", "name of B"));
        for (int i = 0; i < 2; i++) {
            try (EmbeddedVmStore store = open(file)) {
                assertEquals(List.of("a"), ids(store.list(VmQuery.ALL).vms()));
                store.patch("a", ballast(10, "m"));
            }
            assertEquals(1, log.size(), log::toString);
        }
        assertTrue(log.getFirst().contains("IS DAMAGED: 1 of its 5 lines cannot be read, the first is line 3"),
                log.getFirst());
        assertTrue(Files.readString(file.resolveSibling("vms.jsonl.damaged")).contains("name of B"));
    }

    @Test
    void whoIsHeardInTheMomentOfFallingAsleepIsLive() throws Exception {
        AtomicInteger round = new AtomicInteger();
        AtomicIntegerArray heardIn = new AtomicIntegerArray(200);
        try (EmbeddedVmStore store = open(file())) {
            for (int i = 0; i < heardIn.length(); i++) {
                store.register(vm("vm-" + i));
            }
            try (ExecutorService threads = Executors.newSingleThreadExecutor();
                    Closing _ = () -> round.set(Integer.MAX_VALUE)) {
                threads.execute(() -> beatOnAndOn(store, round, heardIn));
                for (int i = 1; i <= 1_000; i++) {
                    clocks.pass(WINDOW);
                    round.set(i);
                    store.tend();
                    List<String> heard = heardIn(i, heardIn);
                    assertEquals(List.of(), missing(heard, store), "round " + i);
                }
            }
            clocks.pass(WINDOW);
            assertEquals(heardIn.length(), store.prune());
            assertNull(store.heartbeat("vm-0"));
        }
    }

    /** Each VM gives one sign of life a round, so that no later one makes up for one that was overlooked. */
    private static void beatOnAndOn(EmbeddedVmStore store, AtomicInteger round, AtomicIntegerArray heardIn) {
        for (int i = 0;; i++) {
            int now = round.get();
            int vm = i % heardIn.length();
            if (now == Integer.MAX_VALUE) {
                return;
            }
            if (heardIn.get(vm) != now) {
                store.heartbeat("vm-" + vm);
                heardIn.set(vm, now);
            }
        }
    }

    private static List<String> heardIn(int round, AtomicIntegerArray heardIn) {
        return IntStream.range(0, heardIn.length()).filter(i -> heardIn.get(i) == round).mapToObj(i -> "vm-" + i)
                .toList();
    }

    private static List<String> missing(List<String> heard, EmbeddedVmStore store) {
        Set<String> live = Set.copyOf(ids(store.discover(VmRole.WORKER)));
        return heard.stream().filter(id -> !live.contains(id)).toList();
    }

    /** Something to do at the end of a block, whatever happened in it. */
    private interface Closing extends AutoCloseable {
        @Override
        void close();
    }

    @Test
    void aListenerThatChangesTheFleetIsToldOffAndDoesNoHarm() throws Exception {
        try (EmbeddedVmStore store = open(file()); VmStore.Subscription _ = store.subscribe(_ -> store.remove("a"))) {
            store.register(vm("a"));
            store.register(vm("b"));
            assertEquals(List.of("b", "a"), ids(store.list(VmQuery.ALL).vms()));
            assertEquals(2, log.size());
            assertTrue(log.getFirst().contains("a listener must not change what it is told of"), log.getFirst());
        }
    }
}
