package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.store.BatchWriter;
import dev.asmp.store.DocumentFolder;
import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The work of one batch: take in hand edits, decide, save, publish the next catalog, tell, answer. One thread runs it. */
final class RegistryWriter implements BatchWriter.Work<RegistryChange<?>> {
    private final RegistryFiles files;
    private final InstantSource clock;
    private final Supplier<HostProfile> profile;
    private final Consumer<EntryChange> listener;
    private final Consumer<String> warnings;
    private volatile Catalog catalog;

    RegistryWriter(Catalog loaded, RegistryFiles files, InstantSource clock, Supplier<HostProfile> profile,
            Consumer<EntryChange> listener, Consumer<String> warnings) {
        this.catalog = loaded;
        this.files = files;
        this.clock = clock;
        this.profile = profile;
        this.listener = listener;
        this.warnings = warnings;
    }

    /** The registry as it is now; for any thread. */
    Catalog catalog() {
        return catalog;
    }

    @Override
    public void process(List<RegistryChange<?>> changes) {
        HostProfile owner = profile.get();
        EntryBatch batch = new EntryBatch(catalog, files.history()::generationOf, owner.policy(), owner.hostId(),
                clock.instant());
        HandEdits edits = new HandEdits(files, batch, warnings);
        changes.forEach(change -> change.decide(edits, batch));
        DocumentFolder.Outcome saved = files.save(batch);
        Catalog next = asSaved(batch, saved);
        remember(batch, next, saved.replaced().keySet());
        catalog = next;
        deleteProposals(batch, saved.failed().keySet());
        batch.changes().stream().filter(change -> !saved.failed().containsKey(change.entry().name()))
                .forEach(this::tell);
        changes.forEach(change -> change.answer(saved.failed()));
    }

    /** The batch's catalog, in which names that could not be saved are as they are on disk. */
    private Catalog asSaved(EntryBatch batch, DocumentFolder.Outcome saved) {
        Catalog next = batch.catalog();
        for (Map.Entry<String, FileStamp> file : saved.replaced().entrySet()) {
            Entry entry = next.find(file.getKey());
            if (entry != null && !saved.failed().containsKey(file.getKey())) {
                next = next.with(entry.withStamp(file.getValue()));
            }
        }
        for (String name : saved.failed().keySet()) {
            Proposal old = batch.before().proposal(name);
            next = asOnDisk(next, name, batch);
            next = old == null ? next.withoutProposal(name) : next.withProposal(old);
        }
        return next;
    }

    private Catalog asOnDisk(Catalog next, String name, EntryBatch batch) {
        try {
            return files.folder().stamp(name) == null
                    ? next.without(name)
                    : next.with(files.read(name, batch.host(), batch.now()));
        } catch (IOException | MalformedDocumentException | InvalidDocumentException _) {
            Entry old = batch.before().find(name);
            return old == null ? next.without(name) : next.with(old);
        }
    }

    /** Remembers what is not forced: a restart after a failure here knows a little less, and no entry is lost. */
    private void remember(EntryBatch batch, Catalog next, Set<String> written) {
        try {
            files.remember(Stream.concat(written.stream(), batch.takenIn().stream()).map(next::find)
                    .flatMap(Stream::ofNullable).toList());
            LastSeen seen = batch.seen();
            if (seen != null) {
                files.writeSeen(seen);
            }
        } catch (IOException e) {
            warnings.accept("cannot write to the state folder: " + e.getMessage());
        }
    }

    /** Deletes proposals that are void; a crash before that is mended at the next start. */
    private void deleteProposals(EntryBatch batch, Set<String> failed) {
        try {
            files.deleteProposals(batch.withdrawn().stream().filter(name -> !failed.contains(name))
                    .collect(Collectors.toSet()));
        } catch (IOException e) {
            warnings.accept("cannot delete from the folder of proposals: " + e.getMessage());
        }
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
