package dev.asmp.registry;

import dev.asmp.manifest.Policy;
import org.jspecify.annotations.Nullable;

/** Decides what the owner says about a proposal, within a batch. The owner names what was shown, by its digest. */
record Approvals(EntryBatch draft, Policy policy) {
    /** Puts what was proposed into service. */
    Entry approve(String name, String digest) {
        Proposal proposal = shown(name, digest);
        Entry entry = draft.current(name);
        Entry proposed = proposal.entry();
        Admission.check(policy, Admission.By.OWNER, proposed.manifest(), draft.catalog());
        EntryState state = proposed.state().withStatus(Status.REGISTERED)
                .withGeneration(draft.lastGeneration(name) + 1);
        draft.withdraw(name);
        return draft.put(new Merge.Next(proposed.manifest(), proposed.mods(), state, true),
                entry == null ? EntryChange.Kind.REGISTERED : EntryChange.Kind.CHANGED);
    }

    /** Remembers that the owner does not want this content. */
    Proposal reject(String name, String digest, @Nullable String note) {
        Proposal proposal = shown(name, digest);
        Entry proposed = proposal.entry();
        return draft.propose(
                new Merge.Next(proposed.manifest(), proposed.mods(),
                        proposed.state().withStatus(Status.REJECTED).withGeneration(draft.lastGeneration(name) + 1),
                        true),
                proposal.since(), note, EntryChange.Kind.REJECTED);
    }

    private Proposal shown(String name, String digest) {
        draft.current(name);
        Proposal proposal = draft.catalog().proposal(name);
        if (proposal == null) {
            throw new RefusedException(RefusedException.Reason.NOT_FOUND,
                    "nothing of '" + name + "' waits for an approval");
        }
        if (!proposal.digest().equals(digest)) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, "what '" + name
                    + "' proposes has changed since it was shown; look at it again (its digest is now "
                    + proposal.digest() + ")");
        }
        return proposal;
    }
}
