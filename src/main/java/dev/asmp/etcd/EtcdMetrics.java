package dev.asmp.etcd;

import java.time.Duration;
import java.util.Map;

/** The numbers of the store for monitoring; the transactions by their outcome. */
public record EtcdMetrics(int vms, long revision, Duration age, Map<String, Long> transactions, long errors, long lists,
        long beats, long writes, int waiting) {}
