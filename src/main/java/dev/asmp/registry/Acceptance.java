package dev.asmp.registry;

import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.Policy;
import dev.asmp.store.RefusedException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The last step of every decision: what the policy admits goes into service, or is proposed to the owner. */
record Acceptance(EntryBatch batch) {
    private Policy policy() {
        return batch.policy();
    }

    /** Takes what a name is to say next, if the policy admits it. */
    ServiceRecord take(Admission.By who, @Nullable Entry entry, Merge.Next next, EntryChange.@Nullable Kind kind) {
        Admission.check(policy(), who, next.manifest(), batch.catalog());
        return Admission.needsApproval(policy(), entry, next) ? propose(next) : inService(batch.put(next, kind));
    }

    /** Takes an edit; one that leads back to approved content says nothing about how long that lives. */
    ServiceRecord edit(@Nullable Entry entry, Merge.Next next) {
        Merge.Next said = entry != null && policy().requiresApproval()
                && !Objects.equals(entry.state().expires(), next.state().expires())
                && Admission.isSameContent(entry, next)
                        ? next.as(entry.state().withGeneration(next.state().generation()))
                        : next;
        return take(Admission.By.AGENT, entry, said, EntryChange.Kind.CHANGED);
    }

    /** Takes a claim, which may be one of another source than the entry's. */
    ServiceRecord claim(Admission.By who, @Nullable Entry entry, Merge.Next next, EntryChange.@Nullable Kind kind) {
        if (entry == null || !Takeover.isOne(entry, next, batch.now())) {
            return take(who, entry, next, kind);
        }
        Admission.check(policy(), who, next.manifest(), batch.catalog());
        Admission.checkTakeover(policy(), entry, next);
        return Admission.needsApproval(policy(), entry, next)
                ? propose(next)
                : inService(batch.takeOver(entry, next, kind));
    }

    private Entry inService(Entry entry) {
        Takeover takeover = batch.catalog().takeover(entry.name());
        if (takeover != null && takeover.isOverFor(entry)) {
            batch.forgetTakeover(entry.name());
        }
        Proposal proposal = batch.catalog().proposal(entry.name());
        if (proposal != null && (!policy().requiresApproval() || proposal.isMetBy(entry))) {
            batch.withdraw(entry.name());
        }
        return entry;
    }

    private Proposal propose(Merge.Next next) {
        Proposal old = batch.catalog().proposal(next.manifest().name());
        boolean same = old != null && old.digest().equals(ContentDigest.of(next.manifest().document(), next.mods()));
        if (old != null && same && !old.isPending()) {
            throw new RefusedException(RefusedException.Reason.FORBIDDEN, old.refusal());
        }
        // The owner approves what was shown, with the time to live that was shown.
        Merge.Next shown = old == null || !same || next.state().sync() == Sync.SCAN
                ? next
                : next.as(Merge.approved(old.entry().state(), next.state(), batch.now().running()));
        return batch.propose(shown.as(Status.PENDING), same ? Objects.requireNonNull(old).since() : batch.now().wall(),
                null,
                same ? null : EntryChange.Kind.PENDING);
    }

    /**
     * A manifest as it is kept: without the mods that the registry attached, with the digest of a model's key that was registered,
     * and with the host's default sensitivity.
     */
    Manifest prepared(Manifest manifest, @Nullable Entry entry) {
        Manifest own = entry == null ? manifest : entry.mods().takenOff(manifest).keepingDigest(entry::manifest);
        return own.withSensitivity(policy().defaultSensitivity());
    }

    /** What a service says last: a change builds on what waits for the owner, and does not replace it. */
    Entry latest(Entry entry) {
        Proposal proposal = batch.catalog().proposal(entry.name());
        return proposal != null && proposal.isPending() ? proposal.entry() : entry;
    }

    /** The entry of a name, or where there is none what is proposed under it. */
    Entry shown(String name) {
        Entry entry = batch.current(name);
        Proposal proposal = batch.catalog().proposal(name);
        if (entry == null && proposal == null) {
            throw ServiceRecord.notFound(name);
        }
        return entry != null ? entry : Objects.requireNonNull(proposal).entry();
    }
}
