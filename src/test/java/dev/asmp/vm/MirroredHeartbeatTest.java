package dev.asmp.vm;

import static dev.asmp.vm.Vms.vm;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.store.RefusedException;
import dev.asmp.vm.MirroredFleet.Heard;
import dev.asmp.vm.VmStore.Beat;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Heartbeats that several processes take, and what each learns of the others. */
class MirroredHeartbeatTest {
    private static final Duration WINDOW = Heartbeat.STALE_AFTER;
    private static final long ONE = Beat.sender("one");
    private static final long TWO = Beat.sender("two");

    private final TwoClocks clocks = new TwoClocks();
    private final MirroredFleet fleet = new MirroredFleet(clocks, _ -> {});

    @BeforeEach
    void register() {
        fleet.put(new VmEntry(vm("a"), clocks.millis()), 7);
    }

    private @Nullable VmEntry hear(@Nullable Beat beat) {
        return fleet.hear("a", beat, clocks.millis());
    }

    private void assertConflict(Beat beat, String why) {
        RefusedException refused = assertThrows(RefusedException.class, () -> hear(beat));
        assertEquals(RefusedException.Reason.CONFLICT, refused.reason());
        assertEquals("not the heartbeat of a: " + why + "; read the VM's id again", refused.getMessage());
    }

    @Test
    void aHeartbeatIsForOtherProcessesOnce() {
        clocks.pass(Duration.ofMinutes(1));
        long revision = fleet.revision();
        assertEquals(clocks.instant(), Objects.requireNonNull(hear(new Beat("one", 5))).lastSeen());
        assertTrue(fleet.revision() > revision);
        assertEquals(clocks.millis(), fleet.lastSeen("a"));
        assertNotNull(hear(new Beat("one", 6)));
        assertEquals(1, fleet.unsaved());
        assertEquals(new Heard("a", clocks.millis(), ONE, 6), fleet.takeUnsaved());
        assertNull(fleet.takeUnsaved());
        clocks.pass(Duration.ofMinutes(1));
        assertNotNull(fleet.hear("a", clocks.millis()));
        assertEquals(clocks.millis(), Objects.requireNonNull(fleet.takeUnsaved()).moment());
    }

    @Test
    void whatCouldNotBeToldIsToldAgain() {
        assertNotNull(hear(null));
        Heard heard = fleet.takeUnsaved();
        fleet.noteUnsaved("a");
        fleet.noteUnsaved("a");
        fleet.noteUnsaved("never");
        assertEquals(heard, fleet.takeUnsaved());
        assertNull(fleet.takeUnsaved());
    }

    @Test
    void ofWhatIsGoneOrRegisteredAgainNothingIsTold() {
        fleet.put(new VmEntry(vm("b"), clocks.millis()), 8);
        fleet.put(new VmEntry(vm("c"), clocks.millis()), 9);
        assertNotNull(hear(null));
        assertNotNull(fleet.hear("b", clocks.millis()));
        assertNotNull(fleet.hear("c", clocks.millis()));
        fleet.remove("a");
        fleet.put(new VmEntry(vm("b"), clocks.millis()), 10);
        assertEquals("c", Objects.requireNonNull(fleet.takeUnsaved()).id());
        assertNull(fleet.takeUnsaved());
    }

    @Test
    void whoIsStaleOrAboutToBeOrUnknownIsNotHeardAtOnce() {
        clocks.pass(WINDOW.minusNanos(1));
        assertNotNull(hear(null));
        assertNotNull(fleet.takeUnsaved());
        clocks.pass(WINDOW);
        assertNull(hear(null), "found silent by now");
        fleet.sleep("a");
        assertNull(hear(new Beat("one", 1)));
        assertConflict(new Beat("one", 1), "its agent has sent seq 1 before");
        assertNull(fleet.hear("never", new Beat("one", 1), clocks.millis()));
        assertNull(fleet.hear("never", clocks.millis()));
        assertNull(fleet.takeUnsaved());
    }

    @Test
    void aNumberThatAnotherProcessTookIsNotTakenHere() {
        fleet.learn("a", ONE, 5);
        fleet.learn("a", ONE, 4);
        fleet.learn("never", ONE, 9);
        assertConflict(new Beat("one", 5), "its agent has sent seq 5 before");
        assertConflict(new Beat("two", 6), "another instance of its agent is registered");
        assertNotNull(hear(new Beat("one", 6)));
        fleet.learn("a", ONE, 5);
        fleet.learn("a", ONE, 9);
        assertConflict(new Beat("one", 9), "its agent has sent seq 9 before");
        assertNotNull(hear(new Beat("one", 10)));
    }

    @Test
    void whereTwoProcessesTookTheSameNumberTheNextHeartbeatIsRefused() {
        assertNotNull(hear(new Beat("one", 5)));
        fleet.learn("a", ONE, 5);
        assertConflict(new Beat("one", 6), "another registry process has taken seq 5, too");
        assertNotNull(hear(new Beat("one", 7)), "once");
    }

    @Test
    void whereTwoProcessesTookFirstHeartbeatsOfTwoInstancesTheNextIsRefused() {
        assertNotNull(hear(new Beat("one", 5)));
        fleet.learn("a", TWO, 1);
        assertConflict(new Beat("one", 6), "another registry process has taken seq 5, too");
        assertConflict(new Beat("two", 2), "another instance of its agent is registered");
    }

    @Test
    void whereTheRegistrationNamesTheInstanceAnotherIsIgnored() {
        fleet.change(new VmEntry(vm("a", "'instance':'one'"), clocks.millis()));
        assertNotNull(hear(new Beat("one", 5)));
        fleet.learn("a", TWO, 9);
        assertNotNull(hear(new Beat("one", 6)));
        fleet.change(new VmEntry(vm("a"), clocks.millis()));
        assertNotNull(hear(new Beat("two", 1)), "it names none any more");
        fleet.learn("a", ONE, 7);
        assertConflict(new Beat("two", 2), "another registry process has taken seq 1, too");
    }

    @Test
    void whoseHeartbeatsHaveNoNumberIsHeardEverywhere() {
        assertNotNull(hear(null));
        Heard heard = Objects.requireNonNull(fleet.takeUnsaved());
        assertEquals(0, heard.sender());
        assertTrue(heard.seq() < 0);
        fleet.learn("a", ONE, 5);
        assertThrows(RefusedException.class, () -> hear(null));
        assertFalse(fleet.isSilent("a"));
    }

    @Test
    void anInstanceIsKnownByANumberOfItsText() {
        assertEquals(0xaf63dc4c8601ec8cL, Beat.sender("a"));
        assertEquals(0x85944171f73967e8L, Beat.sender("foobar"));
        assertEquals(0xcbf29ce484222325L, Beat.sender(""));
    }
}
