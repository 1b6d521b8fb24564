package dev.asmp.scan;

import dev.asmp.manifest.Manifest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A valid manifest below a scan path; its content only if it had to be parsed. */
public record FoundManifest(Path file, String name, String digest, @Nullable Manifest manifest) {}
