package dev.asmp.scan;

import dev.asmp.manifest.Manifest;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A valid manifest that the walk came by; its content only where it had to be read. */
public record FoundManifest(Path file, String name, String digest, @Nullable Manifest manifest) {}
