package dev.asmp.registry;

import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Manifest;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The pure rule that makes the next entry from the current one and a claim about it.
 *
 * <p>An announcement wins over a scan until the source file's content changes after it or its time to live has passed. A
 * {@code source} that a scan found is kept through announcements of the same service; after a {@link Takeover} only its digest
 * is, so that the file has its say again when its content changes.
 */
final class Merge {
    private Merge() {}

    /** What becomes of an entry: its manifest, its mods, its state, and whether it now says something else. */
    record Next(Manifest manifest, Mods mods, EntryState state, boolean saysSomethingNew) {
        Next as(Status status) {
            return as(state.withStatus(status));
        }

        Next as(EntryState other) {
            return new Next(manifest, mods, other, saysSomethingNew);
        }

        /** The same in the place of an entry, from which it keeps since when it declares its ports. */
        Next after(@Nullable Entry entry) {
            List<Integer> ports = manifest.localPorts();
            return entry == null || ports.isEmpty() || !entry.heldPorts().containsAll(ports)
                    ? this
                    : as(state.holdingPortsSince(entry.state().holdsPortsSince()));
        }
    }

    /** An announcement: each one is a new generation. */
    static Next announce(@Nullable Entry entry, Claim.Announcement claim, long lastGeneration, Moment now) {
        EntryState old = entry == null ? null : entry.state();
        Instant expires = claim.ttl() == null ? null : now.running().plus(claim.ttl());
        boolean news = entry == null || entry.isStale() || !entry.saysTheSameAs(claim.manifest());
        boolean same = entry != null && Takeover.sharesCapability(entry, claim.manifest());
        return new Next(claim.manifest(), modsOf(entry),
                new EntryState(Sync.ANNOUNCE, Status.REGISTERED, lastGeneration + 1, now.wall(),
                        old == null || !same ? null : old.source(), old == null ? null : old.sourceDigest(), expires,
                        null,
                        claim.ttl()),
                news);
    }

    /** A registration; null when it changes nothing at all. */
    static @Nullable Next register(@Nullable Entry entry, Manifest manifest, long lastGeneration, Instant now) {
        EntryState old = entry == null ? null : entry.state();
        if (entry != null && old != null && old.sync() == Sync.REGISTER && old.status() == Status.REGISTERED
                && entry.saysTheSameAs(manifest)) {
            return null;
        }
        return new Next(manifest, modsOf(entry),
                new EntryState(Sync.REGISTER, Status.REGISTERED, lastGeneration + 1, now,
                        old == null || Takeover.isByRegistration(old) ? null : old.source(),
                        old == null ? null : old.sourceDigest(), null),
                true);
    }

    /**
     * A change of the manifest; null when it changes nothing. A patched announcement still expires; any other entry counts as
     * registered from here on.
     */
    static @Nullable Next patch(Entry entry, Manifest manifest, long lastGeneration, Instant now) {
        if (entry.saysTheSameAs(manifest)) {
            return null;
        }
        EntryState old = entry.state();
        Sync sync = old.sync() == Sync.ANNOUNCE ? Sync.ANNOUNCE : Sync.REGISTER;
        return new Next(manifest, entry.mods(),
                new EntryState(sync, Status.REGISTERED, lastGeneration + 1, now, old.source(),
                        old.sourceDigest(), null)
                        .living(sync == Sync.ANNOUNCE ? old.ttl() : null, sync == Sync.ANNOUNCE ? old.expires() : null),
                true);
    }

    /** Attached or detached mods; the entry's {@code sync} stays. */
    static Next mods(Entry entry, Mods mods, long lastGeneration) {
        return new Next(entry.manifest(), mods, entry.state().withGeneration(lastGeneration + 1), true);
    }

    /** The same entry, in service until this moment. */
    static Next renewed(Entry entry, @Nullable Instant expires) {
        return new Next(entry.manifest(), entry.mods(),
                entry.state().withStatus(Status.REGISTERED).withExpiry(expires), false);
    }

    /**
     * The state of approved content after a program's claim of it: that renews the life that was approved, at most to its end,
     * and neither sets an end nor brings it on. A longer life is the owner's to approve.
     */
    static EntryState approved(EntryState approved, EntryState claimed, Instant now) {
        Instant end = approved.expires();
        if (end != null) {
            return claimed.living(approved.ttl() == null ? claimed.ttl() : approved.ttl(),
                    approvedEnd(approved, end, claimed, now));
        }
        if (approved.status() == Status.STALE) {
            return claimed; // its file is gone
        }
        return approved.sync() == Sync.SCAN
                ? approved.withGeneration(claimed.generation()).withStatus(claimed.status())
                : claimed.living(null, null);
    }

    private static Instant approvedEnd(EntryState approved, Instant end, EntryState claimed, Instant now) {
        Duration ttl = approved.ttl();
        Instant wanted = claimed.expires();
        Instant most = ttl != null ? now.plus(ttl) : wanted != null ? wanted : end;
        Instant renewed = wanted == null || wanted.isAfter(most) ? most : wanted;
        return approved.status() != Status.STALE && renewed.isBefore(end) ? end : renewed;
    }

    private static Mods modsOf(@Nullable Entry entry) {
        return entry == null ? Mods.NONE : entry.mods();
    }

    /** A sighting; null when it changes nothing at all. */
    static @Nullable Next sight(@Nullable Entry entry, Claim.Sighting claim, long lastGeneration, Moment now) {
        if (entry == null) {
            return new Next(claim.manifest(), Mods.NONE, scanned(claim, lastGeneration + 1, now.wall()), true);
        }
        EntryState old = entry.state();
        String source = claim.source().toString();
        if (isUnchanged(entry, source, claim.digest(), now.running())) {
            return null;
        }
        boolean sameContent = claim.digest().equals(old.sourceDigest());
        boolean sameSource = source.equals(old.source());
        boolean firstSight = old.sourceDigest() == null;
        if (old.sync() != Sync.SCAN && (firstSight || sameContent) && !old.expiredAt(now.running())) {
            // The announce or registration stands; the file is only remembered, so that a later change of it is noticed.
            return new Next(entry.manifest(), entry.mods(), old.withSource(source, claim.digest()), false);
        }
        boolean news = old.sync() != Sync.SCAN || entry.isStale() || !sameSource
                || !entry.saysTheSameAs(claim.manifest());
        return new Next(claim.manifest(), entry.mods(),
                scanned(claim, news ? lastGeneration + 1 : old.generation(), now.wall()), news);
    }

    /** Whether a sighting of this file with this content changes nothing: the one place where a scan's claim is compared. */
    static boolean isUnchanged(Entry entry, String source, String digest, Instant now) {
        EntryState state = entry.state();
        return source.equals(state.source()) && digest.equals(state.sourceDigest())
                && (state.sync() == Sync.SCAN ? !entry.isStale() : !state.expiredAt(now));
    }

    private static EntryState scanned(Claim.Sighting claim, long generation, Instant now) {
        return new EntryState(Sync.SCAN, Status.REGISTERED, generation, now, claim.source().toString(), claim.digest(),
                null);
    }

    /** The entry as stale. The moment when it was last seen moves from the scans' file into the entry. */
    static Next stale(Entry entry, Instant lastSeen, long lastGeneration) {
        return new Next(entry.manifest(), entry.mods(),
                entry.state().asStale(lastSeen).withGeneration(lastGeneration + 1), true);
    }
}
