package dev.asmp.vm;

import dev.asmp.store.RefusedException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

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
    private @Nullable String instance;
    private long seq = Long.MIN_VALUE;
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

    /** Names the instance of the VM's agent that may send heartbeats; null for any. */
    synchronized void register(@Nullable String agent) {
        instance = agent;
        seq = Long.MIN_VALUE;
    }

    /**
     * Checks the sender of a heartbeat. A branch of a VM copies its memory, so that two agents send the same instance and
     * number: the second one is refused, reads its id again and finds out that it is another VM.
     */
    synchronized void admit(VmStore.@Nullable Beat beat) {
        if (beat == null ? instance != null : instance != null && !instance.equals(beat.instance())) {
            throw conflict("another instance of its agent is registered");
        }
        if (beat != null) {
            if (instance != null && beat.seq() <= seq) {
                throw conflict("its agent has sent seq " + beat.seq() + " before");
            }
            instance = beat.instance();
            seq = beat.seq();
        }
    }

    private RefusedException conflict(String why) {
        return new RefusedException(RefusedException.Reason.CONFLICT, "not the heartbeat of " + id + ": " + why
                + "; read the VM's id again");
    }

    /** Sets the moment that is shown, without a sign of life. */
    synchronized void show(long moment) {
        lastSeen = moment;
    }

    /** Begins a full window: its silence could not be judged until now. */
    synchronized void excuse(long nanos) {
        alive = nanos;
    }

    /** Makes it as silent as one that nobody has heard for the whole window. */
    synchronized void fallSilent(long nanos) {
        asleep = true;
        if (!isSilentAt(nanos)) {
            alive = nanos - WINDOW;
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
