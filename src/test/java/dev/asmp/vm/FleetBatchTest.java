package dev.asmp.vm;

import static dev.asmp.vm.Vms.patch;
import static dev.asmp.vm.Vms.vm;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.store.RefusedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What one batch decides: the next fleet, the records that make it true, and what becomes of heartbeats. */
class FleetBatchTest {
    private static final long PLENTY = 1L << 30;
    private static final Mapping FACTS = Mapping.builder().put("parent", "p").build();

    private final TwoClocks clocks = new TwoClocks();
    private final SilenceDeadlines deadlines = new SilenceDeadlines(clocks.getAsLong());
    private final Map<String, Vm> known = new HashMap<>();
    private Fleet fleet = Fleet.EMPTY;
    private long nextNumber = 1;

    /** Decides and makes true what follows. */
    private FleetBatch decided(long maxBytes, Consumer<FleetBatch> decision) {
        FleetBatch batch = new FleetBatch(fleet, known::get, deadlines, maxBytes, nextNumber, clocks.millis(),
                clocks.getAsLong());
        decision.accept(batch);
        fleet = batch.fleet();
        nextNumber = batch.nextNumber();
        batch.touched().forEach((id, vm) -> {
            if (vm == null) {
                known.remove(id);
            } else {
                known.put(id, vm);
            }
        });
        batch.effects().forEach(Runnable::run);
        return batch;
    }

    private void register(String id, String more) {
        decided(PLENTY, batch -> batch.register(new VmEntry(vm(id, more), clocks.millis())));
    }

    private Vm known(String id) {
        return Objects.requireNonNull(known.get(id), id);
    }

    private static List<String> records(FleetBatch batch) {
        return batch.records().stream().map(record -> new String(record, UTF_8))
                .map(text -> text.substring(0, text.indexOf(':') + 1)).toList();
    }

    private static List<VmChange.Kind> told(FleetBatch batch) {
        return batch.changes().stream().map(VmChange::kind).toList();
    }

    private void assertFull(long maxBytes, Consumer<FleetBatch> decision) {
        RefusedException refused = assertThrows(RefusedException.class, () -> decided(maxBytes, decision));
        assertEquals(RefusedException.Reason.FULL, refused.reason());
        assertEquals("the registry is full: it holds " + fleet.size() + " VMs; at most 200000, and " + maxBytes
                + " bytes of memory, are allowed", refused.getMessage());
    }

    /** Puts a VM to sleep, as the writer does. */
    private void fallAsleep(String id) {
        clocks.pass(Heartbeat.STALE_AFTER);
        Heartbeat heartbeat = Objects.requireNonNull(deadlines.poll(clocks.getAsLong()));
        assertSame(known(id).heartbeat(), heartbeat);
        fleet = fleet.with(known(id), known(id).sleeping());
        known.put(id, known(id).sleeping());
    }

    @Test
    void memoryIsUsedToItsLastByte() {
        VmEntry entry = new VmEntry(vm("a"), clocks.millis());
        assertFull(entry.heapBytes() - 1, batch -> batch.register(entry));
        assertFull(entry.heapBytes() - 1, batch -> batch.restore(List.of(entry)));
        decided(entry.heapBytes(), batch -> batch.register(entry));
        long full = fleet.heapBytes();
        assertFull(full, batch -> batch.patch("a", patch("{'name':'a name that is longer than before'}")));
        decided(full, batch -> batch.patch("a", patch("{'name':'shorter'}")));
        assertFull(full, batch -> batch.keep("lt/x", FACTS));
        decided(PLENTY, batch -> batch.keep("lt/x", FACTS));
        decided(fleet.heapBytes(), batch -> batch.keep("lt/x", Mapping.builder().put("parent", "q").build()));
        decided(0, batch -> batch.patch("a", patch("{'status':'running'}")));
        decided(0, batch -> batch.keep("lt/x", null));
        assertEquals(known("a").entry().heapBytes(), fleet.heapBytes());
    }

    @Test
    void aRegistrationNamesWhoMayBeHeardAndIsCheckedWhenItsWindowEnds() {
        register("a", "'instance':'one'");
        assertThrows(RefusedException.class, () -> known("a").heartbeat().admit(new VmStore.Beat("two", 1)));
        assertEquals(Heartbeat.STALE_AFTER.toNanos(), deadlines.untilDue(clocks.getAsLong()));
        assertEquals(1, known("a").rank().number());
        register("b", "");
        assertEquals(2, known("b").rank().number());
        RefusedException twice = assertThrows(RefusedException.class, () -> register("a", ""));
        assertEquals("VM already registered", twice.getMessage());
    }

    @Test
    void aPatchIsASignOfLife() {
        register("a", "");
        clocks.pass(Heartbeat.STALE_AFTER.minusSeconds(1));
        FleetBatch batch = decided(PLENTY, one -> assertNotNull(one.patch("a", patch("{'instance':'two'}"))));
        assertEquals(List.of(VmChange.Kind.CHANGED), told(batch));
        assertEquals(clocks.millis(), known("a").heartbeat().lastSeen());
        assertThrows(RefusedException.class, () -> known("a").heartbeat().admit(new VmStore.Beat("one", 1)));
        assertFalse(known("a").heartbeat().isSilentAt(clocks.getAsLong() + 1));
        fallAsleepAfterAll();
    }

    private void fallAsleepAfterAll() {
        clocks.pass(Heartbeat.STALE_AFTER.minusNanos(1));
        assertNull(deadlines.poll(clocks.getAsLong()));
        clocks.pass(Duration.ofNanos(1));
        assertNotNull(deadlines.poll(clocks.getAsLong()));
    }

    @Test
    void aPatchOfASleepingVmWakesIt() {
        register("a", "");
        fallAsleep("a");
        FleetBatch batch = decided(PLENTY, one -> one.patch("a", patch("{}")));
        assertEquals(List.of(VmChange.Kind.CHANGED, VmChange.Kind.BACK), told(batch));
        assertFalse(known("a").asleep());
        assertFalse(known("a").heartbeat().isAsleep());
        fallAsleepAfterAll();
    }

    @Test
    void aVmThatIsHeardAgainIsAwakeWithoutARecord() {
        register("a", "");
        fallAsleep("a");
        Heartbeat heartbeat = known("a").heartbeat();
        heartbeat.beat(clocks.getAsLong(), clocks.millis());
        FleetBatch batch = decided(PLENTY, one -> assertNotNull(one.wake(heartbeat)));
        assertEquals(List.of(VmChange.Kind.BACK), told(batch));
        assertEquals(List.of(), batch.records());
        assertFalse(known("a").asleep() || heartbeat.isAsleep());
        fallAsleepAfterAll();
        assertEquals(List.of(), told(decided(PLENTY, one -> assertNotNull(one.wake(heartbeat)))));
        decided(PLENTY, one -> one.remove("a"));
        decided(PLENTY, one -> assertNull(one.wake(heartbeat)));
        register("a", "");
        decided(PLENTY, one -> assertNull(one.wake(heartbeat), "another registration of the id"));
    }

    @Test
    void whatIsRemovedIsCheckedNoMore() {
        register("a", "");
        register("b", "");
        FleetBatch batch = decided(PLENTY, one -> {
            assertTrue(one.remove("a"));
            assertFalse(one.remove("a"), "a batch sees its own changes");
            assertFalse(one.remove("never"));
        });
        assertEquals(List.of("{\"remove\":"), records(batch));
        assertEquals(List.of(VmChange.Kind.REMOVED), told(batch));
        decided(PLENTY, one -> one.remove("b"));
        assertEquals(Long.MAX_VALUE, deadlines.untilDue(clocks.getAsLong()));
    }

    @Test
    void onlyTheSilentArePruned() {
        register("a", "");
        fallAsleep("a");
        register("b", "");
        FleetBatch batch = decided(PLENTY, one -> assertEquals(1, one.prune()));
        assertEquals(List.of("{\"remove\":"), records(batch));
        assertEquals(List.of(), records(decided(PLENTY, one -> assertEquals(0, one.prune()))));
        assertEquals(1, fleet.size());
    }

    @Test
    void aVmThatIsPatchedIsNotPrunedInTheSameBatch() {
        register("a", "");
        fallAsleep("a");
        decided(PLENTY, one -> {
            assertNotNull(one.patch("a", patch("{'name':'n'}")));
            assertEquals(0, one.prune());
        });
        assertEquals("n", known("a").entry().name());
        assertFalse(known("a").heartbeat().isSilentAt(clocks.getAsLong()));
    }

    @Test
    void aVmThatWasHeardAndIsNotAwakeYetIsNotPruned() {
        register("a", "");
        fallAsleep("a");
        known("a").heartbeat().beat(clocks.getAsLong(), clocks.millis());
        decided(PLENTY, one -> assertEquals(0, one.prune()));
    }

    @Test
    void whatFollowsAPatchInItsBatchKeepsItsMoment() {
        register("a", "");
        register("b", "");
        clocks.pass(Duration.ofMinutes(1));
        FleetBatch batch = decided(PLENTY, one -> {
            one.patch("a", patch("{}"));
            one.keep("vm/a", FACTS);
            one.keep("vm/b", FACTS);
            one.remove("a");
        });
        assertEquals(List.of(clocks.millis(), clocks.millis(), clocks.millis() - 60_000, clocks.millis()),
                batch.changes().stream().map(change -> change.vm().lastSeen().toEpochMilli()).toList());
    }

    @Test
    void ofVmsThatDoNotAllFitNoneIsRestored() {
        VmEntry one = new VmEntry(vm("a"), 1);
        VmEntry other = new VmEntry(vm("b"), 2);
        assertFull(one.heapBytes() + other.heapBytes() - 1, batch -> batch.restore(List.of(one, other)));
        assertEquals(0, fleet.size());
        decided(one.heapBytes() + other.heapBytes(),
                batch -> assertEquals(2, batch.restore(List.of(one, other, one))));
        assertEquals(List.of("a", "b"), fleet.order().values().stream().map(Vm::id).toList());
    }

    @Test
    void aFleetCountsItsMemoryAsAfterARestart() {
        register("a", "'metadata':{'api_token':'x'}");
        register("b", "");
        register("c", "'status':'paused'");
        kept("vm/a", FACTS);
        kept("lt/x", FACTS);
        kept("lt/x", Mapping.builder().put("parent", "a longer one").build());
        kept("lt/y", FACTS);
        kept("lt/y", null);
        kept("lt/never", null);
        decided(PLENTY, one -> one.patch("b", patch("{'name':'another','metadata':{'x':1}}")));
        decided(PLENTY, one -> one.remove("c"));
        Fleet loaded = Fleet.of(known.values(), fleet.facts());
        assertEquals(loaded.bytes(), fleet.bytes());
        assertEquals(loaded.heapBytes(), fleet.heapBytes());
        long lines = known.values().stream().mapToLong(vm -> vm.entry().length()).sum()
                + VmRecordCodec.kept("vm/a", FACTS).length
                + VmRecordCodec.kept("lt/x", fleet.facts().get("lt/x")).length;
        assertEquals(lines, fleet.bytes());
        assertTrue(Fleet.heapBytes("a longer key", FACTS) > Fleet.heapBytes("a key", FACTS));
    }

    @Test
    void factsCountInTheEntryTheyAreShownInToo() {
        register("a", "");
        long entry = known("a").entry().withFleet(FACTS).heapBytes();
        assertFull(entry + Fleet.heapBytes("vm/a", FACTS) - 1, batch -> batch.keep("vm/a", FACTS));
        assertEquals(Map.of(), fleet.facts());
        decided(entry + Fleet.heapBytes("vm/a", FACTS), batch -> batch.keep("vm/a", FACTS));
    }

    @Test
    void factsAreShownInTheirVmAndLeaveItAsleep() {
        register("a", "");
        assertEquals(List.of("{\"keep\":", "{\"put\":"), records(kept("vm/a", FACTS)));
        assertEquals(FACTS, known("a").entry().fleet());
        fallAsleep("a");
        assertEquals(List.of("{\"keep\":", "{\"put\":", "{\"stale\":"), records(kept("vm/a", null)));
        assertTrue(known("a").asleep());
        assertNull(known("a").entry().fleet());
        assertEquals(List.of("{\"keep\":"), records(kept("vm/never", FACTS)));
        assertEquals(List.of("{\"keep\":"), records(kept("lt/a", FACTS)));
        register("never", "");
        assertEquals(FACTS, known("never").entry().fleet());
    }

    private FleetBatch kept(String key, @Nullable Mapping facts) {
        return decided(PLENTY, one -> one.keep(key, facts));
    }
}
