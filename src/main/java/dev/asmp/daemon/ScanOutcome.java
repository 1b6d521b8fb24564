package dev.asmp.daemon;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.http.MetricsPage;
import dev.asmp.scan.ScanProblem;
import dev.asmp.scan.ScanProblems;
import dev.asmp.scan.ScanReport;
import java.time.Duration;
import java.util.List;

/**
 * The result of a scan, as it is answered, printed and logged. Of problems and conflicts it names the first of each; {@code more}
 * counts the others.
 */
record ScanOutcome(int registered, int changed, int unchanged, int stale, int skipped, boolean hasPaths,
        List<ScanProblem> problems, List<NameConflicts.Conflict> conflicts, int more, List<Mapping> replaces,
        ScanReport.Effort effort, Duration took) {
    /** A limit above what a person reads. */
    static final int MOST = 1_000;
    private static final String NO_PATHS = "nothing to scan: set discovery.scan_paths in host.yaml (none of ~/repos*, ~/src,"
            + " ~/code, ~/projects, ~/dev is there, or the list is empty)";

    static ScanOutcome of(ScanClaims claims, ScanReport report, List<NameConflicts.Conflict> conflicts, int stale,
            boolean hasPaths, Duration took) {
        ScanProblems problems = claims.problems();
        int notListed = Math.max(0, conflicts.size() - MOST);
        int omitted = problems.omitted() + report.all().omitted();
        int skipped = conflicts.size() + problems.skippedManifests() + report.all().omittedManifests();
        return new ScanOutcome(claims.registered(), claims.changed(), claims.unchanged(), stale, skipped, hasPaths,
                problems.kept(), List.copyOf(conflicts.subList(0, conflicts.size() - notListed)), omitted + notListed,
                claims.replaced(), report.effort().and(claims.parsed()), took);
    }

    int updated() {
        return changed + unchanged;
    }

    int scanned() {
        return registered + updated();
    }

    Mapping document() {
        List<Document> problemList = problems.stream().<Document>map(problem -> Mapping.builder()
                .put("path", problem.path()).put("error", problem.error()).build()).toList();
        List<Document> conflictList = conflicts.stream().<Document>map(conflict -> Mapping.builder()
                .put("name", conflict.name()).put("kept", conflict.kept()).put("ignored", conflict.ignored())
                .put("since", conflict.since() == null ? null : Timestamps.format(conflict.since())).build())
                .toList();
        return Mapping.builder().put("scanned", scanned()).put("registered", registered).put("updated", updated())
                .put("unchanged", unchanged).put("skipped", skipped).put("stale", stale)
                .put("problems", new Sequence(problemList))
                .put("conflicts", new Sequence(conflictList))
                .put("more", more == 0 ? null : Scalar.number(more))
                .put("replaces", replaces.isEmpty() ? null : new Sequence(List.copyOf(replaces)))
                .put("duration_ms", took.toMillis())
                .put("folders", effort.folders()).put("read", effort.read()).put("parsed", effort.parsed())
                .put("message", hasPaths ? null : NO_PATHS).build();
    }

    /** One line for a person. */
    String line() {
        return hasPaths
                ? "scanned %d manifest%s in %d ms: %d registered, %d updated, %d unchanged, %d skipped, %d stale"
                        .formatted(
                                scanned(), scanned() == 1 ? "" : "s", took.toMillis(), registered, changed, unchanged,
                                skipped,
                                stale)
                : NO_PATHS;
    }

    /** The sums of all scans since the start. */
    static final class Totals {
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
            problems = outcome.problems().size() + outcome.conflicts().size() + outcome.more();
        }

        synchronized void writeTo(MetricsPage page) {
            page.counter("asmp_scans_total", "Scans that were run.").sample("asmp_scans_total", scans);
            page.counter("asmp_scan_seconds_total", "Time spent scanning.").sample("asmp_scan_seconds_total",
                    took.toNanos() / 1e9);
            page.counter("asmp_scan_manifests_total", "Manifests that scans found.")
                    .sample("asmp_scan_manifests_total", manifests);
            page.counter("asmp_scan_read_total", "Manifests that had to be read.").sample("asmp_scan_read_total",
                    read);
            page.counter("asmp_scan_parsed_total", "Manifests that had to be parsed.")
                    .sample("asmp_scan_parsed_total", parsed);
            page.gauge("asmp_scan_problems", "Files that the last scan could not use.").sample("asmp_scan_problems",
                    problems);
        }
    }
}
