package dev.asmp.vm;

/**
 * The signs of life of one registered VM: the one thing about it that changes in place, so that a heartbeat costs the same
 * however many there are. It belongs to a registration and stays with it through every change.
 */
final class Heartbeat {
    /** How long a VM may give no sign of life. */
    static final long WINDOW = EmbeddedVmStore.STALE_AFTER.toNanos();

    private final String id;
    private final Rank rank;
    /** On the monotonic clock: what decides. */
    private volatile long alive;
    /** On the clock on the wall: what is shown. */
    private volatile long lastSeen;
    /** Whether it was found silent for too long. The writer alone sets it. */
    private volatile boolean asleep;
    private boolean unsaved;
    /** When it is looked at next. The writer's alone. */
    private long due;

    Heartbeat(String id, Rank rank, long alive, long lastSeen) {
        this.id = id;
        this.rank = rank;
        this.alive = alive;
        this.lastSeen = lastSeen;
    }

    String id() {
        return id;
    }

    Rank rank() {
        return rank;
    }

    long alive() {
        return alive;
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

    /** Takes a sign of life; one that was held up on its way does not undo a later one. */
    synchronized void beat(long nanos, long moment) {
        if (nanos - alive >= 0) {
            lastSeen = moment;
            alive = nanos;
        }
    }

    /** Notes that the journal has to be told; true if this was not noted before. */
    synchronized boolean needsSaving() {
        boolean first = !unsaved;
        unsaved = true;
        return first;
    }

    /** The journal is being told; whatever comes from now on has to be told anew. */
    synchronized void saving() {
        unsaved = false;
    }
}
