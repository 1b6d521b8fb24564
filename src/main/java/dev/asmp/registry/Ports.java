package dev.asmp.registry;

import dev.asmp.document.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** The ports of this host with the registered services that declare each of them, the first one first; immutable. */
public record Ports(TreePMap<Integer, TreePSet<Holder>> holders) {
    static final Ports NONE = new Ports(TreePMap.empty());
    private static final int MAX_WARNINGS = 20;

    /** A service that declares a port, and since when as far as is known. */
    record Holder(Instant since, String name) implements Comparable<Holder> {
        static Holder of(Entry entry) {
            return new Holder(entry.state().holdsPortsSince(), entry.name());
        }

        @Override
        public int compareTo(Holder other) {
            int byTime = since.compareTo(other.since);
            return byTime == 0 ? name.compareTo(other.name) : byTime;
        }
    }

    Ports plus(Entry entry) {
        TreePMap<Integer, TreePSet<Holder>> next = holders;
        for (int port : entry.heldPorts()) {
            next = next.plus(port, next.getOrDefault(port, TreePSet.empty()).plus(Holder.of(entry)));
        }
        return new Ports(next);
    }

    Ports minus(Entry entry) {
        TreePMap<Integer, TreePSet<Holder>> next = holders;
        for (int port : entry.heldPorts()) {
            TreePSet<Holder> rest = next.getOrDefault(port, TreePSet.empty()).minus(Holder.of(entry));
            next = rest.isEmpty() ? next.minus(port) : next.plus(port, rest);
        }
        return new Ports(next);
    }

    /** The name of another registered service that declares this port, the one that came first; or null. */
    @Nullable
    String holderOf(int port, String exceptName) {
        Holder other = otherHolder(port, exceptName);
        return other == null ? null : other.name;
    }

    // Looks at two of them at most, however many there are: each announcement asks.
    private @Nullable Holder otherHolder(int port, String exceptName) {
        return holders.getOrDefault(port, TreePSet.empty()).stream().filter(holder -> !holder.name.equals(exceptName))
                .findFirst().orElse(null);
    }

    /** A sentence for each port that several services declare: so many ports at most, with so many names each. */
    public List<String> shared(int most, int named) {
        return holders.entrySet().stream().filter(port -> port.getValue().size() > 1).limit(most)
                .map(port -> "port " + port.getKey() + " is declared by " + names(port.getValue(), named)).toList();
    }

    /** Names in the order in which they came, the first one marked where that is known. */
    private static String names(TreePSet<Holder> all, int most) {
        List<Holder> some = all.stream().limit(Math.max(most, 2)).toList();
        String mark = some.getFirst().since.isBefore(some.get(1).since) ? " (first)" : "";
        return some.getFirst().name + mark
                + some.stream().skip(1).limit(most - 1L).map(holder -> ", " + holder.name).collect(Collectors.joining())
                + (all.size() > most ? ", …" : "");
    }

    /** What is unusual about the ports of an entry, each in a sentence. */
    List<String> warnings(Entry entry) {
        List<String> warnings = new ArrayList<>();
        for (int port : new LinkedHashSet<>(entry.heldPorts())) {
            Holder other = otherHolder(port, entry.name());
            int count = holders.getOrDefault(port, TreePSet.empty()).size();
            if (other != null && warnings.size() < MAX_WARNINGS) {
                warnings.add("port " + port + " is also declared by '" + other.name + "'"
                        + order(other.since, entry.state().holdsPortsSince())
                        + (count > 2 ? " and " + (count - 2) + " more" : ""));
            }
        }
        return warnings;
    }

    /** Who came first, where that is known. */
    private static String order(Instant other, Instant own) {
        return other.equals(own)
                ? ""
                : " (" + (other.isBefore(own) ? "which came first, " : "which came later, ") + Timestamps.format(other)
                        + ")";
    }
}
