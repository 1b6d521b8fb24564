package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.registry.Discoveries;
import dev.asmp.store.AppendLog;
import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** The notes in the state folder, for as long as no registry answers: others may append to the same file. */
final class LocalNotes {
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

    /** Reads every note, open or done: only the registry knows which. */
    Mapping all() {
        return Mapping.builder().put("discoveries", new Sequence(List.copyOf(discoveries().all()))).build();
    }

    private Discoveries discoveries() {
        return new Discoveries(new AppendLog(file()), InstantSource.system());
    }
}
