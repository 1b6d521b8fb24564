package dev.asmp.vm;

import static dev.asmp.vm.Vms.ids;
import static dev.asmp.vm.Vms.patch;
import static dev.asmp.vm.Vms.vm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import dev.asmp.document.Mapping;
import dev.asmp.faults.Disk.Call;
import dev.asmp.faults.DiskGround;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the writer does with a batch and between batches, step by step and without its thread. */
class FleetWriterTest {
    private static final String FILE = EmbeddedVmStore.FILE;
    private static final String NEXT = "." + FILE + ".tmp";
    private static final Duration WINDOW = Heartbeat.STALE_AFTER;
    private static final long PLENTY = 1L << 30;
    private static final int MINUTE = 60_000;

    private final TwoClocks clocks = new TwoClocks();
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final List<String> told = new ArrayList<>();
    private final AtomicInteger woken = new AtomicInteger();
    private DiskGround ground;
    private FleetView view;
    private FleetWriter writer;

    @BeforeEach
    void open() throws IOException {
        ground = new DiskGround();
        start();
    }

    /** Begins as a start does, with whatever is in the file. */
    private void start() throws IOException {
        view = new FleetView(clocks, log::add);
        writer = new FleetWriter(FleetLoader.open(ground.path(FILE), clocks.getAsLong(), log::add), view, PLENTY,
                clocks, clocks, log::add);
        writer.wakeBy(woken::incrementAndGet);
        told.clear();
        view.subscribe(change -> told.add(change.kind() + " " + change.vm().id()));
    }

    private <R extends @Nullable Object> R decided(Function<FleetBatch, R> decision) {
        FleetChange<R> change = new FleetChange<>(0, decision);
        writer.process(List.of(change));
        return change.await();
    }

    private void register(String... ids) {
        Stream.of(ids).forEach(id -> decided(batch -> batch.register(new VmEntry(vm(id), clocks.millis()))));
    }

    private void keep(Mapping facts) {
        decided(batch -> {
            batch.keep("lt/a", facts);
            return facts;
        });
    }

    private void hear(String id) {
        Heartbeat heartbeat = Objects.requireNonNull(view.find(id)).heartbeat();
        heartbeat.beat(clocks.getAsLong(), clocks.millis());
        writer.note(heartbeat);
    }

    private long size() {
        return Objects.requireNonNull(text()).length();
    }

    private @Nullable String text() {
        try {
            return ground.now(FILE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private List<String> workers() {
        return ids(view.discover(VmRole.WORKER, VmQuery.NO_LIMIT, null).vms());
    }

    private List<String> stale() {
        return ids(view.stale(VmQuery.NO_LIMIT, null).vms());
    }

    private void assertUnavailable(Function<FleetBatch, ?> decision) {
        RefusedException refused = assertThrows(RefusedException.class, () -> decided(decision));
        assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason());
        assertTrue(String.valueOf(refused.getMessage()).startsWith("could not be saved, nothing was changed: "));
    }

    @Test
    void itWaitsUntilTheNextThingIsDue() {
        assertEquals(MINUTE, writer.idleMillis());
        register("a");
        assertEquals(MINUTE, writer.idleMillis());
        clocks.pass(WINDOW.minusSeconds(30));
        assertEquals(30_000, writer.idleMillis());
        hear("a");
        assertEquals(2_000, writer.idleMillis());
        clocks.pass(Duration.ofMillis(1_500));
        assertEquals(500, writer.idleMillis());
        clocks.pass(Duration.ofSeconds(5));
        assertEquals(10, writer.idleMillis());
        writer.tend();
        assertEquals(23_500, writer.idleMillis(), "what was due before it was heard is looked at once");
        clocks.pass(Duration.ofSeconds(24));
        writer.tend();
        assertEquals(MINUTE, writer.idleMillis());
    }

    @Test
    void aHeartbeatWakesItOnceAndIsSavedAfterTwoSeconds() {
        register("a", "b");
        clocks.pass(Duration.ofMinutes(1));
        long revision = view.revision();
        hear("a");
        hear("b");
        assertEquals(1, woken.get());
        assertEquals(revision + 2, view.revision());
        long size = size();
        clocks.pass(Duration.ofSeconds(2).minusNanos(1));
        writer.tend();
        assertEquals(size, size());
        clocks.pass(Duration.ofNanos(1));
        writer.tend();
        assertTrue(size() > size);
        hear("a");
        assertEquals(2, woken.get());
    }

    @Test
    void whoFellSilentIsToldOfOnceAndIsStaleAfterARestart() throws IOException {
        register("a", "b");
        clocks.pass(Duration.ofMinutes(1));
        hear("b");
        clocks.pass(WINDOW.minusMinutes(1));
        writer.tend();
        assertEquals(List.of("REGISTERED a", "REGISTERED b", "STALE a"), told);
        clocks.pass(Duration.ofSeconds(2));
        writer.tend();
        start();
        assertEquals(List.of("a"), stale());
        assertEquals(List.of("b"), workers());
        clocks.pass(WINDOW);
        writer.tend();
        assertEquals(List.of("STALE b"), told, "one that was stale before is not told of again");
    }

    @Test
    void silenceIsNoticedBeforeABatchIsDecided() {
        register("a");
        clocks.pass(WINDOW);
        register("b");
        assertEquals(List.of("REGISTERED a", "STALE a", "REGISTERED b"), told);
        assertEquals(1, decided(FleetBatch::prune));
    }

    @Test
    void aListenerIsToldOfWhatIsThere() {
        List<String> seen = new ArrayList<>();
        view.subscribe(change -> seen.add(change.kind() + " " + (view.get(change.vm().id()) != null) + stale()));
        register("a");
        long before = view.revision();
        decided(batch -> batch.patch("a", patch("{'name':'n'}")));
        assertTrue(view.revision() > before);
        clocks.pass(WINDOW);
        writer.tend();
        decided(FleetBatch::prune);
        assertEquals(List.of("REGISTERED true[]", "CHANGED true[]", "STALE true[a]", "REMOVED false[]"), seen);
    }

    @Test
    void numbersAreNotUsedTwice() throws IOException {
        register("a", "b");
        start();
        register("c");
        assertEquals(List.of(0L, 1L, 2L),
                Stream.of("a", "b", "c").map(id -> Objects.requireNonNull(view.find(id)).rank().number()).toList());
    }

    @Test
    void afterAFailedForceTheFileIsRewrittenBeforeTheNextChange() throws IOException {
        register("a");
        ground.fail(FILE, Call.FORCE);
        assertUnavailable(batch -> batch.register(new VmEntry(vm("b"), clocks.millis())));
        assertNull(view.get("b"));
        ground.fail(NEXT, Call.CREATE);
        assertUnavailable(batch -> batch.register(new VmEntry(vm("b"), clocks.millis())));
        ground.heal();
        register("c");
        start();
        assertEquals(List.of("a", "c"), workers());
    }

    @Test
    void afterAFailedForceTheFileIsRewrittenForHeartbeatsToo() throws IOException {
        register("a");
        ground.fail(FILE, Call.FORCE);
        assertUnavailable(batch -> batch.register(new VmEntry(vm("b"), clocks.millis())));
        ground.heal();
        clocks.pass(Duration.ofMinutes(1));
        hear("a");
        writer.saveHeartbeats(false);
        assertEquals(List.of(), log);
        start();
        assertEquals(clocks.instant(), Objects.requireNonNull(view.get("a")).lastSeen());
    }

    @Test
    void aDamagedFileIsRewrittenAtTheStart() throws IOException {
        register("a");
        Files.writeString(ground.path(FILE), "damage\n", StandardOpenOption.APPEND);
        ground.fail(NEXT, Call.CREATE);
        assertThrows(IOException.class, this::start);
        ground.heal();
        start();
        assertEquals(2, log.size());
        assertFalse(String.valueOf(text()).contains("damage"));
        start();
        assertEquals(2, log.size());
        assertEquals(List.of("a"), workers());
    }

    @Test
    void garbageIsCollectedBetweenBatches() {
        for (int i = 0; i < 6; i++) {
            Mapping facts = Mapping.builder().put("x", String.valueOf(i).repeat(250_000)).build();
            keep(facts);
        }
        long size = size();
        assertEquals(MINUTE, writer.idleMillis());
        keep(Mapping.EMPTY);
        assertEquals(10, writer.idleMillis());
        writer.tend();
        Until.holds(() -> woken.get() > 0, () -> "it does not say that the long part is done");
        writer.tend();
        assertTrue(size() < size / 100, size() + " bytes");
    }

    @Test
    void theEndSavesWhoWasHeardAndWhoFellSilent() throws IOException {
        register("a", "b");
        clocks.pass(WINDOW.minusSeconds(1));
        hear("b");
        String seen = Objects.requireNonNull(view.get("b")).lastSeen().toString();
        clocks.pass(Duration.ofSeconds(1));
        List<String> forced = ground.recorded(Call.FORCE);
        writer.end();
        assertEquals(List.of(FILE), forced);
        assertUnavailable(batch -> batch.register(new VmEntry(vm("c"), clocks.millis())));
        start();
        assertEquals(List.of("a"), stale());
        assertEquals(seen, Objects.requireNonNull(view.get("b")).lastSeen().toString());
        assertNotNull(decided(batch -> batch.wake(Objects.requireNonNull(view.find("a")).heartbeat())));
    }
}
