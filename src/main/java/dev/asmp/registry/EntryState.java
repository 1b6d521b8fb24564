package dev.asmp.registry;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The registry's own knowledge of an entry, beside its manifest.
 *
 * @param source the manifest file that a scan found, as an absolute path
 * @param sourceDigest the digest of that file when it was last compared
 * @param expires when an announcement with a time to live ends, on the running clock of {@link Moment}
 * @param holding since when it declares its ports, where that is before {@code lastSeen}
 */
public record EntryState(Sync sync, Status status, long generation, Instant lastSeen, @Nullable String source,
        @Nullable String sourceDigest, @Nullable Instant expires, @Nullable Instant holding) {
    EntryState(Sync sync, Status status, long generation, Instant lastSeen, @Nullable String source,
            @Nullable String sourceDigest, @Nullable Instant expires) {
        this(sync, status, generation, lastSeen, source, sourceDigest, expires, null);
    }

    /** Since when it declares its ports, as far as is known. */
    Instant holdsPortsSince() {
        return holding == null ? lastSeen : holding;
    }

    EntryState holdingPortsSince(@Nullable Instant moment) {
        return new EntryState(sync, status, generation, lastSeen, source, sourceDigest, expires, moment);
    }

    public boolean expiredAt(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    EntryState withGeneration(long number) {
        return new EntryState(sync, status, number, lastSeen, source, sourceDigest, expires, holding);
    }

    EntryState asStale(Instant seen) {
        return new EntryState(sync, Status.STALE, generation, seen, source, sourceDigest, expires, holding);
    }

    EntryState withStatus(Status next) {
        return new EntryState(sync, next, generation, lastSeen, source, sourceDigest, expires, holding);
    }

    EntryState withExpiry(@Nullable Instant moment) {
        return new EntryState(sync, status, generation, lastSeen, source, sourceDigest, moment, holding);
    }

    EntryState withSource(String path, String digest) {
        return new EntryState(sync, status, generation, lastSeen, path, digest, expires, holding);
    }
}
