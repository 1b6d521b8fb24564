package dev.asmp.daemon;

import dev.asmp.http.MetricsPage;
import java.time.Duration;

/** What all scans since the start have done together. */
final class ScanTotals {
    private long scans;
    private long manifests;
    private long read;
    private long parsed;
    private Duration took = Duration.ZERO;
    private int problems;

    synchronized void add(ScanOutcome outcome) {
        scans++;
        manifests += outcome.effort().manifests();
        read += outcome.effort().read();
        parsed += outcome.effort().parsed();
        took = took.plus(outcome.took());
        problems = outcome.problems().size() + outcome.conflicts().size();
    }

    synchronized void writeTo(MetricsPage page) {
        page.counter("asmp_scans_total", "Scans that were run.").sample("asmp_scans_total", scans);
        page.counter("asmp_scan_seconds_total", "Time spent scanning.").sample("asmp_scan_seconds_total",
                took.toNanos() / 1e9);
        page.counter("asmp_scan_manifests_total", "Manifests that scans came by.").sample("asmp_scan_manifests_total",
                manifests);
        page.counter("asmp_scan_read_total", "Manifests that had to be read.").sample("asmp_scan_read_total", read);
        page.counter("asmp_scan_parsed_total", "Manifests that had to be parsed.").sample("asmp_scan_parsed_total",
                parsed);
        page.gauge("asmp_scan_problems", "Files that the last scan could not use.").sample("asmp_scan_problems",
                problems);
    }
}
