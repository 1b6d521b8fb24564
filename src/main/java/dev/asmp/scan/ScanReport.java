package dev.asmp.scan;

import java.util.Comparator;
import java.util.List;

/** What one walk brought back: both the good and the bad, in string order of their paths. */
public record ScanReport(List<Found> found, List<ScanProblem> problems, Effort effort) {
    /** What the walk had to do: manifests that it came by, read and parsed, and folders that it looked into. */
    public record Effort(int manifests, int read, int parsed, int folders) {}

    public ScanReport {
        found = found.stream().sorted(Comparator.comparing((Found item) -> item.file().toString())).toList();
        problems = problems.stream().sorted(Comparator.comparing(ScanProblem::path)).toList();
    }
}
