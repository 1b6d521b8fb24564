package dev.asmp.registry;

import dev.asmp.document.Timestamps;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/** The ports of this host with the names of the registered services that declare each of them, and since when; immutable. */
public record Ports(TreePMap<Integer, TreePMap<String, Instant>> holders) {
    static final Ports NONE = new Ports(TreePMap.empty());
    private static final int MAX_WARNINGS = 20;
    private static final Comparator<Map.Entry<String, Instant>> FIRST = Map.Entry
            .<String, Instant>comparingByValue().thenComparing(Map.Entry.comparingByKey());

    Ports plus(Entry entry) {
        TreePMap<Integer, TreePMap<String, Instant>> next = holders;
        for (int port : entry.heldPorts()) {
            next = next.plus(port, of(next, port).plus(entry.name(), entry.state().holdsPortsSince()));
        }
        return new Ports(next);
    }

    Ports minus(Entry entry) {
        TreePMap<Integer, TreePMap<String, Instant>> next = holders;
        for (int port : entry.heldPorts()) {
            TreePMap<String, Instant> rest = of(next, port).minus(entry.name());
            next = rest.isEmpty() ? next.minus(port) : next.plus(port, rest);
        }
        return new Ports(next);
    }

    private static TreePMap<String, Instant> of(TreePMap<Integer, TreePMap<String, Instant>> all, int port) {
        return all.getOrDefault(port, TreePMap.empty());
    }

    /** The name of another registered service that declares this port, the one that came first; or null. */
    @Nullable
    String holderOf(int port, String exceptName) {
        return of(holders, port).entrySet().stream().filter(holder -> !holder.getKey().equals(exceptName)).min(FIRST)
                .map(Map.Entry::getKey).orElse(null);
    }

    /** The ports that several services declare, with their names, the one that came first marked. */
    public Map<Integer, List<String>> shared() {
        Map<Integer, List<String>> shared = new TreeMap<>();
        holders.forEach((port, names) -> {
            if (names.size() > 1) {
                List<Map.Entry<String, Instant>> inOrder = names.entrySet().stream().sorted(FIRST).toList();
                boolean isKnown = inOrder.getFirst().getValue().isBefore(inOrder.get(1).getValue());
                List<String> shown = new ArrayList<>(inOrder.stream().map(Map.Entry::getKey).toList());
                shown.set(0, shown.getFirst() + (isKnown ? " (first)" : ""));
                shared.put(port, shown);
            }
        });
        return shared;
    }

    /** What is unusual about the ports of an entry, each in a sentence. */
    List<String> warnings(Entry entry) {
        List<String> warnings = new ArrayList<>();
        for (int port : new LinkedHashSet<>(entry.heldPorts())) {
            String other = holderOf(port, entry.name());
            int count = of(holders, port).size();
            if (other != null && warnings.size() < MAX_WARNINGS) {
                warnings.add("port " + port + " is also declared by '" + other + "'"
                        + order(of(holders, port).get(other), entry.state().holdsPortsSince())
                        + (count > 2 ? " and " + (count - 2) + " more" : ""));
            }
        }
        return warnings;
    }

    /** Who came first, where that is known. */
    private static String order(@Nullable Instant other, Instant own) {
        return other == null || other.equals(own)
                ? ""
                : " (" + (other.isBefore(own) ? "which came first, " : "which came later, ") + Timestamps.format(other)
                        + ")";
    }
}
