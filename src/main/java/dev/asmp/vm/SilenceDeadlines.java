package dev.asmp.vm;

import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A queue of the VMs that are awake, the next one to check first. A heartbeat changes nothing here: one that comes due and was
 * heard meanwhile is put off. Used by the writer only.
 */
final class SilenceDeadlines {
    private final TreeSet<Heartbeat> heartbeats = new TreeSet<>(SilenceDeadlines::inOrder);
    /** Times are relative to this, so that they compare as numbers whatever the clock's origin. */
    private final long origin;

    SilenceDeadlines(long origin) {
        this.origin = origin;
    }

    private static int inOrder(Heartbeat one, Heartbeat other) {
        int byTime = Long.compare(one.due(), other.due());
        return byTime == 0 ? one.rank().compareTo(other.rank()) : byTime;
    }

    /** Adds a heartbeat, to be checked when it will have been silent for too long. */
    void add(Heartbeat heartbeat) {
        heartbeat.setDue(heartbeat.silentAfter(origin));
        heartbeats.add(heartbeat);
    }

    void remove(Heartbeat heartbeat) {
        heartbeats.remove(heartbeat);
    }

    /** Nanoseconds until the next one is to be checked. */
    long untilDue(long now) {
        return heartbeats.isEmpty() ? Long.MAX_VALUE : heartbeats.first().due() - (now - origin);
    }

    /** Puts the next one that has been silent for too long to sleep, removes and returns it; null where there is none. */
    @Nullable
    Heartbeat poll(long now) {
        while (!heartbeats.isEmpty() && heartbeats.first().due() <= now - origin) {
            Heartbeat heartbeat = heartbeats.removeFirst();
            if (heartbeat.fallAsleep(now)) {
                return heartbeat;
            }
            add(heartbeat);
        }
        return null;
    }
}
