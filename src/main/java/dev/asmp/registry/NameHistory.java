package dev.asmp.registry;

import dev.asmp.document.HeapCost;
import dev.asmp.store.AppendLog;
import dev.asmp.store.DurableFile;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The generation that each name has reached, so that it never goes back, even when the entry's file is deleted; and the
 * fingerprint of what it said, so that an edit made while the daemon was down is noticed.
 *
 * <pre>
 *   live        names with an entry                        bounded by the index
 *   bare        removed names without a source digest      ┐ within the budget; forgotten first, oldest first
 *   tombstones  removed names that a source would revive   ┘ forgotten when no bare ones are left, oldest first
 *   floor       the greatest generation of a forgotten name
 * </pre>
 *
 * A name that is not known may be a forgotten one, so it continues above the floor: no generation goes back. A forgotten
 * tombstone no longer keeps its source away. The file has lines of generation, fingerprint and name, of which the last one of a
 * name counts; it is rewritten when most lines are out of date. Rewriting takes the time of what is in memory, however long the
 * file is.
 */
final class NameHistory {
    private static final int SLACK = 10_000;
    /** No name of a service: its line holds the floor. */
    private static final String FLOOR = "*";
    /** Names that had an entry when they were written, before it is known whether they still have one. */
    private static final int MAX_LIVE = 200_000;
    /** Nodes of maps and trees, and the record. */
    private static final int OVERHEAD = 160;

    private final AppendLog log;
    private final long budget;
    private final Map<String, Last> live = new LinkedHashMap<>();
    private final Map<String, Last> bare = new LinkedHashMap<>();
    private final Map<String, Last> tombstones = new LinkedHashMap<>();
    private final Set<String> forgotten = new HashSet<>();
    private long removedBytes;
    private long floor;
    private long lines;
    private long compactAt;
    private boolean isRead;

    /** The last state of a name: the generation it has reached, and what it says. */
    record Last(long generation, String content) {
        private static final String REMOVED = "removed:";
        private static final String SERVES = "serves:";

        /** An entry in service; a proposal that was taken back may have been of a later generation. */
        static Last serving(Entry entry, long reached) {
            long serves = entry.state().generation();
            return reached > serves
                    ? new Last(reached, SERVES + serves + ":" + entry.fingerprint())
                    : new Last(serves, entry.fingerprint());
        }

        /** The generation that what has this fingerprint is of at least: the next one, if the name said something else before. */
        long generationOf(String fingerprint) {
            if (content.equals(fingerprint)) {
                return generation;
            }
            int end = content.length() - fingerprint.length() - 1;
            boolean same = content.startsWith(SERVES) && end > SERVES.length() && content.endsWith(":" + fingerprint);
            String serves = same ? content.substring(SERVES.length(), end) : "";
            return !serves.isEmpty() && isGeneration(serves) ? Long.parseLong(serves) : generation + 1;
        }

        /** A removed entry: a source file with this digest does not bring it back. */
        static Last removed(long generation, @Nullable String sourceDigest) {
            return new Last(generation, REMOVED + (sourceDigest == null ? "" : sourceDigest));
        }

        /** Compares without what the JVM generates for a record: a start compares all names, before that would be fast. */
        boolean isSame(@Nullable Last other) {
            return other != null && generation == other.generation && content.equals(other.content);
        }

        boolean isRemoval() {
            return content.startsWith(REMOVED);
        }

        /** Whether a source file with this digest was removed. */
        boolean removed(String sourceDigest) {
            return content.equals(REMOVED + sourceDigest);
        }

        private boolean isTombstone() {
            return isRemoval() && content.length() > REMOVED.length();
        }
    }

    NameHistory(AppendLog log, long budget) throws IOException {
        this.log = log;
        this.budget = budget;
        log.readFrom(0, (_, line) -> read(line));
        isRead = true;
        plan();
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
        if (isGeneration(generation)) { // else it is not one of our lines
            String name = line.substring(afterContent + 1);
            Last read = new Last(Long.parseLong(generation), line.substring(afterGeneration + 1, afterContent));
            if (name.equals(FLOOR)) {
                floor = Math.max(floor, read.generation);
            } else {
                put(name, read);
            }
        }
    }

    private static boolean isGeneration(String text) {
        return text.length() <= 15 && text.chars().allMatch(digit -> digit >= '0' && digit <= '9');
    }

    private void put(String name, Last state) {
        drop(name);
        if (!state.isRemoval()) {
            live.put(name, state);
        } else {
            (state.isTombstone() ? tombstones : bare).put(name, state);
            removedBytes += bytes(name, state);
        }
        forgetOldest();
    }

    private void drop(String name) {
        if (live.remove(name) == null) {
            Last removed = bare.remove(name);
            removed = removed == null ? tombstones.remove(name) : removed;
            removedBytes -= removed == null ? 0 : bytes(name, removed);
        }
    }

    private static long bytes(String name, Last state) {
        return OVERHEAD + HeapCost.of(name) + HeapCost.of(state.content);
    }

    private void forgetOldest() {
        while (removedBytes > budget) {
            Map.Entry<String, Last> oldest = removeFirst(bare.isEmpty() ? tombstones : bare);
            removedBytes -= bytes(oldest.getKey(), oldest.getValue());
            if (isRead) {
                forgotten.add(oldest.getKey());
            }
        }
        if (live.size() > MAX_LIVE) {
            removeFirst(live);
        }
    }

    private Map.Entry<String, Last> removeFirst(Map<String, Last> names) {
        Iterator<Map.Entry<String, Last>> all = names.entrySet().iterator();
        Map.Entry<String, Last> first = Map.entry("", new Last(0, ""));
        if (all.hasNext()) {
            Map.Entry<String, Last> entry = all.next();
            first = Map.entry(entry.getKey(), entry.getValue());
            all.remove();
        }
        floor = Math.max(floor, first.getValue().generation);
        return first;
    }

    /** The names of removals that were forgotten since this was asked last. */
    Set<String> takeForgotten() {
        if (forgotten.isEmpty()) {
            return Set.of();
        }
        Set<String> names = Set.copyOf(forgotten);
        forgotten.clear();
        return names;
    }

    /** Counts names without an entry as removed: their files were deleted by hand. */
    void settle(Predicate<String> hasEntry) {
        absent(live.keySet().stream().filter(name -> !hasEntry.test(name)).toList());
        forgotten.clear();
    }

    /** Notes that the files of these names are gone; their lines stay as they are. */
    void absent(Iterable<String> names) {
        names.forEach(name -> {
            Last known = live.remove(name);
            if (known != null) {
                bare.put(name, known);
                removedBytes += bytes(name, known);
            }
        });
        forgetOldest();
    }

    @Nullable
    Last of(String name) {
        Last known = live.get(name);
        known = known == null ? bare.get(name) : known;
        return known == null ? tombstones.get(name) : known;
    }

    /** The generation that a name has reached; one that is not known may have reached the floor. */
    long generationOf(String name) {
        Last known = of(name);
        return known == null ? floor : known.generation;
    }

    /** The names that were removed and have not come back. */
    Map<String, Last> removals() {
        Map<String, Last> removals = new HashMap<>(tombstones);
        bare.forEach((name, state) -> {
            if (state.isRemoval()) {
                removals.put(name, state);
            }
        });
        return removals;
    }

    /** Remembers the last states of names; with {@code force} they are on disk when this returns. */
    void remember(Map<String, Last> news, boolean force) throws IOException {
        Map<String, Last> changed = new LinkedHashMap<>(news);
        changed.entrySet().removeIf(entry -> entry.getValue().isSame(of(entry.getKey())));
        if (changed.isEmpty() && !force) {
            return;
        }
        List<byte[]> added = new ArrayList<>();
        changed.forEach((name, state) -> added.add(line(name, state)));
        log.append(added, force);
        changed.forEach(this::put);
        lines += added.size();
        if (lines > compactAt) {
            try {
                compact();
            } catch (IOException _) {
                compactAt = lines + SLACK; // the file is only longer than need be
            }
        }
    }

    /** Leaves one line for each name that is not forgotten. */
    void compact() throws IOException {
        DurableFile.replace(log.file(), file -> {
            OutputStream out = new BufferedOutputStream(file, 1 << 16);
            if (floor > 0) {
                write(FLOOR, new Last(floor, "floor"), out);
            }
            for (Map.Entry<String, Last> entry : (Iterable<Map.Entry<String, Last>>) all()::iterator) {
                write(entry.getKey(), entry.getValue(), out);
            }
            out.flush();
        });
        lines = size();
        plan();
    }

    private Stream<Map.Entry<String, Last>> all() {
        return Stream.of(live, bare, tombstones).flatMap(names -> names.entrySet().stream());
    }

    private long size() {
        return (long) live.size() + bare.size() + tombstones.size();
    }

    private void plan() {
        compactAt = 2 * size() + SLACK;
    }

    private static void write(String name, Last state, OutputStream out) throws IOException {
        out.write(line(name, state));
        out.write('\n');
    }

    private static byte[] line(String name, Last state) {
        return (state.generation + " " + state.content + " " + name).getBytes(StandardCharsets.UTF_8);
    }
}
