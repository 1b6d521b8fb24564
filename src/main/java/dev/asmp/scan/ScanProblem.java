package dev.asmp.scan;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file named like a manifest that is not a valid one, or a folder that could not be read. */
public record ScanProblem(String path, @Nullable String name, String error, boolean skippedManifest) {
    private static final int LONGEST = 500;

    public ScanProblem {
        error = cut(error);
    }

    /** A manifest may have thousands of errors. */
    static String cut(String error) {
        return error.length() <= LONGEST ? error : error.substring(0, LONGEST) + "…";
    }

    /** A valid manifest of this name that is kept out. */
    public static ScanProblem keptOut(Path file, String name, String error) {
        return new ScanProblem(file.toString(), name, error, true);
    }

    static ScanProblem manifest(Path file, String error) {
        return new ScanProblem(file.toString(), null, error, true);
    }

    static ScanProblem folder(String path, String error) {
        return new ScanProblem(path, null, error, false);
    }
}
