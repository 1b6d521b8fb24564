package dev.asmp.scan;

import java.nio.file.Path;

/** A file named like a manifest that is not a valid one, or a folder that could not be read. */
public record ScanProblem(String path, String error, boolean skippedManifest) {
    static ScanProblem manifest(Path file, String error) {
        return new ScanProblem(file.toString(), error, true);
    }

    static ScanProblem folder(String path, String error) {
        return new ScanProblem(path, error, false);
    }
}
