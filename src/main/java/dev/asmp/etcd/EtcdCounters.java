package dev.asmp.etcd;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** The counts of the store's work, for monitoring. */
final class EtcdCounters {
    /** Attempts that a member did not answer. */
    final LongAdder errors = new LongAdder();
    /** Transactions that were carried out. */
    final LongAdder committed = new LongAdder();
    /** Transactions that were decided again, since another process was quicker. */
    final LongAdder retried = new LongAdder();
    /** Transactions that were given up. */
    final LongAdder failed = new LongAdder();
    /** Heartbeats that were written for other processes. */
    final LongAdder beats = new LongAdder();
    /** Writes that carried heartbeats. */
    final LongAdder flushes = new LongAdder();
    /** Times that all keys were listed. */
    final LongAdder lists = new LongAdder();

    EtcdMetrics with(int vms, long revision, Duration age, int waiting) {
        return new EtcdMetrics(vms, revision, age,
                Map.of("committed", committed.sum(), "retried", retried.sum(), "failed", failed.sum()), errors.sum(),
                lists.sum(), beats.sum(), flushes.sum(), waiting);
    }
}
