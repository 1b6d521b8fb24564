package dev.asmp.registry;

import dev.asmp.manifest.Claim;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.store.RefusedException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Decides what services claim of themselves, and what a scan found out: announcements, registrations, sightings. */
record ClaimDecider(EntryBatch batch, Acceptance acceptance) {
    ClaimDecider(EntryBatch batch) {
        this(batch, new Acceptance(batch));
    }

    /** Takes an announcement; each one that is accepted is a new generation. */
    ServiceRecord announce(Claim.Announcement claim) {
        String name = claim.manifest().name();
        Entry entry = batch.current(name);
        Manifest manifest = acceptance.prepared(claim.manifest(), entry);
        Merge.Next next = Merge.announce(entry, new Claim.Announcement(manifest, claim.ttl()),
                batch.lastGeneration(name), batch.now());
        boolean waits = Admission.needsApproval(batch.policy(), entry, next);
        if (entry != null && batch.policy().requiresApproval() && !waits) {
            next = next.as(Merge.approved(entry.state(), next.state(), batch.now().running()));
        }
        ServiceRecord accepted = acceptance.claim(Admission.By.AGENT, entry, next, announceKind(entry, next));
        if (waits && entry != null && entry.state().expires() != null) {
            // Its service lives, so the approved entry stays in service while the change waits.
            batch.put(Merge.renewed(entry,
                    Merge.approved(entry.state(), next.state(), batch.now().running()).expires()), null);
        }
        return accepted;
    }

    private static EntryChange.@Nullable Kind announceKind(@Nullable Entry entry, Merge.Next next) {
        boolean moved = entry != null && !entry.isStale() && next.state().source() != null
                && !Arrays.equals(Entry.endpoints(entry.manifest()), Entry.endpoints(next.manifest()));
        return moved ? EntryChange.Kind.ENDPOINTS_MOVED : kind(entry, next);
    }

    private static EntryChange.@Nullable Kind kind(@Nullable Entry entry, Merge.Next next) {
        if (entry == null || entry.isStale()) {
            return EntryChange.Kind.REGISTERED;
        }
        return next.saysSomethingNew() ? EntryChange.Kind.CHANGED : null;
    }

    /** Takes a registration, which replaces an entry of its name. */
    ServiceRecord register(Claim.Registration claim) {
        String name = claim.manifest().name();
        Entry entry = batch.current(name);
        Manifest manifest = acceptance.prepared(claim.manifest(), entry);
        Merge.Next next = Merge.register(entry, manifest, batch.lastGeneration(name), batch.now().wall());
        if (next == null && entry != null) {
            Admission.checkWho(batch.policy(), Admission.By.AGENT);
            return entry;
        }
        return acceptance.claim(Admission.By.AGENT, entry, Objects.requireNonNull(next), EntryChange.Kind.REGISTERED);
    }

    /** Takes sightings; one that is refused does not keep out the others. */
    Sightings sight(Collection<Claim.Sighting> claims) {
        Sightings outcome = new Sightings();
        claims.forEach(claim -> sight(claim, outcome));
        return outcome;
    }

    private void sight(Claim.Sighting claim, Sightings outcome) {
        String name = claim.manifest().name();
        try {
            Entry before = batch.current(name);
            if (sight(claim) instanceof Proposal) {
                outcome.refused().put(name, Proposal.WAITS);
            } else {
                boolean sameSource = before != null && claim.source().toString().equals(before.state().source());
                outcome.accepted().put(name, sameSource ? Sightings.Kind.UPDATED : Sightings.Kind.REGISTERED);
            }
        } catch (RefusedException | InvalidDocumentException e) {
            outcome.refused().put(name, String.valueOf(e.getMessage()));
            if (!(e instanceof RefusedException refused && refused.reason() == RefusedException.Reason.UNAVAILABLE)) {
                outcome.lasting().add(name);
            }
        }
    }

    /** Takes a sighting; null when it tells nothing new. */
    private @Nullable ServiceRecord sight(Claim.Sighting claim) {
        String name = claim.manifest().name();
        Entry entry = batch.current(name);
        if (entry == null && batch.catalog().wasRemoved(name, claim.digest())) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, removed(name));
        }
        boolean pinned = batch.policy().isPinned(name, claim.source().toString());
        if (entry != null && !pinned && Takeover.hides(entry, claim, batch.now().running())) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, hidden(entry));
        }
        Manifest manifest = acceptance.prepared(claim.manifest(), entry);
        boolean displaces = pinned && entry != null && !claim.source().toString().equals(entry.state().source());
        Merge.Next next = Merge.sight(displaces ? null : entry,
                new Claim.Sighting(manifest, claim.source(), claim.digest()),
                batch.lastGeneration(name), batch.now());
        return next == null ? null : acceptance.claim(Admission.By.SCAN, entry, next, kind(entry, next));
    }

    /** Why a file is left out whose service was removed. */
    static String removed(String name) {
        return "'" + name + "' was removed from the registry; it stays away until its content changes or it is"
                + " registered again";
    }

    /** Why a file is left out whose name is held by a program's claim. */
    private static String hidden(Entry entry) {
        String by = entry.state().sync() == Sync.ANNOUNCE ? "an announcement" : "a registration";
        return entry.state().sourceDigest() == null
                ? "'" + entry.name() + "' belongs to " + by + " with which this has no capability in common"
                : "'" + entry.name() + "' was replaced by " + by + "; asmp undo " + entry.name() + " restores it";
    }

    /** Marks entries as stale, each only while it is still the one that was looked at; returns their names. */
    List<String> markStale(Collection<Entry> looked) {
        List<String> marked = new ArrayList<>();
        for (Entry entry : looked) {
            Entry current = batch.current(entry.name());
            if (current != null && !current.isStale()
                    && current.state().generation() == entry.state().generation()) {
                batch.put(Merge.stale(current, batch.catalog().lastSeen(current), batch.lastGeneration(entry.name())),
                        EntryChange.Kind.STALE);
                marked.add(entry.name());
            }
        }
        return marked;
    }

    /**
     * Ends an announcement: its entry is stale, or expires at once where a manifest on disk can take over. Every program can read
     * a generation and announce what was approved, so neither shows whose service it is: only the owner ends what was approved.
     */
    Entry sayGoodbye(String name, long generation, @Nullable String reason, boolean byOwner) {
        Admission.checkWho(batch.policy(), Admission.By.AGENT);
        Entry entry = batch.current(name);
        if (entry == null) {
            throw ServiceRecord.notFound(name);
        }
        EntryState state = entry.state();
        if (state.sync() != Sync.ANNOUNCE) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    "'" + name + "' is not announced (sync: " + state.sync().word() + "), so nothing ends");
        }
        new Precondition(Set.of(generation)).check(state.generation());
        if (batch.policy().requiresApproval() && state.expires() == null) {
            throw new RefusedException(RefusedException.Reason.OWNER_ONLY,
                    "'" + name + "' was approved without a time to"
                            + " live, so only the owner can end it (asmp rm " + name + ")");
        }
        if (batch.policy().requiresApproval() && !byOwner) {
            throw new RefusedException(RefusedException.Reason.OWNER_ONLY,
                    "'" + name
                            + "' was approved by the owner of this host, so only the owner can end it before its time"
                            + " to live does: over the Unix socket, or with the owner's token");
        }
        if (entry.isStale()) {
            return entry;
        }
        Merge.Next ended = Merge.renewed(entry, batch.now().running());
        return state.source() != null || batch.catalog().replacedSource(name) != null
                ? batch.put(ended, null)
                : batch.putStale(new Merge.Next(ended.manifest(), ended.mods(),
                        ended.state().asStale(batch.now().wall()).withGeneration(batch.lastGeneration(name) + 1), true),
                        reason);
    }

    /** Sets that a scan saw every scanned entry at this moment, except some. */
    Instant see(Instant at, Collection<Entry> unseen) {
        Map<String, Instant> except = new LinkedHashMap<>();
        unseen.forEach(entry -> except.put(entry.name(), batch.before().lastSeen(entry)));
        batch.see(new LastSeen(at, except));
        return at;
    }
}
