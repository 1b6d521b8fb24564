package dev.asmp.vm;

import static dev.asmp.vm.Vms.vm;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.store.RefusedException;
import dev.asmp.vm.VmStore.Beat;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** When a VM was heard, who may be heard, which one is checked next, and what the journal still lacks. */
class HeartbeatTest {
    private static final long WINDOW = Heartbeat.STALE_AFTER.toNanos();
    /** The origin of the clock: its numbers run over within a window. */
    private static final long START = Long.MAX_VALUE - WINDOW / 2;

    private final Heartbeat heartbeat = new Heartbeat("a", new Rank(1, 1), START, 1_000);

    private static Heartbeat another(String id, long number, long nanos) {
        return new Heartbeat(id, new Rank(1, number), nanos, 0);
    }

    private static String refusal(Heartbeat heartbeat, Beat beat) {
        RefusedException refused = assertThrows(RefusedException.class, () -> heartbeat.admit(beat));
        assertEquals(RefusedException.Reason.CONFLICT, refused.reason());
        return String.valueOf(refused.getMessage());
    }

    @Test
    void aDelayedOneDoesNotUndoALaterOne() {
        heartbeat.beat(START + 10, 2_000);
        heartbeat.beat(START + 9, 3_000);
        assertEquals(2_000, heartbeat.lastSeen());
        heartbeat.beat(START + 10, 4_000);
        assertEquals(4_000, heartbeat.lastSeen());
        assertFalse(heartbeat.isSilentAt(START + 9 + WINDOW));
        assertTrue(heartbeat.isSilentAt(START + 10 + WINDOW));
    }

    @Test
    void theFirstInstanceThatIsHeardIsTheOnlyOneFromThenOn() {
        heartbeat.admit(null);
        heartbeat.admit(new Beat("one", 5));
        assertEquals("not the heartbeat of a: its agent has sent seq 5 before; read the VM's id again",
                refusal(heartbeat, new Beat("one", 5)));
        refusal(heartbeat, new Beat("one", 4));
        assertEquals("not the heartbeat of a: another instance of its agent is registered; read the VM's id again",
                refusal(heartbeat, new Beat("two", 6)));
        assertThrows(RefusedException.class, () -> heartbeat.admit(null));
        heartbeat.admit(new Beat("one", 6));
        heartbeat.register("two");
        heartbeat.admit(new Beat("two", Long.MIN_VALUE + 1));
        heartbeat.register(null);
        heartbeat.admit(null);
    }

    @Test
    void oneThatIsNotSavedIsMarkedOnce() {
        assertTrue(heartbeat.needsSaving());
        assertFalse(heartbeat.needsSaving());
        heartbeat.saving();
        assertTrue(heartbeat.needsSaving());
    }

    @Test
    void aSilentOneIsAsleepAtOnce() {
        Heartbeat silent = Heartbeat.silent("a", new Rank(1, 1), START, 7);
        assertTrue(silent.isAsleep() && silent.isSilentAt(START));
        assertFalse(silent.isSilentAt(START - 1));
        heartbeat.fallSilent(START + 1);
        assertTrue(heartbeat.isSilentAt(START + 1));
        Heartbeat longAgo = another("b", 2, START - WINDOW);
        longAgo.fallSilent(START + 5);
        assertTrue(longAgo.isSilentAt(START), "one that was silent before is so since then");
    }

    @Test
    void theNextToBeCheckedIsTheOneThatWasNotHeardForLongest() {
        SilenceDeadlines deadlines = new SilenceDeadlines(START);
        assertEquals(Long.MAX_VALUE, deadlines.untilDue(START));
        assertNull(deadlines.poll(START));
        Heartbeat late = another("late", 1, START + 50);
        Heartbeat tied = another("tied", 3, START + 20);
        Heartbeat first = another("first", 2, START + 20);
        Stream.of(late, tied, first).forEach(deadlines::add);
        assertEquals(WINDOW + 20 - 7, deadlines.untilDue(START + 7));
        assertNull(deadlines.poll(START + 19 + WINDOW));
        assertSame(first, deadlines.poll(START + 20 + WINDOW));
        assertSame(tied, deadlines.poll(START + 20 + WINDOW));
        assertNull(deadlines.poll(START + 20 + WINDOW));
        deadlines.remove(late);
        assertEquals(Long.MAX_VALUE, deadlines.untilDue(START));
    }

    @Test
    void oneThatWasHeardMeanwhileIsPutOff() {
        SilenceDeadlines deadlines = new SilenceDeadlines(START);
        deadlines.add(heartbeat);
        heartbeat.beat(START + 30, 2_000);
        assertNull(deadlines.poll(START + WINDOW));
        assertFalse(heartbeat.isAsleep());
        assertEquals(30, deadlines.untilDue(START + WINDOW));
        assertSame(heartbeat, deadlines.poll(START + WINDOW + 30));
        assertTrue(heartbeat.isAsleep());
        assertNull(deadlines.poll(START + 3 * WINDOW));
    }

    @Test
    void ranksAreByTimeThenByNumberThenById() {
        List<Rank> sorted = List.of(new Rank(1, 9, "z"), new Rank(2, 1, "b"), new Rank(2, 2, "a"), new Rank(2, 2, "b"));
        assertEquals(sorted, sorted.reversed().stream().sorted().toList());
        sorted.forEach(rank -> assertEquals(rank, Rank.parse(rank.toString())));
        assertEquals("7-8", new Rank(7, 8).toString());
        assertEquals(new Rank(7, 8, "a-b"), Rank.parse("7-8-a-b"));
        for (String wrong : List.of("", "7", "7-", "x-1", "1-x")) {
            assertThrows(RefusedException.class, () -> Rank.parse(wrong));
        }
    }

    private Map<String, Vm> vms(Heartbeat... heartbeats) {
        Map<String, Vm> vms = new HashMap<>();
        for (Heartbeat one : heartbeats) {
            vms.put(one.id(), new Vm(new VmEntry(vm(one.id()), 0), one, one.isAsleep()));
        }
        return vms;
    }

    @Test
    void unsavedHeartbeatsAreSavedOnceEach() throws IOException {
        List<String> log = new ArrayList<>();
        UnsavedHeartbeats unsaved = new UnsavedHeartbeats(log::add);
        List<String> saved = new ArrayList<>();
        UnsavedHeartbeats.Target journal = records -> records.forEach(record -> saved.add(new String(record, UTF_8)));
        assertNull(unsaved.since());
        assertTrue(unsaved.note(heartbeat, 5));
        assertFalse(unsaved.note(heartbeat, 6));
        Heartbeat silent = Heartbeat.silent("b", new Rank(1, 2), START, 2_000);
        Heartbeat gone = another("gone", 3, START);
        Heartbeat registeredAgain = another("again", 4, START);
        Stream.of(silent, gone, registeredAgain).forEach(one -> assertFalse(unsaved.note(one, 7)));
        assertEquals(5, unsaved.since());
        Map<String, Vm> vms = vms(heartbeat, silent, another("again", 5, START));
        unsaved.save(vms, 8, journal);
        assertEquals(List.of("{\"seen\":{\"a\":\"1970-01-01T00:00:01.000Z\",\"b\":\"1970-01-01T00:00:02.000Z\"}}",
                "{\"stale\":[\"b\"]}"), saved);
        assertNull(unsaved.since());
        unsaved.save(vms, 9, journal);
        assertEquals(2, saved.size());
        assertEquals(List.of(), log);
    }

    @Test
    void heartbeatsOfManyRemovedVmsHoldUpNoOther() {
        UnsavedHeartbeats unsaved = new UnsavedHeartbeats(_ -> {});
        for (int i = 0; i < 10; i++) {
            unsaved.note(another("gone-" + i, i, START), 5);
        }
        unsaved.note(heartbeat, 6);
        List<byte[]> saved = new ArrayList<>();
        unsaved.save(vms(heartbeat), 7, saved::addAll);
        assertEquals(1, saved.size());
    }

    @Test
    void heartbeatsThatCannotBeSavedAreSavedTheNextTimeAndThatIsToldOnce() throws IOException {
        List<String> log = new ArrayList<>();
        UnsavedHeartbeats unsaved = new UnsavedHeartbeats(log::add);
        UnsavedHeartbeats.Target failing = _ -> {
            throw new IOException("planted");
        };
        unsaved.note(heartbeat, 5);
        unsaved.save(vms(heartbeat), 20, failing);
        assertEquals(20, unsaved.since());
        unsaved.save(vms(heartbeat), 30, failing);
        assertEquals(List.of("heartbeats of VMs cannot be saved: planted"), log);
        List<byte[]> saved = new ArrayList<>();
        unsaved.save(vms(heartbeat), 40, saved::addAll);
        assertEquals(1, saved.size());
        unsaved.note(heartbeat, 50);
        unsaved.save(vms(heartbeat), 60, failing);
        assertEquals(2, log.size(), "a later failure is told again");
    }

    @Test
    void recordsOfManyVmsAreParts() {
        List<Vm> many = new ArrayList<>();
        for (int i = 0; i < 1_001; i++) {
            many.addAll(vms(another("vm-" + i, i, START)).values());
        }
        assertEquals(3, VmRecordCodec.removed(many).size());
        assertEquals(2, VmRecordCodec.stale(many.subList(0, 1_000)).size());
        assertEquals("{\"remove\":[\"vm-1000\"]}", new String(VmRecordCodec.removed(many).getLast(), UTF_8));
        assertEquals(List.of(), VmRecordCodec.seen(List.of()));
    }
}
