package dev.asmp.scan;

import java.nio.file.Path;

/** Something the walk could not use: a file named like a manifest that is none, or a folder it could not read. */
public record ScanProblem(String path, String error, boolean skippedManifest) {
    static ScanProblem manifest(Path file, String error) {
        return new ScanProblem(file.toString(), error, true);
    }

    static ScanProblem folder(String path, String error) {
        return new ScanProblem(path, error, false);
    }
}
