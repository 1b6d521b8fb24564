package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one batch while they are decided: a catalog that already has them, and the files that will make them true.
 * Before an entry is touched for the first time, a person's edit of its file that was not reloaded yet is taken in.
 */
final class Draft {
    private static final FileStamp UNWRITTEN = new FileStamp(-1, FileTime.fromMillis(0),
            FileTime.fromMillis(0), null);
    private final Index index;
    private final String host;
    private final Instant now;
    private final Consumer<String> warnings;
    private final Set<String> checked = new HashSet<>();
    private final Map<String, byte[]> writes = new LinkedHashMap<>();
    private final Map<String, Entry> takenIn = new LinkedHashMap<>();
    private final List<Change> changes = new ArrayList<>();
    private final Catalog before;
    private Catalog catalog;
    private @Nullable Seen seen;

    Draft(Catalog before, Index index, String host, Instant now, Consumer<String> warnings) {
        this.before = before;
        this.catalog = before;
        this.index = index;
        this.host = host;
        this.now = now;
        this.warnings = warnings;
    }

    Instant now() {
        return now;
    }

    Catalog catalog() {
        return catalog;
    }

    Catalog before() {
        return before;
    }

    Map<String, byte[]> writes() {
        return writes;
    }

    /** Entries that changed without a write of ours: their files were edited. */
    Map<String, Entry> takenIn() {
        return takenIn;
    }

    List<Change> changes() {
        return changes;
    }

    @Nullable
    Seen seen() {
        return seen;
    }

    void see(Seen next) {
        seen = next;
        catalog = catalog.withSeen(next);
    }

    /** The entry of this name as it is now, on disk too; a name that differs only in case is refused. */
    @Nullable
    Entry current(String name) {
        if (checked.add(name)) {
            takeInEdit(name);
        }
        Entry entry = catalog.findInAnyCase(name);
        if (entry != null && !entry.name().equals(name)) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    "the name '" + name + "' differs only in case from the registered '" + entry.name() + "'");
        }
        return entry;
    }

    /** The generation that a name has reached, whether or not it is registered now. */
    long lastGeneration(String name) {
        Entry entry = catalog.find(name);
        return Math.max(index.past().generationOf(name), entry == null ? 0 : entry.state().generation());
    }

    /** Gives a name this manifest and state; returns the entry that follows. */
    Entry put(Manifest manifest, State state, Change.@Nullable Kind kind) {
        String name = manifest.name();
        byte[] file = index.encode(manifest, state, host);
        Entry entry = new Entry(manifest, state, host, UNWRITTEN);
        writes.put(name, file);
        catalog = catalog.with(entry);
        if (kind != null) {
            changes.add(new Change(kind, entry));
        }
        return entry;
    }

    /**
     * Reads one file of the index again, if it is not the one we know; a broken one is left where it is. A file that this
     * batch is about to write was looked at before it was decided, and what is on disk now is already the past.
     */
    Index.@Nullable Broken reload(String name) {
        checked.add(name);
        if (writes.containsKey(name)) {
            return null;
        }
        try {
            Entry twin = catalog.findInAnyCase(name);
            if (twin != null && !twin.name().equals(name)) {
                throw new InvalidDocumentException("name",
                        "differs only in case from the registered '" + twin.name() + "'");
            }
            refresh(name);
            return null;
        } catch (IOException | RuntimeException e) {
            return index.broken(name, e);
        }
    }

    /** Gives all entries the host's name as it is now. */
    void rehost() {
        for (Entry entry : before.entries()) {
            Entry current = catalog.find(entry.name());
            if (current != null && !current.host().equals(host)) {
                catalog = catalog.with(current.withHost(host));
            }
        }
    }

    /** Takes in what a person wrote; what cannot be used is kept beside, and the last good state is written again. */
    private void takeInEdit(String name) {
        Entry known = catalog.findInAnyCase(name);
        if (known != null && !known.name().equals(name)) {
            return;
        }
        try {
            refresh(name);
        } catch (IOException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the index file of '" + name + "' cannot be read, nothing was changed: " + e.getMessage());
        } catch (RuntimeException e) {
            setAside(index.broken(name, e), name);
            if (known != null) {
                put(known.manifest(), known.state(), null);
            }
        }
    }

    private void setAside(Index.Broken broken, String name) {
        try {
            Path kept = index.folder().setAside(name);
            warnings.accept("broken index file " + broken.path() + " (" + broken.error() + ") is kept as "
                    + kept.getFileName());
        } catch (IOException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the broken index file " + broken.path() + " cannot be set aside: " + e.getMessage());
        }
    }

    private void refresh(String name) throws IOException {
        Entry known = catalog.find(name);
        FileStamp stamp = index.stamp(name);
        if (stamp == null) {
            if (known != null) {
                catalog = catalog.without(name);
                takenIn.remove(name);
                changes.add(new Change(Change.Kind.REMOVED, known));
            }
        } else if (known == null || !known.stamp().equals(stamp)) {
            takeIn(known, index.read(name, host, now));
        }
    }

    private void takeIn(@Nullable Entry known, Entry read) {
        catalog = catalog.with(read);
        takenIn.put(read.name(), read);
        if (known == null) {
            changes.add(new Change(Change.Kind.REGISTERED, read));
        } else if (!known.fingerprint().equals(read.fingerprint())) {
            changes.add(new Change(Change.Kind.CHANGED, read));
        }
    }

    /** The catalog after the files were written: what could not be written is as it was. */
    Catalog settled(Map<String, FileStamp> written, Map<String, IOException> failed) {
        Catalog result = catalog;
        for (var file : written.entrySet()) {
            Entry entry = result.find(file.getKey());
            if (entry != null) {
                result = result.with(entry.withStamp(file.getValue()));
            }
        }
        for (String name : failed.keySet()) {
            result = asOnDisk(result, name);
            changes.removeIf(change -> change.entry().name().equals(name));
        }
        return result;
    }

    private Catalog asOnDisk(Catalog result, String name) {
        try {
            return index.stamp(name) == null ? result.without(name) : result.with(index.read(name, host, now));
        } catch (IOException | MalformedDocumentException | InvalidDocumentException _) {
            Entry old = before.find(name);
            return old == null ? result.without(name) : result.with(old);
        }
    }
}
