package dev.asmp.etcd;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * Changes that are saved and wait until the view shows them, so that a client reads its own write; and clients that wait for a
 * revision.
 */
final class EtcdAnswers {
    /** A change is saved, whatever the view does; its client is not kept longer. */
    private static final long LONGEST = Duration.ofSeconds(3).toNanos();

    private final PriorityQueue<Saved> saved = new PriorityQueue<>(Comparator.comparingLong(Saved::revision));
    private long revision;
    private long noted = System.nanoTime();

    private record Saved(long revision, long since, List<EtcdChange> changes) {}

    /** Answers changes once the view has reached a revision. */
    void add(long at, List<EtcdChange> changes) {
        synchronized (this) {
            if (at > revision) {
                saved.add(new Saved(at, System.nanoTime(), changes));
                return;
            }
        }
        changes.forEach(EtcdChange::answer);
    }

    /** Notes the revision that the view has reached. */
    void reached(long now) {
        List<Saved> ready = new ArrayList<>();
        synchronized (this) {
            revision = now;
            while (!saved.isEmpty() && saved.element().revision() <= now) {
                ready.add(saved.remove());
            }
            notifyAll();
        }
        ready.forEach(each -> each.changes().forEach(EtcdChange::answer));
    }

    /** Tells whether a change has waited for the view this long; a second time only after as long again. */
    synchronized boolean areHeldUp(long nanos) {
        long now = System.nanoTime();
        if (saved.isEmpty() || now - saved.element().since() < nanos || now - noted < nanos) {
            return false;
        }
        noted = now;
        return true;
    }

    /** Tells whether changes wait for the view. */
    synchronized boolean areWaiting() {
        return !saved.isEmpty();
    }

    /** Answers those that have waited for too long. */
    void expire() {
        List<Saved> late = new ArrayList<>();
        synchronized (this) {
            while (!saved.isEmpty() && System.nanoTime() - saved.element().since() > LONGEST) {
                late.add(saved.remove());
            }
        }
        late.forEach(each -> each.changes().forEach(EtcdChange::answer));
    }

    /** Answers all. */
    void end() {
        reached(Long.MAX_VALUE);
    }

    /** Waits for a revision; false when the time is over. */
    synchronized boolean await(long at, Duration longest) {
        long deadline = System.nanoTime() + longest.toNanos();
        try {
            while (revision < at) {
                long left = Duration.ofNanos(deadline - System.nanoTime()).toMillis();
                if (left <= 0) {
                    return false;
                }
                wait(left);
            }
            return true;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
