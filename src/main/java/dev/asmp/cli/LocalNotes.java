package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.Environment;
import dev.asmp.registry.Discoveries;
import dev.asmp.store.AppendLog;
import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** The notes in the state folder, for as long as no registry answers: others may append to the same file. */
final class LocalNotes {
    private static final long INDEX_BYTES = 8 * 1024 * 1024;

    private final Path folder;

    LocalNotes(Environment environment) {
        this.folder = environment.stateFolder();
    }

    Path file() {
        return folder.resolve(Discoveries.FILE);
    }

    /** Appends a note and returns it as it was recorded. */
    Mapping add(Document note) throws IOException {
        PrivateFiles.makeFolder(folder);
        return discoveries().add(note);
    }

    /** Reads a page of the notes, open or done: only the registry knows which. */
    Discoveries.Page page(long after, int most) {
        return discoveries().page(after, most, null, false);
    }

    private Discoveries discoveries() {
        return new Discoveries(new AppendLog(file()), InstantSource.system(), INDEX_BYTES);
    }
}
