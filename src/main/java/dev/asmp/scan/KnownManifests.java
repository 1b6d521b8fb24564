package dev.asmp.scan;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What somebody already holds of a file, so that the scanner need not parse it. */
@FunctionalInterface
public interface KnownManifests {
    /** The name of the service that this content of this file is registered as, or null when it is not. */
    @Nullable
    String nameOf(Path source, String digest);
}
