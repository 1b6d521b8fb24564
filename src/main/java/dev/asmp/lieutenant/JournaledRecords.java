package dev.asmp.lieutenant;

import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.store.Journal;
import dev.asmp.store.JournalRewrite;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Records in a journal of their own: a line per change, forced. It is opened when there is something to read or to write. */
public final class JournaledRecords implements LieutenantRecords, AutoCloseable {
    /** The name of the journal in the state folder. */
    public static final String FILE = "agents.jsonl";
    private static final int FORMAT = 1;
    private static final long GARBAGE = 1024 * 1024;

    private final Path file;
    private final Consumer<String> log;
    private final Map<String, Mapping> records = new LinkedHashMap<>();
    private @Nullable Journal journal;
    private long live;

    public JournaledRecords(Path file, Consumer<String> log) {
        this.file = file;
        this.log = log;
    }

    @Override
    public synchronized List<Mapping> load() {
        if (journal == null && Files.exists(file)) {
            opened();
        }
        return List.copyOf(records.values());
    }

    private Journal opened() {
        Journal there = journal;
        if (there == null) {
            try {
                there = Journal.open(file, "agents", FORMAT, this::replay, log);
                journal = there;
            } catch (IOException e) {
                throw unsaved(e);
            }
        }
        return there;
    }

    private void replay(byte[] line) {
        Mapping record = (Mapping) Json.read(line);
        String removed = record.text("removed");
        if (removed != null) {
            records.remove(removed);
        } else {
            records.put(AgentRecord.need(record, "id"), record);
        }
    }

    @Override
    public synchronized void save(Mapping agent) {
        append(agent);
        records.put(AgentRecord.need(agent, "id"), agent);
    }

    @Override
    public synchronized void remove(String id) {
        if (records.containsKey(id)) {
            append(Mapping.builder().put("removed", id).build());
            records.remove(id);
        }
    }

    private void append(Mapping record) {
        Journal to = opened();
        try {
            if (to.isSuspect() || to.size() > 4 * live + GARBAGE) {
                rewrite(to);
            }
            to.append(List.of(Json.write(record)), true);
        } catch (IOException e) {
            throw unsaved(e);
        }
    }

    private void rewrite(Journal old) throws IOException {
        JournalRewrite next = old.rewrite();
        try {
            for (Mapping record : records.values()) {
                next.write(Json.write(record));
            }
            next.catchUp();
            next.finish();
            live = old.size();
        } finally {
            next.abandon();
        }
    }

    private RefusedException unsaved(IOException e) {
        return new RefusedException(RefusedException.Reason.UNAVAILABLE,
                "could not save " + file + ": " + IoReason.of(e, file));
    }

    @Override
    public synchronized void close() throws IOException {
        if (journal != null) {
            journal.close();
        }
    }
}
