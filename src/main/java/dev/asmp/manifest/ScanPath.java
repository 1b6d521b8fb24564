package dev.asmp.manifest;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A scan path as the profile wrote it: where it leads, or why it leads nowhere. */
public record ScanPath(String written, @Nullable Path path, @Nullable String problem) {
    static ScanPath of(String written, Environment environment) {
        try {
            return new ScanPath(written, environment.expand(written), null);
        } catch (IllegalArgumentException e) {
            return new ScanPath(written, null, String.valueOf(e.getMessage()));
        }
    }
}
