package dev.asmp.registry;

import dev.asmp.document.FileStamp;
import dev.asmp.document.Json;
import dev.asmp.document.Limits;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.ServiceName;
import dev.asmp.store.AppendLog;
import dev.asmp.store.DocumentFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The registry's truth on disk: a file for each entry, what is remembered of names, and when entries were last seen. */
final class RegistryFiles {
    static final String SUFFIX = ".asmp.yaml";

    private final DocumentFolder folder;
    private final DocumentFolder pending;
    private final Path seenFile;
    private final Path snapshotFile;
    private final NameHistory past;

    /** A file of the index that cannot be used, and why. */
    record Broken(String path, String error) {}

    RegistryFiles(Path servicesFolder, Path stateFolder) throws IOException {
        this.folder = new DocumentFolder(servicesFolder, SUFFIX);
        this.pending = new DocumentFolder(stateFolder.resolve("pending"), SUFFIX);
        this.seenFile = stateFolder.resolve("last-scan.json");
        this.snapshotFile = stateFolder.resolve("snapshot.bin");
        this.past = new NameHistory(new AppendLog(stateFolder.resolve("generations")));
    }

    DocumentFolder folder() {
        return folder;
    }

    /** Where proposals are kept, a file each. */
    DocumentFolder pending() {
        return pending;
    }

    NameHistory past() {
        return past;
    }

    List<String> names() throws IOException {
        return folder.names();
    }

    /** Reads the entry of a name; what was edited by hand since it was last known is a generation later. */
    Entry read(String name, String host, Instant now) throws IOException {
        String problem = ServiceName.problemWith(name);
        if (problem != null) {
            throw new InvalidDocumentException("file name", problem);
        }
        DocumentFolder.Stored stored = folder.read(name, Limits.ENTRY_BYTES);
        EntryCodec.Content content = EntryCodec.read(stored.bytes(), name, now);
        EntryState state = content.state().status() == Status.STALE
                ? content.state()
                : content.state().withStatus(Status.REGISTERED);
        Entry asWritten = new Entry(content.manifest(), content.mods(), state, host, stored.stamp());
        return asWritten.withGeneration(generation(asWritten));
    }

    /** Reads the proposals; what cannot be used is told and left where it is. */
    List<Proposal> proposals(String host, Instant now, Consumer<String> warnings) throws IOException {
        List<Proposal> proposals = new ArrayList<>();
        for (String name : pending.names()) {
            try {
                DocumentFolder.Stored stored = pending.read(name, Limits.ENTRY_BYTES);
                EntryCodec.Content content = EntryCodec.read(stored.bytes(), name, now);
                EntryState state = content.state().status() == Status.REJECTED
                        ? content.state()
                        : content.state().withStatus(Status.PENDING);
                Entry entry = new Entry(content.manifest(), content.mods(), state, host, stored.stamp());
                proposals.add(content.proposal(entry, now));
            } catch (IOException | RuntimeException e) {
                warnings.accept("broken proposal " + pending.path(name) + ": " + e.getMessage());
            }
        }
        return proposals;
    }

    /** The entries as of the last stop, by name. */
    Map<String, Entry> snapshot(String host) {
        return SnapshotFile.read(snapshotFile, host);
    }

    /** Leaves behind what makes the next start quick. */
    void writeSnapshot(String host, Collection<Entry> entries) throws IOException {
        past.compact();
        SnapshotFile.write(snapshotFile, host, entries);
    }

    /** Takes an entry from the snapshot if its file is still the same, else reads the file. */
    Entry readUnlessKnown(String name, @Nullable Entry known, String host, Instant now) throws IOException {
        if (known != null && known.stamp().equals(folder.stamp(name))
                && known.state().generation() >= past.generationOf(name)) {
            return known;
        }
        return read(name, host, now);
    }

    private long generation(Entry entry) {
        NameHistory.Last last = past.of(entry.name());
        long written = entry.state().generation();
        if (last == null) {
            return written;
        }
        boolean same = last.content().equals(entry.fingerprint());
        return same ? last.generation() : Math.max(last.generation() + 1, written);
    }

    /** Why a file could not be read, with the place in it where that is known. */
    Broken broken(String name, Exception why) {
        String error = why instanceof IOException io
                ? "cannot be read: " + io.getMessage()
                : String.valueOf(why.getMessage());
        return new Broken(folder.path(name).toString(), error);
    }

    @Nullable
    FileStamp stamp(String name) throws IOException {
        return folder.stamp(name);
    }

    void remember(Iterable<Entry> entries) throws IOException {
        Map<String, NameHistory.Last> news = new LinkedHashMap<>();
        entries.forEach(entry -> news.put(entry.name(),
                new NameHistory.Last(entry.state().generation(), entry.fingerprint())));
        past.remember(news, false);
    }

    /** Remembers removals; they are on disk when this returns. */
    void rememberRemovals(Map<String, NameHistory.Last> removals) throws IOException {
        past.remember(removals, true);
    }

    void writeSeen(LastSeen seen) throws IOException {
        Mapping.Builder except = Mapping.builder();
        seen.except().forEach((name, at) -> except.put(name, Timestamps.format(at)));
        DocumentFolder.replaceUnforced(seenFile, Json.write(Mapping.builder().put("format", 1)
                .put("seen_at", seen.at() == null ? null : Timestamps.format(seen.at())).put("except", except.build())
                .build()));
    }

    LastSeen readSeen() throws IOException {
        try {
            return Json.read(Files.readAllBytes(seenFile)) instanceof Mapping mapping ? seen(mapping) : LastSeen.NEVER;
        } catch (NoSuchFileException | MalformedDocumentException _) {
            return LastSeen.NEVER;
        }
    }

    private static LastSeen seen(Mapping mapping) {
        Map<String, Instant> except = new LinkedHashMap<>();
        Mapping written = mapping.mapping("except");
        written.fields().keySet().forEach(name -> {
            Instant at = Timestamps.parse(written.text(name));
            if (at != null) {
                except.put(name, at);
            }
        });
        return new LastSeen(Timestamps.parse(mapping.text("seen_at")), except);
    }
}
