package dev.asmp.scan;

import java.nio.file.Path;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The result of one scan: manifests in string order of their paths, without their content, and problems. If folders are to be watched, also those
 * that it walked, with whether each holds a file named like a manifest.
 */
public record ScanReport(List<FoundManifest> found, ScanProblems all, Effort effort,
        @Nullable Map<Path, Boolean> folders) {
    /** The work of a scan: manifests found, read and parsed, and folders listed. */
    public record Effort(int manifests, int read, int parsed, int folders) {
        /** With more manifests that were read and parsed. */
        public Effort and(int more) {
            return new Effort(manifests, read + more, parsed + more, folders);
        }
    }

    public ScanReport {
        found = inOrder(found);
    }

    /** The problems that were kept. */
    public List<ScanProblem> problems() {
        return all.kept();
    }

    static List<FoundManifest> inOrder(Collection<FoundManifest> found) {
        return found.stream().sorted(Comparator.comparing((FoundManifest item) -> item.file().toString())).toList();
    }
}
