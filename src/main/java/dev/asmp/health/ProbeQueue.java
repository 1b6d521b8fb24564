package dev.asmp.health;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * The services that wait for a probe, by the time at which they are due, with a limit on probes underway. Times are
 * nanoseconds since the caller's origin. Not thread-safe.
 */
final class ProbeQueue {
    /** The most probes that run at once; the others begin later, in the order in which they are due. */
    static final int MOST = 64;

    /** First probes keep this distance, so that ten thousand services found at once are not probed at once. */
    private static final long GAP = Duration.ofMillis(2).toNanos();
    /** The longest row of first probes; later ones go between them. */
    private static final long ROW = Duration.ofSeconds(30).toNanos();
    /** The distance between probes that are due, except for a few: quick probes would take a whole processor. */
    private static final long PACE = Duration.ofMillis(1).toNanos();
    private static final long FEW = MOST * PACE;
    private static final long SOON = Duration.ofMillis(100).toNanos();
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final TreeSet<MonitoredService> queue = new TreeSet<>(ProbeQueue::inOrder);
    private long nextFirst;
    private long nextBegin;
    private int underway;

    private static int inOrder(MonitoredService one, MonitoredService other) {
        int byTime = Long.compare(one.due, other.due);
        return byTime == 0 ? one.name.compareTo(other.name) : byTime;
    }

    /** Adds a service that was never probed: due at once if few are new, else in its place in the row, within its interval. */
    void begin(MonitoredService it, Duration interval, long now) {
        if (nextFirst < now || nextFirst > now + ROW) {
            nextFirst = now;
        }
        add(it, now + (nextFirst - now) % interval.toNanos());
        nextFirst += GAP;
    }

    /**
     * Adds a service whose last probe began at this moment. The jitter only shortens the interval, so that a change is noticed
     * within interval plus timeout.
     */
    void again(MonitoredService it, Duration interval, long began, long now) {
        long whole = interval.toNanos();
        long shortened = whole - ThreadLocalRandom.current().nextLong(whole / 10 + 1);
        add(it, Math.max(began + Math.max(shortened, SECOND), now));
    }

    /** Adds a service that cannot be probed now. */
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

    /** Removes the service that is due first and counts it as underway until {@link #left}; null if none can begin. */
    @Nullable
    MonitoredService next(long now) {
        if (pause(now) > 0) {
            return null;
        }
        nextBegin = Math.max(nextBegin, now - FEW) + PACE;
        underway++;
        return queue.pollFirst();
    }

    /** Counts one probe less as underway. */
    void left() {
        underway--;
    }

    boolean isFull() {
        return underway >= MOST;
    }

    boolean isFirst(MonitoredService it) {
        return !queue.isEmpty() && queue.first() == it;
    }

    /** The time until one can begin; {@code Long.MAX_VALUE} if none waits or the limit is reached. */
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

    /** The number of services that wait or are underway. */
    int size() {
        return queue.size() + underway;
    }
}
