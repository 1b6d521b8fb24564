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
    static final long NONE = Long.MIN_VALUE;
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
    /** The instance that may send heartbeats, by {@link VmStore.Beat#sender}; 0 for any. */
    private long sender;
    /** The last number that it sent, and the last that it sent to this process; {@link #NONE} for none. */
    private long seq = NONE;
    private long taken = NONE;
    /** Whether the registration names the sender, so that all processes refuse others. */
    private boolean named;
    /** Whether another process took the same number, for which the next heartbeat is refused. */
    private boolean contested;
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
        heartbeat.asleep = true;
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

    void wake() {
        asleep = false;
    }

    /** Puts it to sleep if it is silent still; tells whether it is. Used by the writer only. */
    boolean fallAsleep(long nanos) {
        asleep = true; // first: who is heard from now on finds that it has to be woken
        asleep = isSilentAt(nanos);
        return asleep;
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
        sender = agent == null ? 0 : VmStore.Beat.sender(agent);
        seq = NONE;
        taken = NONE;
        named = agent != null;
        contested = false;
    }

    /**
     * Checks the sender of a heartbeat. A branch of a VM copies its memory, so that two agents send the same instance and
     * number: the second one is refused, reads its id again and finds out that it is another VM.
     */
    synchronized void admit(VmStore.@Nullable Beat beat) {
        long from = beat == null ? 0 : VmStore.Beat.sender(beat.instance());
        if (sender != 0 && sender != from) {
            throw conflict("another instance of its agent is registered");
        }
        if (beat != null) {
            if (contested) {
                contested = false;
                throw conflict("another registry process has taken seq " + seq + ", too");
            }
            if (sender != 0 && beat.seq() <= seq) {
                throw conflict("its agent has sent seq " + beat.seq() + " before");
            }
            sender = from;
            seq = beat.seq();
            taken = seq;
        }
    }

    /**
     * Learns which number another process took from an instance. Where this process had taken the same before it could know of
     * that, there are two agents: the next heartbeat is refused, here as there.
     */
    synchronized void learn(long from, long number) {
        if (taken != NONE && (from == sender ? number == taken : !named)) {
            contested = true;
        }
        if (sender == 0 || sender == from) {
            sender = from;
            seq = Math.max(seq, number);
        }
    }

    /** The heartbeat for other processes, with the last number that was taken here. */
    synchronized MirroredFleet.Heard heard() {
        unsaved = false;
        return new MirroredFleet.Heard(id, lastSeen, sender, taken);
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
