package dev.asmp.manifest;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Claim about a service, on its way to the registry. */
public sealed interface Claim {
    Manifest manifest();

    /** A scan found the manifest in a file; the digest is that of the file's bytes. */
    record Sighting(Manifest manifest, Path source, String digest) implements Claim {}

    /** A running service announced itself, for good or until the time to live has passed. */
    record Announcement(Manifest manifest, @Nullable Duration ttl) implements Claim {}

    /** A registration of a service, which stands until it is removed. */
    record Registration(Manifest manifest) implements Claim {}
}
