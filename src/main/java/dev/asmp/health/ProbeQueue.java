package dev.asmp.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Who is probed next, as far as there is room: the one that is due for longest. Moments are nanoseconds since an origin that
 * only the caller knows. Whoever waits can be taken out again at once, so that nothing stays behind of what is forgotten. Not
 * for several threads.
 */
final class ProbeQueue {
    /** How many probes run at once. Those that are due meanwhile begin in the order in which they were due. */
    static final int ROOM = 64;

    /** First probes keep this distance, so that ten thousand services found at once are not probed at once. */
    private static final long GAP = Duration.ofMillis(2).toNanos();
    /** After so long a row of first probes, the next ones go between them. */
    private static final long ROW = Duration.ofSeconds(30).toNanos();
    /** However many are due, they begin this far apart, but for a few: quick probes would take all of a processor. */
    private static final long PACE = Duration.ofMillis(1).toNanos();
    private static final long FEW = ROOM * PACE;
    private static final long SOON = Duration.ofMillis(100).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final TreeSet<MonitoredService> queue = new TreeSet<>(
            Comparator.comparingLong((MonitoredService it) -> it.due).thenComparing(it -> it.name));
    private long nextFirst;
    private long nextBegin;
    private int underway;

    /** Adds one that was never probed: at once where few are new, else in its place in the row, within its interval. */
    void begin(MonitoredService it, Duration interval, long now) {
        if (nextFirst < now || nextFirst > now + ROW) {
            nextFirst = now;
        }
        add(it, now + (nextFirst - now) % interval.toNanos());
        nextFirst += GAP;
    }

    /**
     * Adds one whose last probe began at this moment. The jitter only shortens the interval, so that a change is noticed
     * within interval plus timeout.
     */
    void again(MonitoredService it, Duration interval, long began, long now) {
        long whole = interval.toNanos();
        long shortened = whole - ThreadLocalRandom.current().nextLong(whole / 10 + 1);
        add(it, Math.max(began + Math.max(shortened, SECOND), now));
    }

    /** Adds one that cannot be probed just now. */
    void soon(MonitoredService it, long now) {
        add(it, now + SOON);
    }

    private void add(MonitoredService it, long due) {
        it.due = due;
        queue.add(it);
    }

    void remove(MonitoredService it) {
        queue.remove(it);
    }

    /** Takes out the one that is due for longest, which then needs room until it {@link #left}; null when none can begin. */
    @Nullable
    MonitoredService next(long now) {
        if (pause(now) > 0) {
            return null;
        }
        nextBegin = Math.max(nextBegin, now - FEW) + PACE;
        underway++;
        return queue.pollFirst();
    }

    /** One that began needs its room no more. */
    void left() {
        underway--;
    }

    boolean isFull() {
        return underway >= ROOM;
    }

    boolean isFirst(MonitoredService it) {
        return !queue.isEmpty() && queue.first() == it;
    }

    /** How long until one can begin; {@code Long.MAX_VALUE} when none waits, or there is no room. */
    long pause(long now) {
        return queue.isEmpty() || isFull()
                ? Long.MAX_VALUE
                : Math.max(0, Math.max(queue.first().due, nextBegin) - now);
    }

    boolean wasDue(long moment) {
        return !queue.isEmpty() && queue.first().due <= moment;
    }

    /** Makes all due. */
    void hurry(long now) {
        List<MonitoredService> all = new ArrayList<>(queue);
        queue.clear();
        all.forEach(it -> add(it, Math.min(it.due, now)));
    }

    /** How many wait or are underway. */
    int size() {
        return queue.size() + underway;
    }
}
