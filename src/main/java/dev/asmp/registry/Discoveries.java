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
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Notes about things that exist and are not registered yet. Nothing edits or deletes a note: it is pending until a service of
 * its name or alias is registered, or its name is a capability that is provided. Other processes may append to the same file,
 * so it is read again when it has grown.
 */
public final class Discoveries {
    /** The file's name in the state folder. */
    public static final String FILE = "discoveries.jsonl";
    private static final int NOTE_BYTES = 8 * 1024;
    private static final int MAX_NOTES = 100_000;
    private static final List<String> OPTIONAL = List.of("note", "repo", "hint", "found_by");

    private final AppendLog log;
    private final InstantSource clock;
    private final List<Mapping> notes = new ArrayList<>();
    private long read;

    public Discoveries(AppendLog log, InstantSource clock) {
        this.log = log;
        this.clock = clock;
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
            if (notes.size() >= MAX_NOTES) {
                throw new RefusedException(RefusedException.Reason.CONFLICT, "there are " + MAX_NOTES
                        + " notes already; move " + log.file() + " away to start a new file");
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

    /** All notes in the order in which they were written. */
    public synchronized List<Mapping> all() {
        try {
            readOn();
        } catch (IOException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    log.file() + " cannot be read: " + IoReason.of(e));
        }
        return List.copyOf(notes);
    }

    /** A note with its place in the file, from 1. */
    public record Note(long place, Mapping document) {}

    /** The notes with their status as of this catalog; only those still pending unless asked for all. */
    public List<Mapping> list(Catalog catalog, boolean pendingOnly) {
        return after(0, catalog, pendingOnly).map(Note::document).toList();
    }

    /** The same after a place in the file. */
    public Stream<Note> after(long place, Catalog catalog, boolean pendingOnly) {
        Set<String> known = catalog.namesAndAliases();
        List<Mapping> notes = all();
        return IntStream.range((int) Math.min(place, notes.size()), notes.size()).boxed().mapMulti((at, listed) -> {
            Mapping note = notes.get(at);
            String name = String.valueOf(note.text("name"));
            boolean done = known.contains(name) || catalog.provides(name);
            if (!done || !pendingOnly) {
                listed.accept(new Note(at + 1, done ? note.with("status", Scalar.text("registered")) : note));
            }
        });
    }

    private void readOn() throws IOException {
        long size = log.size();
        if (size < read) {
            notes.clear();
            read = 0;
        }
        if (size > read) {
            AppendLog.Lines lines = log.readFrom(read);
            lines.lines().forEach(this::take);
            read = lines.next();
        }
    }

    private void take(byte[] line) {
        try {
            if (line.length <= 2 * NOTE_BYTES && Json.read(line) instanceof Mapping note && note.text("name") != null
                    && notes.size() < MAX_NOTES) {
                notes.add(note);
            }
        } catch (MalformedDocumentException _) {
            // A line that another writer left unfinished: the notes around it are whole.
        }
    }
}
