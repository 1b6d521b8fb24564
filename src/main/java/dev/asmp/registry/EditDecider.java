package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.MergePatch;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.manifest.IndexKeys;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Mod;
import dev.asmp.manifest.Problem;
import dev.asmp.store.RefusedException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Decides what programs change about a service that is there: patches, mods, removal. */
record EditDecider(EntryBatch batch, Acceptance acceptance) {
    EditDecider(EntryBatch batch) {
        this(batch, new Acceptance(batch));
    }

    /** Changes a manifest by a merge patch, if it still is of this generation. */
    ServiceRecord patch(String name, Document patch, Precondition precondition) {
        Entry target = acceptance.shown(name);
        precondition.check(target.state().generation());
        Entry latest = acceptance.latest(target);
        Merge.Next next = Merge.patch(latest, patched(target, latest, patch), batch.lastGeneration(name),
                batch.now().wall());
        if (next == null) {
            Admission.checkWho(batch.policy(), Admission.By.AGENT);
            Proposal proposal = batch.catalog().proposal(name);
            return proposal != null && proposal.isPending() ? proposal : target;
        }
        return acceptance.edit(batch.current(name), next);
    }

    private Manifest patched(Entry target, Entry latest, Document patch) {
        if (!(patch instanceof Mapping changes)) {
            throw new InvalidDocumentException("", "a patch is a mapping of the keys to change, but this is "
                    + patch.kindName());
        }
        checkKeptKeys(target, changes);
        Document result = MergePatch.apply(latest.manifest().document(), changes.without(IndexKeys.ALL));
        return acceptance.prepared(Manifest.of(result), latest);
    }

    private void checkKeptKeys(Entry target, Mapping changes) {
        List<Problem> problems = new ArrayList<>();
        Document name = changes.get("name");
        if (name != null && !name.equals(Scalar.text(target.name()))) {
            problems.add(new Problem("name", "cannot be changed by a patch: register the service under its new name,"
                    + " and remove the old one"));
        }
        Mapping own = Entry.ownKeys(target.state(), target.host())
                .put(IndexKeys.LAST_SEEN, Timestamps.format(batch.catalog().lastSeen(target))).build();
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
        Entry latest = acceptance.latest(entry);
        String unfit = mod.unfitFor(latest.manifest());
        if (unfit != null) {
            throw new InvalidDocumentException("mod '" + mod.name() + "'", unfit);
        }
        return withMods(entry, latest, latest.mods().with(mod));
    }

    /** Takes a mod off a service. */
    ServiceRecord detach(String name, String mod) {
        Entry entry = parent(name);
        Entry latest = acceptance.latest(entry);
        if (!latest.mods().has(mod)) {
            throw new RefusedException(RefusedException.Reason.NOT_FOUND,
                    "no mod '" + mod + "' is attached to '" + name + "'");
        }
        return withMods(entry, latest, latest.mods().without(mod));
    }

    private Entry parent(String name) {
        Entry entry = batch.current(name);
        if (entry == null && batch.catalog().proposal(name) != null) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    "'" + name + "' is not approved yet, so it can have no mods");
        }
        if (entry == null) {
            throw ServiceRecord.notFound(name);
        }
        return entry;
    }

    private ServiceRecord withMods(Entry entry, Entry latest, Mods mods) {
        if (mods.equals(latest.mods())) {
            Admission.checkWho(batch.policy(), Admission.By.AGENT);
            return entry;
        }
        Merge.Next next = Merge.mods(latest, mods, batch.lastGeneration(entry.name())).as(Status.REGISTERED);
        return acceptance.edit(entry, next);
    }

    /** Takes a service out of the registry, proposed or not; only the owner removes what the owner approved. */
    ServiceRecord remove(String name, Precondition precondition, boolean byOwner) {
        Entry shown = acceptance.shown(name);
        Proposal proposal = batch.catalog().proposal(name);
        if (!byOwner) {
            Admission.checkWho(batch.policy(), Admission.By.AGENT);
            checkIsNotTheOwners(name, batch.current(name), proposal);
        }
        precondition.check(shown.state().generation());
        Entry fromFile = proposal != null && proposal.entry().state().sync() == Sync.SCAN ? proposal.entry() : shown;
        batch.remove(shown, fromFile.state().sourceDigest());
        batch.withdraw(name);
        return shown;
    }

    private void checkIsNotTheOwners(String name, @Nullable Entry entry, @Nullable Proposal proposal) {
        boolean approved = entry != null && batch.policy().requiresApproval();
        boolean rejected = entry == null && proposal != null && !proposal.isPending();
        if (approved || rejected) {
            throw new RefusedException(RefusedException.Reason.OWNER_ONLY,
                    "'" + name + "' was " + (approved ? "approved" : "rejected")
                            + " by the owner of this host, so only the owner can remove it (asmp rm " + name + ")");
        }
    }
}
