package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.document.Limits;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Printable;
import dev.asmp.manifest.ServiceName;
import dev.asmp.store.AppendLog;
import dev.asmp.store.DocumentFolder;
import dev.asmp.store.DurableFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The registry's files.
 *
 * <pre>
 *   services/NAME.asmp.yaml   an entry           {@link EntryCodec}
 *   pending/NAME.asmp.yaml    a proposal         {@link EntryCodec}
 *   replaced/NAME.asmp.yaml   a takeover         {@link EntryCodec}
 *   generations               names' history     {@link NameHistory}
 *   last-scan.json            when seen last     {@link LastSeen}
 *   snapshot.bin              all, for a start   {@link SnapshotCodec}
 * </pre>
 */
final class RegistryFiles {
    private static final String SUFFIX = ".asmp.yaml";

    private final DocumentFolder folder;
    private final DocumentFolder pending;
    private final DocumentFolder replaced;
    private final Path seenFile;
    private final Path snapshotFile;
    private final NameHistory history;
    private final LongAdder written = new LongAdder();

    RegistryFiles(Path servicesFolder, Path stateFolder, long namesBudget) throws IOException {
        this.folder = new DocumentFolder(servicesFolder, SUFFIX);
        this.pending = new DocumentFolder(stateFolder.resolve("pending"), SUFFIX);
        this.replaced = new DocumentFolder(stateFolder.resolve("replaced"), SUFFIX);
        this.seenFile = stateFolder.resolve("last-scan.json");
        this.snapshotFile = stateFolder.resolve("snapshot.bin");
        this.history = new NameHistory(new AppendLog(stateFolder.resolve("generations")), namesBudget);
    }

    /** The index: a file for each entry. */
    DocumentFolder folder() {
        return folder;
    }

    /** Whether an entry's file is still there; where the disk does not tell, it counts as there. */
    boolean has(String name) {
        try {
            return folder.stamp(name) != null;
        } catch (IOException _) {
            return true;
        }
    }

    NameHistory history() {
        return history;
    }

    /** How many files of entries and proposals were written or removed. */
    long written() {
        return written.sum();
    }

    /** Reads the entry of a name; what was edited by hand since it was last known is a generation later. */
    Entry read(String name, String host, Moment now) throws IOException {
        String problem = ServiceName.problemWith(name);
        int at = name.indexOf('@');
        if (at > 0) {
            throw new InvalidDocumentException("", ofAnotherHost(name.substring(at + 1)));
        }
        if (problem != null) {
            throw new InvalidDocumentException("file name", problem);
        }
        DocumentFolder.Stored stored = folder.read(name, Limits.ENTRY_BYTES);
        EntryCodec.Content content = EntryCodec.read(stored.bytes(), name, now);
        if (content.state().sync() == Sync.FEDERATE) {
            throw new InvalidDocumentException("", ofAnotherHost(String.valueOf(content.host())));
        }
        EntryState state = content.state().status() == Status.STALE
                ? content.state()
                : content.state().withStatus(Status.REGISTERED);
        Entry asWritten = new Entry(content.manifest(), content.mods(), state, host, stored.stamp());
        return asWritten.withGeneration(generation(asWritten));
    }

    private static String ofAnotherHost(String host) {
        return "is an entry of the host '" + Printable.of(host) + "', and is not loaded as one of this host";
    }

    private long generation(Entry entry) {
        NameHistory.Last last = history.of(entry.name());
        long written = entry.state().generation();
        if (last == null) {
            return Math.max(written, history.generationOf(entry.name()) + 1); // the name may be a forgotten one
        }
        return Math.max(last.generationOf(entry.fingerprint()), written); // the history may be behind: it is not forced
    }

    /** The proposal of a name as its file says; null where there is none. */
    @Nullable
    Proposal proposal(String name, String host, Moment now) throws IOException {
        return pending.stamp(name) == null ? null : readProposal(name, host, now);
    }

    private Proposal readProposal(String name, String host, Moment now) throws IOException {
        DocumentFolder.Stored stored = pending.read(name, Limits.ENTRY_BYTES);
        EntryCodec.Content content = EntryCodec.read(stored.bytes(), name, now);
        EntryState state = content.state().status() == Status.REJECTED
                ? content.state()
                : content.state().withStatus(Status.PENDING);
        return content.proposal(new Entry(content.manifest(), content.mods(), state, host, stored.stamp()), now);
    }

    /** The folder of proposals. */
    DocumentFolder pending() {
        return pending;
    }

    /** The folder of what takeovers replaced. */
    DocumentFolder replaced() {
        return replaced;
    }

    /** Reads what the takeover of a name replaced. */
    Takeover takeover(String name, String host, Moment now) throws IOException {
        DocumentFolder.Stored stored = replaced.read(name, Limits.ENTRY_BYTES);
        return EntryCodec.read(stored.bytes(), name, now).takeover(host, stored.stamp());
    }

    /**
     * What became of a batch's files: the names whose entry, proposal or takeover is in place, those whose entry or proposal is
     * gone, and what went wrong. A name may be in place or gone and have failed: then it is not sure to stay so.
     */
    record Saved(Map<String, FileStamp> entries, Set<String> proposals, Set<String> takeovers,
            Set<String> entriesGone, Set<String> proposalsGone, Map<String, IOException> failed) {}

    /** Saves a batch: replaces its files, and has removals on disk. */
    Saved save(EntryBatch batch) {
        DocumentFolder.Outcome proposals = pending.replace(batch.files().proposed());
        DocumentFolder.Outcome kept = replaced.replace(batch.files().kept()); // first: nothing is replaced that is not kept
        Map<String, byte[]> writes = new LinkedHashMap<>(batch.files().writes());
        writes.keySet().removeAll(kept.failed().keySet());
        DocumentFolder.Outcome entries = folder.replace(writes);
        Map<String, IOException> failed = new HashMap<>(proposals.failed());
        failed.putAll(kept.failed());
        failed.putAll(entries.failed());
        Set<String> entriesGone = new HashSet<>();
        Set<String> proposalsGone = new HashSet<>();
        if (!batch.files().removals().isEmpty()) {
            IOException failure = saveRemovals(batch, entriesGone, proposalsGone);
            if (failure != null) {
                batch.files().removals().keySet().forEach(name -> failed.put(name, failure));
            }
        }
        written.add(
                batch.files().proposed().size() + (long) entries.replaced().size() + batch.files().removals().size());
        return new Saved(entries.replaced(), proposals.replaced().keySet(), kept.replaced().keySet(), entriesGone,
                proposalsGone, failed);
    }

    /** Remembers removals before files go: one that is remembered while the file stays does no harm. */
    private @Nullable IOException saveRemovals(EntryBatch batch, Set<String> entriesGone, Set<String> proposalsGone) {
        Set<String> names = batch.files().removals().keySet();
        try {
            history.remember(batch.files().removals(), true); // forced, or a scan after a crash brings the entry back
        } catch (IOException e) {
            return e;
        }
        // A name that was proposed again in the same batch keeps its proposal.
        DocumentFolder.Removal proposals = pending
                .delete(names.stream().filter(batch.files().withdrawn()::contains).collect(Collectors.toSet()));
        proposalsGone.addAll(proposals.gone());
        if (proposals.failed() != null) {
            return proposals.failed();
        }
        DocumentFolder.Removal entries = folder.delete(names);
        entriesGone.addAll(entries.gone());
        return entries.failed();
    }

    /** Deletes what was kept of takeovers that were undone, or whose name was removed. */
    DocumentFolder.Removal deleteTakeovers(Set<String> names) {
        return replaced.delete(names);
    }

    /** Tells whether what a takeover replaced is kept; where the disk does not tell, it counts as kept. */
    boolean mayHaveTakeover(String name) {
        try {
            return replaced.stamp(name) != null;
        } catch (IOException _) {
            return true;
        }
    }

    /** Deletes proposals whose content is in service. */
    DocumentFolder.Removal deleteProposals(Set<String> names) {
        return pending.delete(names);
    }

    /**
     * Remembers what entries said last, and the generations that their names had reached beyond that. It need not be forced where
     * each entry's file has its own generation.
     */
    void remember(Iterable<Entry> entries, Map<String, Long> reached, boolean force) throws IOException {
        Map<String, NameHistory.Last> news = new LinkedHashMap<>();
        boolean beyond = false;
        for (Entry entry : entries) {
            long before = reached.getOrDefault(entry.name(), 0L);
            NameHistory.Last known = history.of(entry.name());
            beyond |= before > entry.state().generation();
            news.put(entry.name(),
                    NameHistory.Last.serving(entry, known == null ? before : Math.max(before, known.generation())));
        }
        history.remember(news, force || beyond);
    }

    void writeSeen(LastSeen seen) throws IOException {
        seen.writeTo(seenFile);
    }

    LastSeen readSeen() throws IOException {
        return LastSeen.readFrom(seenFile);
    }

    /** The entries of the last stop, by name; none where they take more memory than this. */
    Map<String, Entry> readSnapshot(String host, Moment now, long budget) {
        return SnapshotCodec.read(snapshotFile, host, now, budget);
    }

    /** Leaves behind what makes the next start quick. */
    void writeSnapshot(String host, Collection<Entry> entries, Moment now) throws IOException {
        history.compact();
        DurableFile.replaceUnforced(snapshotFile, out -> SnapshotCodec.write(host, entries, now, out));
    }
}
