package dev.asmp.registry;

import java.io.ByteArrayOutputStream;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/** All entries that provide one capability, and the answer that lists them, rendered when it is first asked for. */
final class Offers {
    static final Offers NONE = new Offers(TreePMap.empty());
    private static final Comparator<Entry> LIVE_FIRST = Comparator.comparing(Entry::isStale).thenComparing(Entry::name);

    private final TreePMap<String, Entry> byName;
    // Two threads may both render it; they render the same.
    private volatile byte @Nullable [] json;

    private Offers(TreePMap<String, Entry> byName) {
        this.byName = byName;
    }

    Offers with(Entry entry) {
        return new Offers(byName.plus(entry.name(), entry));
    }

    Offers without(String name) {
        return new Offers(byName.minus(name));
    }

    boolean isEmpty() {
        return byName.isEmpty();
    }

    Collection<Entry> entries() {
        return byName.values();
    }

    byte[] json() {
        byte[] rendered = json;
        if (rendered == null) {
            rendered = array(byName.values(), (entry, out) -> out.writeBytes(entry.offer()));
            json = rendered;
        }
        return rendered;
    }

    /** Renders entries as a JSON array: live ones before stale ones, by name. */
    static byte[] array(Collection<Entry> entries, BiConsumer<Entry, ByteArrayOutputStream> item) {
        List<Entry> sorted = entries.stream().sorted(LIVE_FIRST).toList();
        ByteArrayOutputStream out = new ByteArrayOutputStream(16 + 512 * sorted.size());
        out.write('[');
        for (int i = 0; i < sorted.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            item.accept(sorted.get(i), out);
        }
        out.write(']');
        return out.toByteArray();
    }
}
