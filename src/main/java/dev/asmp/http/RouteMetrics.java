package dev.asmp.http;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts the answers of one route by status, and how long they took. */
final class RouteMetrics {
    private static final double[] SECONDS = {0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5};
    private static final long NANOS = 1_000_000_000L;

    private final LongAdder ok = new LongAdder();
    private final Map<Integer, LongAdder> others = new ConcurrentHashMap<>();
    private final LongAdder[] buckets = new LongAdder[SECONDS.length + 1];
    private final LongAdder nanos = new LongAdder();

    RouteMetrics() {
        for (int i = 0; i < buckets.length; i++) {
            buckets[i] = new LongAdder();
        }
    }

    void count(int status, long tookNanos) {
        (status == 200 ? ok : others.computeIfAbsent(status, _ -> new LongAdder())).increment();
        nanos.add(tookNanos);
        int bucket = 0;
        while (bucket < SECONDS.length && tookNanos > SECONDS[bucket] * NANOS) {
            bucket++;
        }
        buckets[bucket].increment();
    }

    /** Adds this route's lines to the page; an unused route has none. */
    void writeTo(MetricsPage page, String socket, String method, String route) {
        Map<Integer, Long> byStatus = new TreeMap<>();
        others.forEach((status, count) -> byStatus.put(status, count.sum()));
        if (ok.sum() > 0) {
            byStatus.put(200, ok.sum());
        }
        if (byStatus.isEmpty()) {
            return;
        }
        page.counter("asmp_http_requests_total", "Requests answered, by route and status.");
        byStatus.forEach((status, count) -> page.sample("asmp_http_requests_total", count, "socket", socket, "method",
                method, "route",
                route, "status", Integer.toString(status)));
        page.histogram("asmp_http_request_seconds", "How long requests took, by route.");
        long total = 0;
        for (int i = 0; i < SECONDS.length; i++) {
            total += buckets[i].sum();
            page.sample("asmp_http_request_seconds_bucket", total, "socket", socket, "method", method, "route", route,
                    "le",
                    MetricsPage.plain(SECONDS[i]));
        }
        total += buckets[SECONDS.length].sum();
        page.sample("asmp_http_request_seconds_bucket", total, "socket", socket, "method", method, "route", route, "le",
                "+Inf");
        page.sample("asmp_http_request_seconds_sum", nanos.sum() / (double) NANOS, "socket", socket, "method", method,
                "route", route);
        page.sample("asmp_http_request_seconds_count", total, "socket", socket, "method", method, "route", route);
    }
}
