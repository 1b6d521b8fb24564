package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.document.IoReason;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Takes into a batch what a person wrote to files of the index since they were last read. This is all that touches the disk
 * before a batch is decided. A file that cannot be used is set aside before a change replaces it; a reload leaves it in place.
 */
final class HandEdits {
    private final RegistryFiles files;
    private final EntryBatch batch;
    private final Consumer<String> warnings;
    private final Set<String> upToDate = new HashSet<>();

    HandEdits(RegistryFiles files, EntryBatch batch, Consumer<String> warnings) {
        this.files = files;
        this.batch = batch;
        this.warnings = warnings;
    }

    /** Takes in the edit of one name, once in a batch. What keeps it out is what every change of that name is told. */
    void takeIn(String name) {
        if (batch.twinOf(name) != null || !upToDate.add(name)) {
            return;
        }
        try {
            refresh(name);
        } catch (IOException e) {
            batch.block(name, new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the index file of '" + name + "' cannot be read, nothing was changed: " + IoReason.of(e)));
        } catch (RefusedException e) {
            batch.block(name, new RefusedException(e.reason(), e.getMessage() + " (what " + files.folder().path(name)
                    + " says is not in service)"));
        } catch (RuntimeException e) {
            setAside(name, Reloaded.Problem.of(files.folder().path(name), e));
        }
    }

    private void setAside(String name, Reloaded.Problem broken) {
        try {
            Path kept = files.folder().setAside(name);
            warnings.accept("broken index file " + broken.path() + " (" + broken.error() + ") is kept as "
                    + kept.getFileName());
            batch.writeAgain(name);
        } catch (IOException e) {
            batch.block(name, new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the broken index file " + broken.path() + " cannot be set aside: " + IoReason.of(e)));
        }
    }

    /** Takes in the edits of these names, and tells which files cannot be used. */
    void takeInAll(Collection<String> names, Consumer<Reloaded.Problem> problems) {
        for (String name : names) {
            try {
                reload(name);
            } catch (IOException | RuntimeException e) {
                problems.accept(Reloaded.Problem.of(files.folder().path(name), e));
            }
        }
    }

    private void reload(String name) throws IOException {
        if (batch.files().replacesIndexFile(name)) {
            return; // its edit was taken in before, and what is on disk now will be replaced
        }
        String twin = batch.twinOf(name);
        if (twin != null) {
            throw new InvalidDocumentException("name", "differs only in case from the registered '" + twin + "'");
        }
        refresh(name);
        upToDate.add(name);
    }

    /** Takes in what is there now, forced: from now on it is answered as the registry's own. */
    private void refresh(String name) throws IOException {
        Entry known = batch.catalog().find(name);
        FileStamp stamp = files.folder().stamp(name);
        if (stamp == null && known != null) {
            files.folder().force(name);
            batch.takeInDeletion(known);
        } else if (stamp != null && (known == null || !known.stamp().equals(stamp))) {
            Entry read = files.read(name, batch.host(), batch.now());
            files.folder().force(name);
            batch.takeIn(known, read);
        }
    }
}
