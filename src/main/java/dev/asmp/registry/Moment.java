package dev.asmp.registry;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One moment on two clocks. The wall clock dates what people read; times to live run on one that nothing sets, and that stands
 * still while the machine sleeps. In memory an announcement ends on the running clock, on disk by the wall clock.
 */
record Moment(Instant wall, Instant running) {
    /** The end of an announcement as it is written. */
    @Nullable
    Instant toWall(@Nullable Instant end) {
        return end == null ? null : wall.plus(Duration.between(running, end));
    }

    /** A state that was written by an earlier process: the rest of its time to live runs from now, and is never longer than all of it. */
    EntryState resumed(EntryState written) {
        Instant end = written.expires();
        if (end == null) {
            return written;
        }
        Duration left = Duration.between(wall, end);
        Duration ttl = written.ttl();
        Duration whole = ttl == null ? Duration.between(written.lastSeen(), end) : ttl;
        Duration rest = whole.isPositive() && left.compareTo(whole) > 0 ? whole : left;
        return written.withExpiry(running.plus(rest));
    }
}
