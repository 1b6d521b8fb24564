package dev.asmp.registry;

import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.manifest.Problem;
import dev.asmp.manifest.ServiceName;
import dev.asmp.store.AppendLog;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Notes about things that exist and are not registered yet. Nothing edits or deletes a note: it is pending until a service of
 * its name or alias is registered, or its name is a capability that is provided. Other processes may append to the same file,
 * so it is read on when it has grown. In memory are the notes' names and places in the file only; a page reads its own lines.
 */
public final class Discoveries {
    /** The file's name in the state folder. */
    public static final String FILE = "discoveries.jsonl";
    private static final int NOTE_BYTES = 8 * 1024;
    private static final long FILE_BYTES = 64L * 1024 * 1024;
    /** A page is shorter than it may be where its notes are long. */
    private static final int PAGE_BYTES = 1024 * 1024;
    private static final int BLOCK = 256;
    private static final List<String> OPTIONAL = List.of("note", "repo", "hint", "found_by");

    private final AppendLog log;
    private final InstantSource clock;
    private NoteIndex index;
    private long read;

    /** A note with its place in the file, from 1. */
    public record Note(long place, Mapping document) {}

    /** Some notes in the order in which they were written, and whether there are more. */
    public record Page(List<Note> notes, boolean hasMore) {}

    /** The number of pending notes, and the first of their names. */
    public record Pending(int count, List<String> first) {}

    /** The budget is for what is kept in memory. */
    public Discoveries(AppendLog log, InstantSource clock, long budget) {
        this.log = log;
        this.clock = clock;
        this.index = new NoteIndex(budget);
    }

    /** Appends a note, durably, and returns it as recorded. */
    public synchronized Mapping add(Document request) {
        Mapping note = checked(request);
        byte[] line = Json.write(note);
        if (line.length > NOTE_BYTES) {
            throw new InvalidDocumentException("note", "the note takes " + line.length + " bytes; at most " + NOTE_BYTES
                    + " are allowed");
        }
        try {
            readOn();
            if (log.size() + line.length > FILE_BYTES || index.isFull()) {
                throw new RefusedException(RefusedException.Reason.FULL, log.file() + " is full: it holds "
                        + index.size() + " notes in " + log.size() / (1024 * 1024)
                        + " MB; move it away to start a new file");
            }
            log.append(List.of(line), true);
        } catch (IOException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the note could not be saved: " + IoReason.of(e));
        }
        return note;
    }

    private Mapping checked(Document request) {
        if (!(request instanceof Mapping mapping)) {
            throw new InvalidDocumentException("", "a note is an object with a name, but this is "
                    + request.kindName());
        }
        List<Problem> problems = new ArrayList<>();
        String name = mapping.text("name");
        String problem = name == null ? "is required: what the service would be called" : ServiceName.problemWith(name);
        if (problem != null) {
            problems.add(new Problem("name", problem));
        }
        Mapping.Builder note = Mapping.builder().put("name", name);
        for (String field : OPTIONAL) {
            Document value = mapping.get(field);
            if (value instanceof Scalar scalar) {
                note.put(field, scalar.isNull() ? null : scalar.asText());
            } else if (value != null) {
                problems.add(new Problem(field, "must be text, but is " + value.kindName()));
            }
        }
        if (!problems.isEmpty()) {
            throw new InvalidDocumentException(problems);
        }
        return note.put("discovered_at", Timestamps.format(clock.instant())).put("status", "todo").build();
    }

    /**
     * The notes after a place, with their status as of this catalog: at most this many, only those still pending unless asked for
     * all. Without a catalog all are pending.
     */
    public Page page(long after, int most, @Nullable Catalog catalog, boolean pendingOnly) {
        NoteIndex.View all = view();
        Predicate<String> isDone = isDone(catalog, all);
        List<Note> notes = new ArrayList<>();
        long bytes = 0;
        int at = Math.clamp(after, 0, all.size());
        while (at < all.size()) {
            List<Integer> block = new ArrayList<>();
            for (; at < all.size() && block.size() < BLOCK; at++) {
                if (!pendingOnly || !isDone.test(all.name(at))) {
                    block.add(at);
                }
            }
            List<byte[]> lines = read(block.stream().map(all::offset).toList());
            for (int i = 0; i < block.size(); i++) {
                Mapping note = note(lines.get(i));
                if (note == null || !all.name(block.get(i)).equals(note.text("name"))) {
                    readAgain(); // another file has this name now
                    continue;
                }
                if (notes.size() == most || (bytes += lines.get(i).length) > PAGE_BYTES) {
                    return new Page(notes, true);
                }
                boolean done = isDone.test(String.valueOf(note.text("name")));
                notes.add(new Note(block.get(i) + 1L, done ? note.with("status", Scalar.text("registered")) : note));
            }
        }
        return new Page(notes, false);
    }

    /** Counts the pending notes, and names at most so many of them. */
    public Pending pending(Catalog catalog, int names) {
        NoteIndex.View all = view();
        Predicate<String> isDone = isDone(catalog, all);
        List<String> first = new ArrayList<>();
        int count = 0;
        for (int i = 0; i < all.size(); i++) {
            String name = all.name(i);
            if (!isDone.test(name)) {
                count++;
                if (first.size() < names) {
                    first.add(name);
                }
            }
        }
        return new Pending(count, first);
    }

    private static Predicate<String> isDone(@Nullable Catalog catalog, NoteIndex.View all) {
        if (catalog == null) {
            return _ -> false;
        }
        Set<String> noted = new HashSet<>();
        for (int i = 0; i < all.size(); i++) {
            noted.add(all.name(i));
        }
        Set<String> taken = taken(noted, catalog);
        return name -> taken.contains(name) || catalog.provides(name);
    }

    /** Those of some names that services have, as names or aliases; all aliases together may take much more memory. */
    static Set<String> taken(Set<String> some, Catalog catalog) {
        Set<String> taken = new HashSet<>();
        if (!some.isEmpty()) {
            catalog.entries().forEach(entry -> Stream.concat(Stream.of(entry.name()), entry.aliases().stream())
                    .filter(some::contains).forEach(taken::add));
        }
        return taken;
    }

    private synchronized NoteIndex.View view() {
        try {
            readOn();
            return index.view();
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private synchronized void readAgain() {
        index = index.emptied();
        read = 0;
    }

    private List<byte[]> read(List<Long> offsets) {
        try {
            return log.linesAt(offsets);
        } catch (IOException e) {
            throw unreadable(e);
        }
    }

    private RefusedException unreadable(IOException why) {
        return new RefusedException(RefusedException.Reason.UNAVAILABLE,
                log.file() + " cannot be read: " + IoReason.of(why));
    }

    private void readOn() throws IOException {
        long size = log.size();
        if (size < read) {
            readAgain();
        }
        if (size > read) {
            read = log.readFrom(read, (at, line) -> {
                Mapping note = note(line);
                if (note != null) {
                    index.add(at, String.valueOf(note.text("name")));
                }
            });
        }
    }

    /** The note in a line; null for a line that another writer left unfinished: the notes around it are whole. */
    private static @Nullable Mapping note(byte[] line) {
        try {
            return line.length > 0 && line.length <= 2 * NOTE_BYTES && Json.read(line) instanceof Mapping note
                    && note.text("name") != null ? note : null;
        } catch (MalformedDocumentException _) {
            return null;
        }
    }
}
