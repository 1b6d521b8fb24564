package dev.asmp.etcd;

import dev.asmp.vm.MirroredFleet;
import dev.asmp.vm.VmStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far behind the view may be. Every few seconds the process writes a key and waits for it to come back through the watch:
 * what the view shows is then no older than that write. While none comes back, silence is not judged: the clock by which VMs
 * fall silent stands still, and afterwards each has a full window.
 */
final class EtcdFreshness implements LongSupplier {
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final long limit;
    private volatile boolean listed;
    private volatile long freshAt;
    private volatile long frozen;
    private volatile @Nullable Instant shownAt;
    private volatile @Nullable String problem;

    /** Limits the time between two writes that come back. */
    EtcdFreshness(InstantSource clock, LongSupplier nanos, Duration limit) {
        this.clock = clock;
        this.nanos = nanos;
        this.limit = limit.toNanos();
    }

    /** The clock by which VMs fall silent. */
    @Override
    public long getAsLong() {
        return !listed || isFresh() ? nanos.getAsLong() : frozen;
    }

    boolean isFresh() {
        long most = problem == null ? limit : limit / 2;
        return listed && System.nanoTime() - freshAt <= most;
    }

    /** Whether there is a view at all. */
    boolean isListed() {
        return listed;
    }

    /** The time since which the view may be behind; null where it is not. */
    @Nullable
    Instant staleSince() {
        return isFresh() ? null : shownAt;
    }

    /** The latest problem with etcd; null where its last answer was good. */
    @Nullable
    String problem() {
        return problem;
    }

    void failed(String why) {
        problem = why;
    }

    void answered() {
        problem = null;
    }

    /** Nanoseconds since the view was known to be current. */
    long age() {
        return System.nanoTime() - freshAt;
    }

    /** Notes that the view shows all that was written before this moment of the running clock. */
    void freshAsOf(long moment, MirroredFleet view) {
        if (listed && moment - freshAt < 0) {
            return;
        }
        if (!isFresh()) {
            view.excuseAll(nanos.getAsLong());
        }
        frozen = nanos.getAsLong();
        shownAt = clock.instant();
        freshAt = moment;
        listed = true;
    }

    /** Since when nothing could be read, and why; null where the view is fresh. */
    VmStore.@Nullable Outage outage() {
        if (isFresh()) {
            return null;
        }
        String problem = problem();
        Instant since = staleSince();
        return new VmStore.Outage(since == null ? Instant.EPOCH : since,
                problem == null ? "etcd does not answer" : problem);
    }
}
