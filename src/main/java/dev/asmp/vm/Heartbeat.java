package dev.asmp.vm;

import java.time.Duration;

/**
 * When one registered VM was last heard. It is changed in place, so that a heartbeat costs the same in a fleet of any size. It
 * belongs to a registration and stays with it through every change.
 */
final class Heartbeat {
    /** The longest silence of a VM that is not stale. */
    static final Duration STALE_AFTER = Duration.ofMinutes(5);
    private static final long WINDOW = STALE_AFTER.toNanos();

    private final String id;
    private final Rank rank;
    /** On the monotonic clock, which decides. */
    private volatile long alive;
    /** On the wall clock, which is shown. */
    private volatile long lastSeen;
    /** True once it was found silent for too long. Set by the writer only. */
    private volatile boolean asleep;
    private boolean unsaved;
    /** The time of the next check. Used by the writer only. */
    private long due;

    /** The heartbeat of a VM that was heard just now. */
    Heartbeat(String id, Rank rank, long nanos, long lastSeen) {
        this.id = id;
        this.rank = rank;
        this.alive = nanos;
        this.lastSeen = lastSeen;
    }

    /** The heartbeat of a VM that has been silent for too long. */
    static Heartbeat silent(String id, Rank rank, long nanos, long lastSeen) {
        Heartbeat heartbeat = new Heartbeat(id, rank, nanos - WINDOW, lastSeen);
        heartbeat.setAsleep(true);
        return heartbeat;
    }

    String id() {
        return id;
    }

    Rank rank() {
        return rank;
    }

    /** The end of the time that it may be silent, in nanoseconds after an origin. */
    long silentAfter(long origin) {
        return alive - origin + WINDOW;
    }

    long lastSeen() {
        return lastSeen;
    }

    boolean isSilentAt(long nanos) {
        return nanos - alive >= WINDOW;
    }

    boolean isAsleep() {
        return asleep;
    }

    void setAsleep(boolean now) {
        asleep = now;
    }

    long due() {
        return due;
    }

    void setDue(long moment) {
        due = moment;
    }

    /** Takes a heartbeat; one that was delayed does not undo a later one. */
    synchronized void beat(long nanos, long moment) {
        if (nanos - alive >= 0) {
            lastSeen = moment;
            alive = nanos;
        }
    }

    /** Marks it as not yet in the journal; true if it was not marked before. */
    synchronized boolean needsSaving() {
        boolean first = !unsaved;
        unsaved = true;
        return first;
    }

    /** Clears the mark: what is heard from now on has to be saved again. */
    synchronized void saving() {
        unsaved = false;
    }
}
