package dev.asmp.registry;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The files that make a batch true, by name.
 *
 * @param writes index files to write
 * @param proposed files of proposals to write
 * @param kept files of what takeovers replace
 * @param withdrawn names whose proposal goes
 * @param forgotten names of which nothing that was replaced is kept any more
 * @param removals names whose entry goes, and what is remembered of it
 */
record BatchFiles(Map<String, byte[]> writes, Map<String, byte[]> proposed, Map<String, byte[]> kept,
        Set<String> withdrawn, Set<String> forgotten, Map<String, NameHistory.Last> removals) {
    static BatchFiles none() {
        return new BatchFiles(new LinkedHashMap<>(), new LinkedHashMap<>(), new LinkedHashMap<>(),
                new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashMap<>());
    }

    /** Whether this writes or deletes the index file of a name. */
    boolean replacesIndexFile(String name) {
        return writes.containsKey(name) || removals.containsKey(name);
    }
}
