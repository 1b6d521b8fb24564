package dev.asmp.registry;

import dev.asmp.store.RefusedException;
import org.jspecify.annotations.Nullable;

/** Decides what the owner says: about a proposal, named by the digest of what was shown, and about a takeover. */
record OwnerDecider(EntryBatch batch) {
    /** Puts what was proposed into service. */
    Entry approve(String name, String digest) {
        Entry proposed = shown(name, digest).entry();
        Entry entry = batch.current(name);
        Admission.check(batch.policy(), Admission.By.OWNER, proposed.manifest(), batch.catalog());
        Merge.Next next = next(proposed, Status.REGISTERED);
        batch.withdraw(name);
        return entry == null
                ? batch.put(next, EntryChange.Kind.REGISTERED)
                : Takeover.isOne(entry, next, batch.now())
                        ? batch.takeOver(entry, next, EntryChange.Kind.CHANGED)
                        : batch.put(next, EntryChange.Kind.CHANGED);
    }

    /** Puts back what the last takeover of a name replaced. */
    Entry undo(String name) {
        Entry entry = batch.current(name);
        Takeover takeover = batch.catalog().takeover(name);
        if (takeover == null) {
            throw new RefusedException(RefusedException.Reason.NOT_FOUND,
                    "nothing that '" + name + "' replaced is kept: there is nothing to undo");
        }
        Merge.Next next = next(takeover.replaced(), takeover.replaced().state().status());
        batch.forgetTakeover(name);
        return batch.put(next, entry == null ? EntryChange.Kind.REGISTERED : EntryChange.Kind.CHANGED);
    }

    /** Keeps what was proposed as rejected, so that the same content is not offered again. */
    Proposal reject(String name, String digest, @Nullable String note) {
        Proposal proposal = shown(name, digest);
        return batch.propose(next(proposal.entry(), Status.REJECTED), proposal.since(), note,
                EntryChange.Kind.REJECTED);
    }

    private Merge.Next next(Entry proposed, Status status) {
        EntryState state = proposed.state().withStatus(status)
                .withGeneration(batch.lastGeneration(proposed.name()) + 1);
        return new Merge.Next(proposed.manifest(), proposed.mods(), state, true);
    }

    private Proposal shown(String name, String digest) {
        batch.current(name);
        Proposal proposal = batch.catalog().proposal(name);
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
