package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.MergePatch;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.manifest.Policy;
import dev.asmp.manifest.Problem;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides one claim within a batch: merges it with what is there, asks the policy, and puts it into service or before the
 * owner.
 */
record Decider(EntryBatch draft, Policy policy) {
    /** Takes an announce; each one that is accepted is a new generation. */
    ServiceRecord announce(Claim.Announcement claim) {
        String name = claim.manifest().name();
        Entry entry = draft.current(name);
        Manifest manifest = prepared(claim.manifest(), entry);
        Merge.Next next = Merge.announce(entry, new Claim.Announcement(manifest, claim.ttl()),
                draft.lastGeneration(name), draft.now());
        ServiceRecord standing = take(Admission.By.AGENT, entry, next, announceKind(entry, next));
        if (standing instanceof Proposal && entry != null && entry.state().expires() != null) {
            // Its service lives, so what is approved of it stays in service while the change waits.
            draft.put(Merge.renewed(entry, next.state().expires()), null);
        }
        return standing;
    }

    private static EntryChange.@Nullable Kind announceKind(@Nullable Entry entry, Merge.Next next) {
        boolean moved = entry != null && !entry.isStale() && entry.state().source() != null
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
        Entry entry = draft.current(name);
        Manifest manifest = prepared(claim.manifest(), entry);
        Merge.Next next = Merge.register(entry, manifest, draft.lastGeneration(name), draft.now());
        if (next == null && entry != null) {
            Admission.checkWho(policy, Admission.By.AGENT);
            return entry;
        }
        return take(Admission.By.AGENT, entry, Objects.requireNonNull(next), EntryChange.Kind.REGISTERED);
    }

    /** Takes a sighting; null when it tells nothing new. */
    @Nullable
    ServiceRecord sight(Claim.Sighting claim) {
        String name = claim.manifest().name();
        Entry entry = draft.current(name);
        if (entry == null && draft.catalog().wasRemoved(name, claim.digest())) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, removed(name));
        }
        Manifest manifest = prepared(claim.manifest(), entry);
        Merge.Next next = Merge.sight(entry, new Claim.Sighting(manifest, claim.source(), claim.digest()),
                draft.lastGeneration(name), draft.now());
        return next == null ? null : take(Admission.By.SCAN, entry, next, kind(entry, next));
    }

    /** Why a file that is there is not taken. */
    static String removed(String name) {
        return "'" + name + "' was removed from the registry; it stays away until its content changes or somebody"
                + " registers it";
    }

    /** Changes a manifest by a merge patch, if it still is of this generation. */
    ServiceRecord patch(String name, Document patch, Precondition precondition) {
        Entry entry = draft.current(name);
        Proposal proposal = draft.catalog().proposal(name);
        Entry target = entry != null ? entry : proposal != null ? proposal.entry() : null;
        if (target == null) {
            throw RefusedException.notFound(name);
        }
        precondition.check(target.state().generation());
        // What waits already is part of what is changed, or the owner would be shown the last change alone.
        Entry latest = latest(target);
        Manifest patched = patched(target, latest, patch);
        Merge.Next next = Merge.patch(latest, patched, draft.lastGeneration(name), draft.now());
        if (next == null) {
            Admission.checkWho(policy, Admission.By.AGENT);
            return proposal != null && proposal.isPending() ? proposal : target;
        }
        return take(Admission.By.AGENT, entry, next, EntryChange.Kind.CHANGED);
    }

    private Manifest patched(Entry target, Entry latest, Document patch) {
        if (!(patch instanceof Mapping changes)) {
            throw new InvalidDocumentException("", "a patch is a mapping of the keys to change, but this is "
                    + patch.kindName());
        }
        checkKeptKeys(target, changes);
        Document result = MergePatch.apply(latest.manifest().document(), changes.without(IndexKeys.ALL));
        return prepared(Manifest.of(result), latest);
    }

    private void checkKeptKeys(Entry target, Mapping changes) {
        List<Problem> problems = new ArrayList<>();
        Document name = changes.get("name");
        if (name != null && !name.equals(Scalar.text(target.name()))) {
            problems.add(new Problem("name", "cannot be changed by a patch: register the service under its new name,"
                    + " and remove the old one"));
        }
        Mapping own = Entry.ownKeys(target.state(), target.host())
                .put(IndexKeys.LAST_SEEN, Timestamps.format(draft.catalog().lastSeen(target))).build();
        changes.fields().forEach((key, value) -> {
            if (IndexKeys.KEPT.contains(key) && !value.equals(own.get(key))) {
                problems.add(new Problem(key, "is the registry's own key and cannot be changed"));
            }
        });
        if (!problems.isEmpty()) {
            throw new InvalidDocumentException(problems);
        }
    }

    /** Attaches a mod to a service, in place of one of its name. */
    ServiceRecord attach(String name, Mod mod) {
        Entry entry = parent(name);
        Entry latest = latest(entry);
        String unfit = mod.unfitFor(latest.manifest());
        if (unfit != null) {
            throw new InvalidDocumentException("mod '" + mod.name() + "'", unfit);
        }
        return withMods(entry, latest, latest.mods().with(mod));
    }

    /** Takes a mod off a service. */
    ServiceRecord detach(String name, String mod) {
        Entry entry = parent(name);
        Entry latest = latest(entry);
        if (!latest.mods().has(mod)) {
            throw new RefusedException(RefusedException.Reason.NOT_FOUND,
                    "no mod '" + mod + "' is attached to '" + name + "'");
        }
        return withMods(entry, latest, latest.mods().without(mod));
    }

    private Entry parent(String name) {
        Entry entry = draft.current(name);
        if (entry == null && draft.catalog().proposal(name) != null) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    "'" + name + "' is not approved yet, so it can have no mods");
        }
        if (entry == null) {
            throw RefusedException.notFound(name);
        }
        return entry;
    }

    /** The latest that is said of a service: what waits for the owner is built upon, not replaced. */
    private Entry latest(Entry entry) {
        Proposal proposal = draft.catalog().proposal(entry.name());
        return proposal != null && proposal.isPending() ? proposal.entry() : entry;
    }

    private ServiceRecord withMods(Entry entry, Entry latest, Mods mods) {
        if (mods.equals(latest.mods())) {
            Admission.checkWho(policy, Admission.By.AGENT);
            return entry;
        }
        Merge.Next next = Merge.mods(latest, mods, draft.lastGeneration(entry.name())).as(Status.REGISTERED);
        return take(Admission.By.AGENT, entry, next, EntryChange.Kind.CHANGED);
    }

    /** Takes a service out of the registry, proposed or not; what an owner has approved only the owner removes. */
    ServiceRecord remove(String name, Precondition precondition, boolean byOwner) {
        Entry entry = draft.current(name);
        Proposal proposal = draft.catalog().proposal(name);
        Entry shown = entry != null ? entry : proposal != null ? proposal.entry() : null;
        if (shown == null) {
            throw RefusedException.notFound(name);
        }
        if (!byOwner) {
            Admission.checkWho(policy, Admission.By.AGENT);
            checkIsNotTheOwners(name, entry, proposal);
        }
        precondition.check(shown.state().generation());
        Entry fromFile = proposal != null && proposal.entry().state().sync() == Sync.SCAN ? proposal.entry() : shown;
        draft.remove(shown, fromFile.state().sourceDigest());
        draft.withdraw(name);
        return shown;
    }

    private void checkIsNotTheOwners(String name, @Nullable Entry entry, @Nullable Proposal proposal) {
        boolean approved = entry != null && policy.requiresApproval();
        boolean rejected = entry == null && proposal != null && !proposal.isPending();
        if (approved || rejected) {
            throw new RefusedException(RefusedException.Reason.OWNER_ONLY,
                    "'" + name + "' was " + (approved ? "approved" : "rejected")
                            + " by the owner of this host, so only the owner can remove it (asmp rm " + name + ")");
        }
    }

    private Manifest prepared(Manifest manifest, @Nullable Entry entry) {
        Manifest own = entry == null ? manifest : entry.mods().takenOff(manifest);
        return own.withSensitivity(policy.defaultSensitivity());
    }

    private ServiceRecord take(Admission.By who, @Nullable Entry entry, Merge.Next next,
            EntryChange.@Nullable Kind kind) {
        Admission.check(policy, who, next.manifest(), draft.catalog());
        return Admission.needsApproval(policy, entry, next) ? propose(next) : accept(next, kind);
    }

    private Entry accept(Merge.Next next, EntryChange.@Nullable Kind kind) {
        Entry entry = draft.put(next, kind);
        Proposal proposal = draft.catalog().proposal(entry.name());
        if (proposal != null && (!policy.requiresApproval() || proposal.digest().equals(entry.contentDigest()))) {
            draft.withdraw(entry.name()); // nobody waits for it any more
        }
        return entry;
    }

    private Proposal propose(Merge.Next next) {
        Proposal old = draft.catalog().proposal(next.manifest().name());
        boolean same = old != null && old.digest().equals(ContentDigest.of(next.manifest().document(), next.mods()));
        if (old != null && same && !old.isPending()) {
            throw new RefusedException(RefusedException.Reason.FORBIDDEN, old.refusal());
        }
        return draft.propose(next.as(Status.PENDING), same ? Objects.requireNonNull(old).since() : draft.now(), null,
                same ? null : EntryChange.Kind.PENDING);
    }
}
