package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.document.IoReason;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.store.BatchWriter;
import dev.asmp.store.DocumentFolder;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The work of one batch: take in hand edits, decide, save, publish the next catalog, tell, answer. One thread runs it. */
final class RegistryWriter implements BatchWriter.Work<RegistryChange<?>> {
    private final RegistryFiles files;
    private final RegistryClock clock;
    private final Supplier<HostProfile> profile;
    private final long budget;
    private final Consumer<EntryChange> listener;
    private final Consumer<String> warnings;
    /** Names whose proposal was approved, and whose file could not be deleted. */
    private final Set<String> voidProposals = new HashSet<>();
    /** Names of which something is kept of a takeover that failed. */
    private final Set<String> voidTakeovers = new HashSet<>();
    private volatile Catalog catalog;
    private volatile Runnable published = () -> {};
    private volatile @Nullable IOException failure;
    private volatile long freed;

    RegistryWriter(Catalog loaded, RegistryFiles files, RegistryClock clock, Supplier<HostProfile> profile,
            long budget, Consumer<EntryChange> listener, Consumer<String> warnings) {
        this.catalog = loaded;
        this.files = files;
        this.clock = clock;
        this.profile = profile;
        this.budget = budget;
        this.listener = listener;
        this.warnings = warnings;
    }

    /** The registry as it is now; for any thread. */
    Catalog catalog() {
        return catalog;
    }

    void whenPublished(Runnable told) {
        published = told;
    }

    /** The failure of the last attempt to write, for any thread; null if it succeeded. */
    @Nullable
    IOException failure() {
        return failure;
    }

    /** A number that grows with each change that may let in what was refused before; for any thread. */
    long freed() {
        return freed;
    }

    /** Tells whether a batch gave up a name, a port or memory. */
    private static boolean frees(EntryBatch batch, Catalog next) {
        return batch.hasHandEdits() || next.heapBytes() < batch.before().heapBytes()
                || batch.changes().stream().anyMatch(change -> change.before() != null || switch (change.kind()) {
                    case REGISTERED, PENDING -> false;
                    case CHANGED, ENDPOINTS_MOVED, STALE, REJECTED, REMOVED, DELETED -> true;
                });
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one thread writes
    public void process(List<RegistryChange<?>> changes) {
        HostProfile owner = profile.get();
        EntryBatch batch = new EntryBatch(catalog, files.history()::generationOf, owner.policy(), owner.hostId(),
                clock.now(), budget);
        HandEdits edits = new HandEdits(files, batch, warnings);
        changes.forEach(change -> change.decide(edits, batch));
        deleteVoidFiles();
        RegistryFiles.Saved saved = files.save(batch);
        voidProposals.removeAll(saved.proposals());
        voidTakeovers.removeAll(saved.takeovers());
        if (!saved.failed().isEmpty()) {
            failure = saved.failed().values().iterator().next();
        } else if (!saved.entries().isEmpty()) {
            failure = null;
        }
        Catalog next = asSaved(batch, saved);
        remember(batch, next, Stream.concat(saved.entries().keySet().stream(), saved.failed().keySet().stream()));
        next = withoutProposals(batch, next, saved.failed().keySet());
        next = withoutTakeovers(batch, next, saved.failed().keySet());
        catalog = withoutForgotten(batch, next);
        freed += frees(batch, catalog) ? 1 : 0;
        published.run();
        batch.changes().stream().filter(change -> isMade(change.entry().name(), saved)).forEach(this::tell);
        changes.forEach(change -> change.answer(saved.failed()));
    }

    /** Whether a change is in place, even if it is not sure to survive a power cut. */
    private static boolean isMade(String name, RegistryFiles.Saved saved) {
        return !saved.failed().containsKey(name) || saved.entries().containsKey(name)
                || saved.entriesGone().contains(name);
    }

    /** The batch's catalog, in which names that could not be saved are as they are on disk. */
    private Catalog asSaved(EntryBatch batch, RegistryFiles.Saved saved) {
        Catalog next = batch.catalog();
        for (Map.Entry<String, FileStamp> file : saved.entries().entrySet()) {
            Entry entry = next.find(file.getKey());
            next = entry == null ? next : next.with(entry.withStamp(file.getValue()));
        }
        for (String name : saved.failed().keySet()) {
            boolean gone = saved.entriesGone().contains(name);
            next = saved.entries().containsKey(name) || gone ? next : asOnDisk(next, name, batch);
            next = withTakeoverOnDisk(next, name, batch, saved);
            next = saved.proposals().contains(name) || saved.proposalsGone().contains(name)
                    ? next
                    : withProposalOnDisk(next, name, batch);
        }
        return next;
    }

    /** With the entry that is on disk; where the disk does not tell, with the one that was there before. */
    private Catalog asOnDisk(Catalog next, String name, EntryBatch batch) {
        Entry old = batch.before().find(name);
        try {
            FileStamp stamp = files.folder().stamp(name);
            if (stamp == null && old != null) {
                return next.without(name);
            }
            if (stamp != null && (old == null || !old.stamp().equals(stamp))) {
                return next.with(files.read(name, batch.host(), batch.now()));
            }
        } catch (IOException | MalformedDocumentException | InvalidDocumentException _) {
            // Then it most likely is as it was.
        }
        NameHistory.Last removal = batch.before().removal(name);
        Catalog without = next.without(name);
        return old != null ? next.with(old) : removal == null ? without : without.withRemoval(name, removal);
    }

    /** With what is kept on disk of a takeover; where that is of one that failed, nothing is, as a start would find. */
    private Catalog withTakeoverOnDisk(Catalog next, String name, EntryBatch batch, RegistryFiles.Saved saved) {
        Takeover old = batch.before().takeover(name);
        boolean isInService = saved.entries().containsKey(name) && batch.files().kept().containsKey(name);
        if (isInService) {
            return next;
        }
        if (saved.takeovers().contains(name)) {
            voidTakeovers.add(name);
            return next.withoutTakeover(name);
        }
        return old == null ? next.withoutTakeover(name) : next.withTakeover(old);
    }

    private Catalog withProposalOnDisk(Catalog next, String name, EntryBatch batch) {
        Proposal proposal = batch.before().proposal(name);
        try {
            proposal = files.proposal(name, batch.host(), batch.now());
        } catch (IOException | MalformedDocumentException | InvalidDocumentException _) {
            // Then it most likely is as it was.
        }
        Entry entry = next.find(name);
        return proposal == null || (entry != null && proposal.isInService(entry))
                ? next.withoutProposal(name)
                : next.withProposal(proposal);
    }

    /** Remembers generations. A failure loses no entry, and only a restart knows a little less. */
    private void remember(EntryBatch batch, Catalog next, Stream<String> saved) {
        try {
            Stream<Entry> said = Stream.concat(saved, batch.takenIn().stream()).map(next::find)
                    .flatMap(Stream::ofNullable);
            Stream<Entry> gone = batch.deleted().stream().filter(name -> next.find(name) == null)
                    .map(batch.before()::find).flatMap(Stream::ofNullable); // their lines may not have been saved
            files.remember(Stream.concat(said, gone).toList(), batch.reached(), batch.hasHandEdits());
            LastSeen seen = batch.seen();
            if (seen != null) {
                files.writeSeen(seen);
            }
        } catch (IOException e) {
            failure = e;
            warnings.accept("cannot write to the state folder: " + IoReason.of(e));
        }
    }

    /** Forgets the oldest removals beyond the budget for names. */
    private Catalog withoutForgotten(EntryBatch batch, Catalog next) {
        files.history().absent(batch.deleted().stream().filter(name -> next.find(name) == null).toList());
        return next.withoutRemovals(files.history().takeForgotten());
    }

    /** Deletes what is kept of no use any more; one whose file stays can be undone as long as it is there. */
    private Catalog withoutTakeovers(EntryBatch batch, Catalog saved, Set<String> failed) {
        Set<String> names = batch.files().forgotten().stream().filter(name -> !failed.contains(name))
                .collect(Collectors.toCollection(HashSet::new));
        Catalog next = saved;
        DocumentFolder.Removal removal = files.deleteTakeovers(names);
        if (removal.failed() != null) {
            warnings.accept("cannot delete from the folder of replaced entries: " + IoReason.of(removal.failed()));
            names.removeAll(removal.gone());
            for (String name : names) {
                Takeover old = batch.before().takeover(name);
                next = old != null && files.mayHaveTakeover(name) ? next.withTakeover(old) : next;
            }
        }
        return next;
    }

    /** Deletes what earlier failures left, before entries change: a start tells by the entry that such a file is void. */
    private void deleteVoidFiles() {
        // A failure was told of, and is tried again: one that is gone but not sure to stay so is deleted twice.
        if (files.deleteProposals(voidProposals).failed() == null) {
            voidProposals.clear();
        }
        if (files.deleteTakeovers(voidTakeovers).failed() == null) {
            voidTakeovers.clear();
        }
    }

    /** Deletes proposals that are void; one whose file stays is shown as long as it is there. */
    private Catalog withoutProposals(EntryBatch batch, Catalog saved, Set<String> failed) {
        Set<String> names = batch.files().withdrawn().stream()
                .filter(name -> !failed.contains(name) && !batch.files().removals().containsKey(name))
                .collect(Collectors.toCollection(HashSet::new));
        Catalog next = saved;
        DocumentFolder.Removal removal = files.deleteProposals(names);
        if (removal.failed() != null) {
            warnings.accept("cannot delete from the folder of proposals: " + IoReason.of(removal.failed()));
            names.removeAll(removal.gone());
            voidProposals.addAll(removal.gone()); // until that is sure to last
            for (String name : names) {
                next = withProposalOnDisk(next, name, batch);
                if (next.proposal(name) == null) {
                    voidProposals.add(name);
                }
            }
        }
        return next;
    }

    /** Tells the listener; what was saved is answered, whatever the listener does. */
    private void tell(EntryChange change) {
        try {
            listener.accept(change);
        } catch (RuntimeException e) {
            warnings.accept("defect while telling of a change of '" + change.entry().name() + "': " + e);
        }
    }
}
