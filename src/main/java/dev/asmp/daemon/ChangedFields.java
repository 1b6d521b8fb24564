package dev.asmp.daemon;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.registry.Entry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The keys whose values differ between two manifests of a service, as paths such as {@code capabilities.provides}. */
final class ChangedFields {
    private static final int MOST = 20;
    private static final int DEPTH = 3;

    private ChangedFields() {}

    /** The paths in the order of the later manifest, then those that it lacks; none without an earlier one. */
    static List<String> between(@Nullable Entry before, Entry after) {
        if (before == null) {
            return List.of();
        }
        List<String> changed = new ArrayList<>();
        collect("", before.manifest().document(), after.manifest().document(), 1, changed);
        return changed.size() > MOST ? List.copyOf(changed.subList(0, MOST)) : changed;
    }

    private static void collect(String prefix, Mapping before, Mapping after, int depth, List<String> changed) {
        Set<String> keys = new LinkedHashSet<>(after.fields().keySet());
        keys.addAll(before.fields().keySet());
        for (String key : keys) {
            Document old = before.get(key);
            Document now = after.get(key);
            if (changed.size() > MOST || Objects.equals(old, now)) {
                continue;
            }
            if (depth < DEPTH && old instanceof Mapping one && now instanceof Mapping other) {
                collect(prefix + key + ".", one, other, depth + 1, changed);
            } else {
                changed.add(prefix + key);
            }
        }
    }
}
