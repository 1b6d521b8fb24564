package dev.asmp.scan;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one walk brought back: both the good and the bad, in string order of their paths. Where the folders are watched, also
 * those that it went through, and which of them hold something named like a manifest.
 */
public record ScanReport(List<FoundManifest> found, List<ScanProblem> problems, Effort effort,
        @Nullable Map<Path, Boolean> folders) {
    /** What the walk had to do: manifests that it came by, read and parsed, and folders that it looked into. */
    public record Effort(int manifests, int read, int parsed, int folders) {}

    public ScanReport {
        found = inOrder(found);
        problems = problems.stream().sorted(Comparator.comparing(ScanProblem::path)).toList();
    }

    static List<FoundManifest> inOrder(Collection<FoundManifest> found) {
        return found.stream().sorted(Comparator.comparing((FoundManifest item) -> item.file().toString())).toList();
    }
}
