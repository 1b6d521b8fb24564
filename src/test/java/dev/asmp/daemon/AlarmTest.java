package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.Comparator;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A task that is due now and then, on a timer that this test moves. */
class AlarmTest {
    private final Hand timer = new Hand();
    private @Nullable Duration pause = Duration.ofSeconds(10);
    private int runs;

    /** Runs what is due when its hand is moved, and counts what it had to run. */
    private static final class Hand implements Alarm.Timer {
        private final TreeMap<Long, Runnable> planned = new TreeMap<>(Comparator.naturalOrder());
        private long now;

        @Override
        public Runnable after(Duration pause, Runnable task) {
            long at = now + pause.toNanos();
            planned.put(at, task);
            return () -> planned.remove(at);
        }

        @Override
        public long nanos() {
            return now;
        }

        void pass(Duration time) {
            long end = now + time.toNanos();
            while (!planned.isEmpty() && planned.firstKey() <= end) {
                now = planned.firstKey();
                planned.pollFirstEntry().getValue().run();
            }
            now = end;
        }
    }

    private Alarm alarm() {
        return new Alarm(timer, () -> pause, () -> runs++);
    }

    @Test
    void nothingIsPlannedWhileNothingIsDue() {
        pause = null;
        Alarm alarm = alarm();
        alarm.wake();
        assertEquals(0, timer.planned.size());
        timer.pass(Duration.ofDays(1));
        assertEquals(0, runs);
    }

    @Test
    void itRunsOnceWhenItIsDueAndIsIdleAgain() {
        Alarm alarm = alarm();
        alarm.wake();
        alarm.wake();
        timer.pass(Duration.ofSeconds(9));
        assertEquals(0, runs);
        timer.pass(Duration.ofDays(1));
        assertEquals(1, runs);
        assertEquals(0, timer.planned.size());
    }

    @Test
    void whatIsDueSoonerReplacesWhatIsPlanned() {
        Alarm alarm = alarm();
        alarm.wake();
        pause = Duration.ofSeconds(1);
        alarm.wake();
        pause = Duration.ofSeconds(30);
        alarm.wake();
        assertEquals(1, timer.planned.size());
        timer.pass(Duration.ofSeconds(1));
        assertEquals(1, runs);
    }

    @Test
    void aRunThatIsWokenPlansTheNextAndAFailureDoesNotEndIt() {
        Alarm[] alarm = new Alarm[1];
        alarm[0] = new Alarm(timer, () -> pause, () -> {
            alarm[0].wake();
            if (runs++ == 1) {
                throw new IllegalStateException();
            }
        });
        alarm[0].wake();
        timer.pass(Duration.ofSeconds(10));
        try {
            timer.pass(Duration.ofSeconds(10));
        } catch (IllegalStateException _) {
            timer.pass(Duration.ofSeconds(10));
        }
        assertEquals(3, runs);
    }

    @Test
    void anExpiryIsWaitedForUntilItsMomentAndNeverWithoutAPause() {
        assertEquals(Duration.ofSeconds(30), Alarms.wait(Duration.ofSeconds(30)));
        assertEquals(Duration.ofSeconds(1), Alarms.wait(Duration.ofSeconds(-5)));
    }
}
