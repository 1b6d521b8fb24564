package dev.asmp.vm;

import static dev.asmp.vm.Vms.ids;
import static dev.asmp.vm.Vms.vm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The view of a fleet that is kept elsewhere, change by change. */
class MirroredFleetTest {
    private static final Duration WINDOW = Heartbeat.STALE_AFTER;

    private final TwoClocks clocks = new TwoClocks();
    private final List<String> log = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final MirroredFleet fleet = new MirroredFleet(clocks, log::add);

    @BeforeEach
    void listen() {
        var _ = fleet.subscribe(change -> told.add(change.kind() + " " + change.vm().id()));
    }

    private VmEntry entry(String id) {
        return new VmEntry(vm(id), clocks.millis());
    }

    private VmEntry entry(String id, String more) {
        return new VmEntry(vm(id, more), clocks.millis());
    }

    private VmEntry get(String id) {
        return Objects.requireNonNull(fleet.get(id), id);
    }

    private List<String> workers() {
        return ids(fleet.discover(VmRole.WORKER, VmQuery.NO_LIMIT, null).vms());
    }

    private List<String> stale() {
        return ids(fleet.stale(VmQuery.NO_LIMIT, null).vms());
    }

    /** Checks that a list of all VMs may be another one after a change, and says so. */
    private void assertChanges(Runnable change) {
        long before = fleet.revision();
        change.run();
        assertTrue(fleet.revision() > before);
    }

    private void assertChangesNothing(Runnable change) {
        long before = fleet.revision();
        told.clear();
        change.run();
        assertEquals(before, fleet.revision());
        assertEquals(List.of(), told);
    }

    @Test
    void aVmIsHeldFromItsRegistrationUntilItsRemoval() {
        assertChanges(() -> fleet.put(entry("a"), 7));
        assertTrue(fleet.holds("a"));
        assertEquals(List.of("a"), fleet.ids());
        assertEquals(1, fleet.size());
        assertEquals(get("a").heapBytes(), fleet.heapBytes());
        assertEquals(clocks.millis(), fleet.lastSeen("a"));
        assertChanges(() -> fleet.remove("a"));
        assertFalse(fleet.holds("a"));
        assertEquals(List.of(), workers());
        assertEquals(-1, fleet.lastSeen("a"));
        assertEquals(0, fleet.heapBytes());
        assertEquals(List.of("REGISTERED a", "REMOVED a"), told);
    }

    @Test
    void whatIsSaidOfAVmThatIsNotHereChangesNothing() {
        assertChangesNothing(() -> {
            fleet.remove("a");
            fleet.change(entry("a"));
            fleet.sleep("a");
            fleet.wake("a");
            fleet.show("a", 5);
            fleet.admit("a", new VmStore.Beat("one", 1));
            assertNull(fleet.beat("a", clocks.millis()));
        });
        assertFalse(fleet.isAsleep("a"));
        assertFalse(fleet.isSilent("a"));
    }

    @Test
    void theSameNumberIsAChangeAndASignOfLife() {
        fleet.put(entry("a"), 7);
        clocks.pass(WINDOW.minusSeconds(1));
        fleet.put(entry("a", "'metadata':{'x':1}"), 7);
        assertEquals(List.of("REGISTERED a", "CHANGED a"), told);
        assertNotNull(get("a").document().get("metadata"));
        assertEquals(clocks.millis(), fleet.lastSeen("a"));
        clocks.pass(Duration.ofSeconds(2));
        assertEquals(List.of("a"), workers());
    }

    @Test
    void anotherNumberIsAnotherRegistration() {
        fleet.put(entry("a"), 7);
        fleet.admit("a", new VmStore.Beat("one", 5));
        fleet.put(entry("b"), 8);
        fleet.put(entry("a"), 9);
        fleet.admit("a", new VmStore.Beat("two", 1));
        assertEquals(List.of("b", "a"), workers());
        assertEquals(2, fleet.size());
        assertEquals(List.of("REGISTERED a", "REGISTERED b", "REMOVED a", "REGISTERED a"), told);
    }

    @Test
    void ofVmsWithOneMomentAndNumberTheIdsDecide() {
        fleet.put(entry("c"), 7);
        fleet.put(entry("a"), 7);
        fleet.put(entry("b"), 7);
        assertEquals(List.of("a", "b", "c"), workers());
    }

    @Test
    void aRegisteredInstanceIsTheOnlyOneThatMayBeHeard() {
        fleet.put(entry("a", "'instance':'one'"), 7);
        assertThrows(RefusedException.class, () -> fleet.admit("a", new VmStore.Beat("two", 1)));
        fleet.admit("a", new VmStore.Beat("one", 5));
        fleet.change(entry("a", "'instance':'one','metadata':{}"));
        assertThrows(RefusedException.class, () -> fleet.admit("a", new VmStore.Beat("one", 5)),
                "a change that keeps the instance keeps its numbers");
        fleet.change(entry("a", "'instance':'two'"));
        fleet.admit("a", new VmStore.Beat("two", 1));
        assertThrows(RefusedException.class, () -> fleet.admit("a", new VmStore.Beat("one", 6)));
    }

    @Test
    void aHeartbeatMovesTheMomentAndEndsTheSilence() {
        fleet.put(entry("a"), 7);
        clocks.pass(WINDOW.minusSeconds(1));
        assertChanges(() -> assertEquals(clocks.instant(),
                Objects.requireNonNull(fleet.beat("a", clocks.millis())).lastSeen()));
        assertEquals(clocks.instant(), get("a").lastSeen());
        clocks.pass(WINDOW.minusSeconds(1));
        assertFalse(fleet.isSilent("a"));
        clocks.pass(Duration.ofSeconds(1));
        assertTrue(fleet.isSilent("a"));
        assertEquals(List.of("REGISTERED a"), told);
    }

    @Test
    void aMomentThatIsShownIsNoSignOfLife() {
        fleet.put(entry("a"), 7);
        clocks.pass(WINDOW.minusSeconds(1));
        assertChanges(() -> fleet.show("a", clocks.millis()));
        assertEquals(clocks.instant(), get("a").lastSeen());
        assertChangesNothing(() -> fleet.show("a", clocks.millis()));
        clocks.pass(Duration.ofSeconds(1));
        assertTrue(fleet.isSilent("a"));
    }

    @Test
    void theSilentAreThoseThatArePutToSleepNext() {
        fleet.put(entry("a"), 7);
        fleet.put(entry("b"), 8);
        assertEquals(List.of(), fleet.silent());
        clocks.pass(WINDOW);
        fleet.beat("b", clocks.millis());
        assertEquals(List.of("a"), fleet.silent());
        assertChanges(() -> fleet.sleep("a"));
        assertEquals(List.of(), fleet.silent());
        assertTrue(fleet.isAsleep("a"));
        assertFalse(fleet.isAsleep("b"));
        assertEquals(List.of("a"), stale());
        assertEquals("STALE a", told.getLast());
        assertChangesNothing(() -> fleet.sleep("a"));
    }

    @Test
    void aVmThatAnotherProcessPutToSleepIsStaleHereToo() {
        fleet.put(entry("a"), 7);
        fleet.sleep("a");
        assertTrue(fleet.isSilent("a"));
        assertEquals(List.of(), workers());
        assertEquals(List.of("a"), stale());
    }

    @Test
    void aVmThatIsHeardAgainHasAFullWindow() {
        fleet.put(entry("a"), 7);
        assertChangesNothing(() -> fleet.wake("a"));
        clocks.pass(WINDOW.multipliedBy(2));
        fleet.sleep("a");
        assertChanges(() -> fleet.wake("a"));
        assertEquals("BACK a", told.getLast());
        assertFalse(fleet.isAsleep("a"));
        assertEquals(List.of("a"), workers());
        clocks.pass(WINDOW.minusNanos(1));
        assertFalse(fleet.isSilent("a"));
        clocks.pass(Duration.ofNanos(1));
        assertTrue(fleet.isSilent("a"));
    }

    @Test
    void wakingOneThatWasHeardMeanwhileDoesNotLengthenItsWindow() {
        fleet.put(entry("a"), 7);
        clocks.pass(WINDOW);
        fleet.sleep("a");
        fleet.beat("a", clocks.millis());
        clocks.pass(Duration.ofMinutes(1));
        fleet.wake("a");
        clocks.pass(WINDOW.minusMinutes(1));
        assertTrue(fleet.isSilent("a"));
    }

    @Test
    void aSleepingVmThatIsPutIsAwake() {
        fleet.put(entry("a"), 7);
        clocks.pass(WINDOW);
        fleet.sleep("a");
        told.clear();
        fleet.put(entry("a"), 7);
        assertEquals(List.of("CHANGED a", "BACK a"), told);
        assertEquals(List.of("a"), workers());
    }

    @Test
    void aChangeOfASleepingVmLeavesItAsleep() {
        fleet.put(entry("a"), 7);
        clocks.pass(WINDOW);
        fleet.sleep("a");
        fleet.change(entry("a", "'metadata':{'x':1}"));
        assertTrue(fleet.isAsleep("a"));
        assertEquals(List.of("a"), stale());
        assertNotNull(get("a").document().get("metadata"));
    }

    @Test
    void whereSilenceCouldNotBeJudgedTheAwakeHaveAFullWindowAndNoOthers() {
        fleet.put(entry("a"), 7);
        fleet.put(entry("b"), 8);
        clocks.pass(WINDOW);
        fleet.sleep("b");
        fleet.excuseAll(clocks.getAsLong());
        assertEquals(List.of("a"), workers());
        assertEquals(List.of("b"), stale());
    }

    @Test
    void aStartShowsWhatWasFoundAndNothingElse() {
        fleet.put(entry("gone"), 7);
        told.clear();
        long revision = fleet.revision();
        Mapping facts = Mapping.builder().put("parent", "p").build();
        fleet.load(Map.of("a", entry("a"), "b", entry("b", "'instance':'one'")), Map.of("a", 9L, "b", 8L),
                new TreeMap<>(Map.of("vm/a", facts, "lt/b", facts)));
        assertEquals(List.of("b", "a"), workers());
        assertFalse(fleet.holds("gone"));
        assertTrue(fleet.revision() > revision);
        assertEquals(Set.of("vm/a"), fleet.kept("vm/").keySet());
        assertThrows(RefusedException.class, () -> fleet.admit("b", new VmStore.Beat("two", 1)));
        assertEquals(List.of(), told);
        assertEquals(get("a").heapBytes() + get("b").heapBytes() + MirroredFleet.heapBytes("vm/a", facts)
                + MirroredFleet.heapBytes("lt/b", facts), fleet.heapBytes());
        fleet.keep("vm/a", null);
        assertEquals(Set.of("lt/b"), fleet.kept("").keySet());
    }

    @Test
    void whoEndedTheSubscriptionIsNotTold() {
        List<String> others = new ArrayList<>();
        Consumer<VmChange> failing = _ -> {
            throw new IllegalStateException("its own affair");
        };
        var _ = fleet.subscribe(failing);
        try (VmStore.Subscription _ = fleet.subscribe(change -> others.add(change.vm().id()))) {
            fleet.put(entry("a"), 1);
        }
        fleet.put(entry("b"), 2);
        assertEquals(List.of("a"), others);
        assertEquals(List.of("REGISTERED a", "REGISTERED b"), told);
        assertEquals("a listener to the VM registry failed: java.lang.IllegalStateException: its own affair",
                log.getFirst());
    }
}
