package dev.asmp.registry;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/** The ports of this host with the names of the registered services that declare each of them, immutable. */
public record Ports(TreePMap<Integer, TreePSet<String>> names) {
    static final Ports NONE = new Ports(TreePMap.empty());
    private static final int MAX_WARNINGS = 20;

    Ports plus(Entry entry) {
        TreePMap<Integer, TreePSet<String>> next = names;
        for (int port : entry.heldPorts()) {
            next = next.plus(port, next.getOrDefault(port, TreePSet.empty()).plus(entry.name()));
        }
        return new Ports(next);
    }

    Ports minus(Entry entry) {
        TreePMap<Integer, TreePSet<String>> next = names;
        for (int port : entry.heldPorts()) {
            TreePSet<String> rest = next.getOrDefault(port, TreePSet.empty()).minus(entry.name());
            next = rest.isEmpty() ? next.minus(port) : next.plus(port, rest);
        }
        return new Ports(next);
    }

    /** The name of another registered service that declares this port, or null. */
    @Nullable
    String holderOf(int port, String exceptName) {
        TreePSet<String> holders = names.get(port);
        return holders == null
                ? null
                : holders.stream().filter(name -> !name.equals(exceptName)).findFirst().orElse(null);
    }

    /** The ports that several services declare, with their names. */
    public Map<Integer, Collection<String>> shared() {
        Map<Integer, Collection<String>> shared = new TreeMap<>();
        names.forEach((port, holders) -> {
            if (holders.size() > 1) {
                shared.put(port, holders);
            }
        });
        return shared;
    }

    /** What is unusual about the ports of an entry, each in a sentence. */
    List<String> warnings(Entry entry) {
        List<String> warnings = new ArrayList<>();
        for (int port : new LinkedHashSet<>(entry.heldPorts())) {
            String other = holderOf(port, entry.name());
            int count = names.getOrDefault(port, TreePSet.empty()).size();
            if (other != null && warnings.size() < MAX_WARNINGS) {
                warnings.add("port " + port + " is also declared by '" + other + "'"
                        + (count > 2 ? " and " + (count - 2) + " more" : ""));
            }
        }
        return warnings;
    }
}
