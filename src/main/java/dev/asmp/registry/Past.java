package dev.asmp.registry;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.store.AppendLog;
import dev.asmp.store.DocumentFolder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must be remembered of a name beyond its file: the generation it had reached, so that it never goes back, not even when
 * somebody deletes the file; and a fingerprint of what it said, so that an edit made while the daemon was down is noticed.
 * Kept in a file of lines, the last line of a name counting, and rewritten when most lines are out of date.
 */
final class Past {
    private static final int SLACK = 10_000;

    private final AppendLog log;
    private final Map<String, Last> last = new HashMap<>();
    private int lines;

    /** The last that was heard of a name. */
    record Last(long generation, String content) {}

    Past(AppendLog log) throws IOException {
        this.log = log;
        for (byte[] line : log.readFrom(0).lines()) {
            read(line);
        }
    }

    private void read(byte[] line) {
        lines++;
        try {
            Mapping entry = Json.read(line) instanceof Mapping mapping ? mapping : Mapping.EMPTY;
            String name = entry.text("name");
            String generation = entry.text("generation");
            if (name != null && generation != null) {
                last.put(name, new Last(Long.parseLong(generation), String.valueOf(entry.text("content"))));
            }
        } catch (MalformedDocumentException | NumberFormatException _) {
            // The end of a line that a crash cut off: the file of that entry knows its own generation.
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

    /** Remembers these names, each with what it said last. */
    void remember(Map<String, Last> news) throws IOException {
        List<byte[]> added = new ArrayList<>();
        news.forEach((name, entry) -> {
            if (!entry.equals(last.put(name, entry))) {
                added.add(line(name, entry));
            }
        });
        if (added.isEmpty()) {
            return;
        }
        lines += added.size();
        if (lines > 2 * last.size() + SLACK) {
            compact();
        } else {
            log.append(added, false);
        }
    }

    private void compact() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream(last.size() * 100);
        last.forEach((name, entry) -> {
            all.writeBytes(line(name, entry));
            all.write('\n');
        });
        DocumentFolder.replaceFile(log.file(), all.toByteArray());
        lines = last.size();
    }

    private static byte[] line(String name, Last entry) {
        return Json.write(Mapping.builder().put("name", name).put("generation", entry.generation)
                .put("content", entry.content).build());
    }
}
