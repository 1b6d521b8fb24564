package dev.asmp.registry;

import dev.asmp.store.AppendLog;
import dev.asmp.store.DocumentFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The generation that each name has reached, so that it never goes back, even when the entry's file is deleted; and the
 * fingerprint of what it said, so that an edit made while the daemon was down is noticed. The file has lines of generation,
 * fingerprint and name, of which the last one of a name counts; it is rewritten when most lines are out of date.
 */
final class NameHistory {
    private static final int SLACK = 10_000;

    private final AppendLog log;
    private final Map<String, Last> last = new HashMap<>();
    private int lines;

    /** The last state of a name. */
    record Last(long generation, String content) {
        private static final String REMOVED = "removed:";

        /** A removed entry: a source file with this digest does not bring it back. */
        static Last removed(long generation, @Nullable String sourceDigest) {
            return new Last(generation, REMOVED + (sourceDigest == null ? "" : sourceDigest));
        }

        boolean isRemoval() {
            return content.startsWith(REMOVED);
        }

        /** Whether a source file with this digest was removed. */
        boolean removed(String sourceDigest) {
            return content.equals(REMOVED + sourceDigest);
        }
    }

    NameHistory(AppendLog log) throws IOException {
        this.log = log;
        for (byte[] line : log.readFrom(0).lines()) {
            read(line);
        }
    }

    private void read(byte[] bytes) {
        lines++;
        String line = new String(bytes, StandardCharsets.UTF_8);
        int afterGeneration = line.indexOf(' ');
        int afterContent = line.lastIndexOf(' '); // a person may have written a digest with blanks
        if (afterGeneration <= 0 || afterContent <= afterGeneration) {
            return; // the end of a line that a crash cut off: the file of that entry knows its own generation
        }
        String generation = line.substring(0, afterGeneration);
        if (generation.matches("[0-9]{1,15}")) { // else it is not one of our lines
            last.put(line.substring(afterContent + 1),
                    new Last(Long.parseLong(generation), line.substring(afterGeneration + 1, afterContent)));
        }
    }

    @Nullable
    Last of(String name) {
        return last.get(name);
    }

    long generationOf(String name) {
        Last known = last.get(name);
        return known == null ? 0 : known.generation;
    }

    /** The names that were removed and have not come back. */
    Map<String, Last> removals() {
        Map<String, Last> removals = new HashMap<>();
        last.forEach((name, entry) -> {
            if (entry.isRemoval()) {
                removals.put(name, entry);
            }
        });
        return removals;
    }

    /** Remembers the last states of names; with {@code force} they are on disk when this returns. */
    void remember(Map<String, Last> news, boolean force) throws IOException {
        Map<String, Last> changed = new HashMap<>(news);
        changed.entrySet().removeIf(entry -> entry.getValue().equals(last.get(entry.getKey())));
        if (changed.isEmpty() && !force) {
            return;
        }
        List<byte[]> added = new ArrayList<>();
        changed.forEach((name, entry) -> added.add(line(name, entry)));
        log.append(added, force);
        last.putAll(changed);
        lines += added.size();
        if (lines > 2 * last.size() + SLACK) {
            try {
                compact();
            } catch (IOException _) {
                // What was to be remembered is in the file, which is only longer than need be; the next one tries again.
            }
        }
    }

    /** Leaves one line for each name. */
    void compact() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(last.size() * 100);
        last.forEach((name, entry) -> {
            all.writeBytes(line(name, entry));
            all.write('\n');
        });
        DocumentFolder.replaceFile(log.file(), all.toByteArray());
        lines = last.size();
    }

    private static byte[] line(String name, Last entry) {
        return (entry.generation + " " + entry.content + " " + name).getBytes(StandardCharsets.UTF_8);
    }
}
