package dev.asmp.scan;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * The result of a look at changes: all manifests of the names that the changes touch, wherever they lie, the files that could
 * not be used, and the files and trees looked at.
 */
public record PartialScan(List<FoundManifest> found, ScanProblems all, Set<Path> files, Set<Path> trees,
        ScanReport.Effort effort) {

    /** The problems that were kept. */
    public List<ScanProblem> problems() {
        return all.kept();
    }

    /** Tells whether the look covered this file. */
    public boolean covers(Path file) {
        return files.contains(file) || FolderChanges.isWithin(trees, file);
    }
}
