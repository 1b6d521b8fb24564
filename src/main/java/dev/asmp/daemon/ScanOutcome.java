package dev.asmp.daemon;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.scan.ScanProblem;
import dev.asmp.scan.ScanReport;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** What a scan did, as it is answered, printed and logged. */
record ScanOutcome(int registered, int updated, int stale, List<ScanProblem> problems,
        List<NameConflicts.Conflict> conflicts,
        ScanReport.Effort effort, Duration took) {
    ScanOutcome {
        problems = problems.stream().sorted(Comparator.comparing(ScanProblem::path)).toList();
    }

    int scanned() {
        return registered + updated;
    }

    int skipped() {
        return conflicts.size() + (int) problems.stream().filter(ScanProblem::skippedManifest).count();
    }

    Mapping document() {
        List<Document> problemList = problems.stream().<Document>map(problem -> Mapping.builder()
                .put("path", problem.path()).put("error", problem.error()).build()).toList();
        List<Document> conflictList = conflicts.stream().<Document>map(conflict -> Mapping.builder()
                .put("name", conflict.name()).put("kept", conflict.kept()).put("ignored", conflict.ignored()).build())
                .toList();
        return Mapping.builder().put("scanned", scanned()).put("registered", registered).put("updated", updated)
                .put("skipped", skipped()).put("stale", stale).put("problems", new Sequence(problemList))
                .put("conflicts", new Sequence(conflictList)).put("duration_ms", took.toMillis())
                .put("folders", effort.folders()).put("read", effort.read()).put("parsed", effort.parsed()).build();
    }

    /** One line for a person. */
    String line() {
        return "scanned %d manifest%s in %d ms: %d registered, %d updated, %d skipped, %d stale".formatted(scanned(),
                scanned() == 1 ? "" : "s", took.toMillis(), registered, updated, skipped(), stale);
    }
}
