package dev.asmp.scan;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What a look at some changes brought back: all manifests there are of the names that those changes touch, wherever they lie,
 * what could not be used, and where it looked.
 */
public record PartialScan(List<FoundManifest> found, List<ScanProblem> problems, Set<Path> files, Set<Path> trees,
        ScanReport.Effort effort) {

    /** Whether this file was looked for. */
    public boolean covers(Path file) {
        return files.contains(file) || FolderChanges.isWithin(trees, file);
    }
}
