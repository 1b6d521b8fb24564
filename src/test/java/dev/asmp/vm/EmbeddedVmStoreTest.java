package dev.asmp.vm;

import static dev.asmp.vm.Vms.ids;
import static dev.asmp.vm.Vms.patch;
import static dev.asmp.vm.Vms.vm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Ground;
import dev.asmp.Registries;
import dev.asmp.Until;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** The embedded engine keeps the contract, and counts silence on its own clock. */
@ParameterizedClass
@EnumSource
class EmbeddedVmStoreTest extends VmStoreContract {
    private static final Duration WINDOW = Heartbeat.STALE_AFTER;

    private final Ground.Kind kind;
    private final TwoClocks clocks = new TwoClocks();
    private final List<String> log = new ArrayList<>();
    private Ground ground;
    private EmbeddedVmStore store;

    EmbeddedVmStoreTest(Ground.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        ground = new Ground(kind, temporary);
        store = opened();
    }

    private EmbeddedVmStore opened() throws IOException {
        return new EmbeddedVmStore(ground.path(EmbeddedVmStore.FILE), clocks, clocks, Registries.queue(), 1L << 30,
                log::add);
    }

    @AfterEach
    void close() throws IOException {
        store.close();
        ground.close();
    }

    @Override
    VmStore store() {
        return store;
    }

    @Override
    void restart() throws IOException {
        store.close();
        store = opened();
    }

    @Override
    void aMomentPasses() {
        clocks.pass(Duration.ofMillis(3));
    }

    @Override
    void theWindowPasses() {
        clocks.pass(WINDOW);
    }

    @Override
    void mostOfTheWindowPasses() {
        clocks.pass(WINDOW.dividedBy(3).multipliedBy(2));
    }

    @Override
    void aWhilePasses() {
        store.tend();
    }

    @Test
    void aVmIsStaleAtTheWindowsEndAndNotBefore() {
        store.register(vm("a"));
        clocks.pass(WINDOW.minusNanos(1));
        store.tend();
        assertEquals(List.of("a"), workers());
        assertEquals(List.of(), store.stale());
        clocks.pass(Duration.ofNanos(1));
        assertEquals(List.of(), workers());
        assertEquals(List.of("a"), ids(store.stale()));
    }

    @Test
    void settingTheWallClockMakesNoVmStaleOrLive() {
        store.register(vm("a"));
        for (Duration jump : List.of(Duration.ofDays(1), Duration.ofDays(-2), Duration.ofDays(400_000))) {
            clocks.jump(jump);
            store.tend();
            assertEquals(List.of("a"), workers());
            assertEquals(0, store.prune());
        }
        clocks.pass(WINDOW);
        clocks.jump(Duration.ofDays(-800_000));
        store.tend();
        assertEquals(List.of("a"), ids(store.stale()));
        assertNotNull(store.heartbeat("a"));
        assertEquals(List.of("a"), workers());
    }

    @Test
    void heartbeatsAreSavedInBatches() throws IOException {
        store.register(vm("a"));
        clocks.pass(Duration.ofSeconds(90));
        String beaten = shown(store.heartbeat("a"));
        store.tend();
        try (EmbeddedVmStore other = opened()) { // as after kill -9
            assertEquals(beaten, shown(other.get("a")));
        }
        assertEquals(List.of(), log);
    }

    /** Saves what is unsaved between the moment a stale VM is heard and the one in which it wakes. */
    @Test
    void aVmThatIsHeardWhileHeartbeatsAreSavedIsNotStaleAfterACrash() throws Exception {
        store.register(vm("a"));
        clocks.pass(WINDOW);
        store.tend();
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
                VmStore.Subscription _ = store.subscribe(change -> {
                    if (change.kind() == VmChange.Kind.REGISTERED) {
                        held.countDown();
                        uninterruptibly(release);
                    }
                })) {
            Future<?> registered = threads.submit(() -> store.register(vm("b")));
            held.await();
            Thread heard = Thread.ofPlatform().start(() -> store.heartbeat("a"));
            Until.holds(() -> heard.getState() == Thread.State.WAITING, () -> "it does not wait for the writer");
            clocks.pass(Duration.ofSeconds(2));
            release.countDown();
            registered.get();
            heard.join();
        }
        store.tend();
        try (EmbeddedVmStore other = opened()) { // as after kill -9
            assertEquals(List.of("a", "b"), workers(other));
        }
    }

    private static void uninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static List<String> workers(VmStore store) {
        return ids(store.discover(VmRole.WORKER));
    }

    private static String shown(@Nullable VmEntry vm) {
        assertNotNull(vm);
        return Vms.text(vm);
    }

    @Test
    void itsStateIsInThisProcessAlone() {
        assertEquals("embedded", store.status().text("store"));
        assertEquals(ground.path(EmbeddedVmStore.FILE).toString(), store.status().text("file"));
        assertEquals(0, store.index());
        assertTrue(store.await(1, Duration.ZERO));
        assertNull(store.outage());
    }

    /** Changes are counted until they are answered, so that a queue of long ones is refused before memory is full. */
    @Test
    void aChangeThatWaitsTakesSeveralTimesItsLength() throws Exception {
        ByteBudget waiting = new ByteBudget(1 << 20);
        Mapping facts = Mapping.builder().put("x", "x".repeat(1_000)).build();
        VmEntry longer = new VmEntry(vm("a", "'metadata':{'x':'" + "x".repeat(1_000) + "'}"), 0);
        try (EmbeddedVmStore other = new EmbeddedVmStore(ground.path("other"), clocks, clocks, waiting, 1L << 30,
                log::add)) {
            List<Long> used = new ArrayList<>();
            try (VmStore.Subscription _ = other.subscribe(_ -> used.add(waiting.used()))) {
                other.restore(List.of(longer));
                other.patch("a", patch("{'metadata':{'y':'z'}}"));
                other.keep("vm/a", facts);
                other.register(vm("b"));
            }
            assertEquals(List.of(4L * longer.length(),
                    4L * longer.length() + patch("{'metadata':{'y':'z'}}").heapBytes(), 4 * HeapCost.of(facts),
                    4L * new VmEntry(vm("b"), 0).length()), used);
        }
        assertEquals(0, waiting.used());
    }

    @Test
    void theFleetIsFullWhenItsMemoryIsUsedUp() throws IOException {
        store.close();
        store = new EmbeddedVmStore(ground.path(EmbeddedVmStore.FILE), clocks, clocks, Registries.queue(), 100_000,
                log::add);
        int held = 0;
        try {
            while (held < 1_000) {
                store.register(vm("vm-" + held));
                held++;
            }
        } catch (RefusedException e) {
            assertEquals(RefusedException.Reason.FULL, e.reason());
        }
        assertTrue(held > 90 && held < 130, held + " VMs");
        VmPatch longer = VmPatch.of(Mapping.builder().put("name", "n".repeat(3_000)).build());
        assertThrows(RefusedException.class, () -> store.patch("vm-0", longer));
        for (int i = 1; i <= 9; i++) {
            store.remove("vm-" + i);
        }
        assertNotNull(store.patch("vm-0", longer));
    }

    @Test
    void whatIsClosedTakesNothingMore() throws Exception {
        store.register(vm("a"));
        store.close();
        RefusedException refused = assertThrows(RefusedException.class, () -> store.register(vm("b")));
        assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason());
        assertEquals("the registry is stopping", refused.getMessage());
        store.close();
    }
}
