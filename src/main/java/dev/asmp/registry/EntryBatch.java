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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one batch while they are decided: a catalog that already has them, and the files that will make them true.
 * Before an entry is touched for the first time, a person's edit of its file that was not reloaded yet is taken in.
 */
final class EntryBatch {
    private static final FileStamp UNWRITTEN = new FileStamp(-1, FileTime.fromMillis(0),
            FileTime.fromMillis(0), null);
    private final RegistryFiles index;
    private final String host;
    private final Instant now;
    private final Consumer<String> warnings;
    private final Set<String> checked = new HashSet<>();
    private final Map<String, byte[]> writes = new LinkedHashMap<>();
    private final Map<String, byte[]> proposed = new LinkedHashMap<>();
    private final Set<String> withdrawn = new LinkedHashSet<>();
    private final Map<String, NameHistory.Last> removals = new LinkedHashMap<>();
    private final Map<String, Entry> takenIn = new LinkedHashMap<>();
    private final List<EntryChange> changes = new ArrayList<>();
    private final Catalog before;
    private Catalog catalog;
    private @Nullable LastSeen seen;

    EntryBatch(Catalog before, RegistryFiles index, String host, Instant now, Consumer<String> warnings) {
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

    /** Proposals to be written. */
    Map<String, byte[]> proposed() {
        return proposed;
    }

    /** Proposals that are none any more. */
    Set<String> withdrawn() {
        return withdrawn;
    }

    /** Entries that go, and what is remembered of them. */
    Map<String, NameHistory.Last> removals() {
        return removals;
    }

    /** Entries that changed without a write of ours: their files were edited. */
    Map<String, Entry> takenIn() {
        return takenIn;
    }

    List<EntryChange> changes() {
        return changes;
    }

    @Nullable
    LastSeen seen() {
        return seen;
    }

    void see(LastSeen next) {
        seen = next;
        catalog = catalog.withSeen(next);
    }

    /** The entry of this name as it is now, on disk too; a name that differs only in case is refused. */
    @Nullable
    Entry current(String name) {
        if (checked.add(name)) {
            takeInEdit(name);
        }
        String taken = catalog.nameInAnyCase(name);
        if (taken != null && !taken.equals(name)) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    "the name '" + name + "' differs only in case from the registered '" + taken + "'");
        }
        return catalog.find(name);
    }

    /** The generation that a name has reached, in service or before the owner, whether or not it is registered now. */
    long lastGeneration(String name) {
        NameHistory.Last removal = removals.get(name);
        Proposal proposal = catalog.proposal(name);
        long known = Math.max(index.past().generationOf(name), removal == null ? 0 : removal.generation());
        return Math.max(known, Math.max(generation(catalog.find(name)),
                generation(proposal == null ? null : proposal.entry())));
    }

    private static long generation(@Nullable Entry entry) {
        return entry == null ? 0 : entry.state().generation();
    }

    /** Puts this into service; returns the entry that follows. */
    Entry put(Merge.Next next, EntryChange.@Nullable Kind kind) {
        String name = next.manifest().name();
        byte[] file = EntryCodec.write(next.manifest(), next.mods(), next.state(), host);
        Entry entry = new Entry(next.manifest(), next.mods(), next.state(), host, UNWRITTEN);
        writes.put(name, file);
        removals.remove(name);
        catalog = catalog.with(entry);
        tell(kind, entry);
        return entry;
    }

    /** Keeps this for the owner to decide, or to remember; returns the proposal that follows. */
    Proposal propose(Merge.Next next, Instant since, @Nullable String note, EntryChange.@Nullable Kind kind) {
        String name = next.manifest().name();
        byte[] file = EntryCodec.write(next.manifest(), next.mods(), next.state(), host, since, note);
        Entry entry = new Entry(next.manifest(), next.mods(), next.state(), host, UNWRITTEN);
        Proposal proposal = new Proposal(entry, ContentDigest.of(next.manifest().document(), next.mods()), since, note);
        proposed.put(name, file);
        withdrawn.remove(name);
        catalog = catalog.withProposal(proposal);
        tell(kind, entry);
        return proposal;
    }

    /** Forgets what was proposed under a name. */
    void withdraw(String name) {
        proposed.remove(name);
        withdrawn.add(name);
        catalog = catalog.withoutProposal(name);
    }

    /** Takes a name out of service, and remembers by its digest which file is not to bring it back. */
    void remove(Entry entry, @Nullable String sourceDigest) {
        NameHistory.Last removal = NameHistory.Last.removed(lastGeneration(entry.name()), sourceDigest);
        removals.put(entry.name(), removal);
        writes.remove(entry.name());
        takenIn.remove(entry.name());
        catalog = catalog.without(entry.name()).withRemoval(entry.name(), removal);
        tell(EntryChange.Kind.REMOVED, entry);
    }

    private void tell(EntryChange.@Nullable Kind kind, Entry entry) {
        if (kind != null) {
            changes.add(new EntryChange(kind, entry));
        }
    }

    /**
     * Reads one file of the index again, if it is not the one we know; a broken one is left where it is. A file that this
     * batch is about to write was looked at before it was decided, and what is on disk now is already the past.
     */
    RegistryFiles.@Nullable Broken reload(String name) {
        checked.add(name);
        if (writes.containsKey(name) || removals.containsKey(name)) {
            return null;
        }
        try {
            String twin = catalog.nameInAnyCase(name);
            if (twin != null && !twin.equals(name)) {
                throw new InvalidDocumentException("name", "differs only in case from the registered '" + twin + "'");
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
        String taken = catalog.nameInAnyCase(name);
        if (taken != null && !taken.equals(name)) {
            return;
        }
        Entry known = catalog.find(name);
        try {
            refresh(name);
        } catch (IOException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the index file of '" + name + "' cannot be read, nothing was changed: " + e.getMessage());
        } catch (RuntimeException e) {
            setAside(index.broken(name, e), name);
            if (known != null) {
                put(new Merge.Next(known.manifest(), known.mods(), known.state(), false), null);
            }
        }
    }

    private void setAside(RegistryFiles.Broken broken, String name) {
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
                changes.add(new EntryChange(EntryChange.Kind.DELETED, known));
            }
        } else if (known == null || !known.stamp().equals(stamp)) {
            takeIn(known, index.read(name, host, now));
        }
    }

    private void takeIn(@Nullable Entry known, Entry read) {
        catalog = catalog.with(read);
        takenIn.put(read.name(), read);
        if (known == null) {
            changes.add(new EntryChange(EntryChange.Kind.REGISTERED, read));
        } else if (!known.fingerprint().equals(read.fingerprint())) {
            changes.add(new EntryChange(EntryChange.Kind.CHANGED, read));
        }
    }

    /** The catalog after the files were written: what could not be written is as it was. */
    Catalog settled(Map<String, FileStamp> written, Map<String, IOException> failed) {
        Catalog result = catalog;
        for (var file : written.entrySet()) {
            Entry entry = result.find(file.getKey());
            if (entry != null && !failed.containsKey(file.getKey())) {
                result = result.with(entry.withStamp(file.getValue()));
            }
        }
        for (String name : failed.keySet()) {
            result = withOldProposal(asOnDisk(result, name), name);
            changes.removeIf(change -> change.entry().name().equals(name));
        }
        return result;
    }

    private Catalog withOldProposal(Catalog result, String name) {
        Proposal old = before.proposal(name);
        return old == null ? result.withoutProposal(name) : result.withProposal(old);
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
