package dev.asmp.registry;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The registry's own knowledge of an entry, beside its manifest.
 *
 * @param source the manifest file that a scan found, as an absolute path
 * @param sourceDigest the digest of that file when it was last compared
 * @param expires when an announcement with a time to live ends, on the running clock of {@link Moment}
 * @param holding since when it declares its ports, where that is before {@code lastSeen}
 * @param ttl the time to live with which it was accepted; an end without one is of an earlier version's file
 */
public record EntryState(Sync sync, Status status, long generation, Instant lastSeen, @Nullable String source,
        @Nullable String sourceDigest, @Nullable Instant expires, @Nullable Instant holding, @Nullable Duration ttl) {
    EntryState(Sync sync, Status status, long generation, Instant lastSeen, @Nullable String source,
            @Nullable String sourceDigest, @Nullable Instant expires) {
        this(sync, status, generation, lastSeen, source, sourceDigest, expires, null, null);
    }

    /** Since when it declares its ports, as far as is known. */
    Instant holdsPortsSince() {
        return holding == null ? lastSeen : holding;
    }

    EntryState holdingPortsSince(@Nullable Instant moment) {
        return new EntryState(sync, status, generation, lastSeen, source, sourceDigest, expires, moment, ttl);
    }

    public boolean expiredAt(Instant now) {
        return expires != null && !now.isBefore(expires);
    }

    EntryState withGeneration(long number) {
        return new EntryState(sync, status, number, lastSeen, source, sourceDigest, expires, holding, ttl);
    }

    EntryState asStale(Instant seen) {
        return new EntryState(sync, Status.STALE, generation, seen, source, sourceDigest, expires, holding, ttl);
    }

    EntryState withStatus(Status next) {
        return new EntryState(sync, next, generation, lastSeen, source, sourceDigest, expires, holding, ttl);
    }

    EntryState withExpiry(@Nullable Instant moment) {
        return new EntryState(sync, status, generation, lastSeen, source, sourceDigest, moment, holding, ttl);
    }

    /** The same with another end: of a life that lasts this long after each announcement, or has no end. */
    EntryState living(@Nullable Duration time, @Nullable Instant until) {
        return new EntryState(sync, status, generation, lastSeen, source, sourceDigest, until, holding, time);
    }

    /** Whether it lives longer than another, without a new claim of it; a service that a scan found ends with its file. */
    boolean outlives(EntryState other) {
        return sync != Sync.SCAN && other.expires != null
                && (expires == null || (ttl != null && other.ttl != null && ttl.compareTo(other.ttl) > 0));
    }

    EntryState withSource(String path, String digest) {
        return new EntryState(sync, status, generation, lastSeen, path, digest, expires, holding, ttl);
    }
}
