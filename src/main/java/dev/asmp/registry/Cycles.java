package dev.asmp.registry;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The groups of names that depend on each other in a circle: Tarjan's strongly connected components, with a stack of its own,
 * since manifests decide how deep the graph is.
 */
final class Cycles {
    private final Map<String, List<String>> next;
    private final Map<String, Integer> order = new HashMap<>();
    private final Map<String, Integer> lowest = new HashMap<>();
    private final Deque<String> open = new ArrayDeque<>();
    private final Set<String> isOpen = new HashSet<>();
    private final List<List<String>> found = new ArrayList<>();

    private Cycles(Map<String, List<String>> next) {
        this.next = next;
    }

    /** The members of each circle in order of names; {@code next} has an item for each name. */
    static List<List<String>> in(Map<String, List<String>> next) {
        Cycles cycles = new Cycles(next);
        for (String name : next.keySet()) {
            if (!cycles.order.containsKey(name)) {
                cycles.walk(name);
            }
        }
        return List.copyOf(cycles.found);
    }

    /** A name on the way down, with those of its successors that are still to be looked at. */
    private record Step(String name, Iterator<String> left) {}

    private void walk(String from) {
        Deque<Step> way = new ArrayDeque<>();
        way.push(enter(from));
        while (!way.isEmpty()) {
            Step step = way.getFirst();
            Step deeper = descend(step);
            if (deeper != null) {
                way.push(deeper);
                continue;
            }
            way.pop();
            leave(step.name);
            if (!way.isEmpty()) {
                lowest.merge(way.getFirst().name, lowestOf(step.name), Math::min);
            }
        }
    }

    /** The next successor that was not entered yet; null when all are done. */
    private @Nullable Step descend(Step step) {
        while (step.left.hasNext()) {
            String successor = step.left.next();
            if (!order.containsKey(successor)) {
                return enter(successor);
            }
            if (isOpen.contains(successor)) {
                lowest.merge(step.name, orderOf(successor), Math::min);
            }
        }
        return null;
    }

    private Step enter(String name) {
        order.put(name, order.size());
        lowest.put(name, orderOf(name));
        open.push(name);
        isOpen.add(name);
        return new Step(name, next.getOrDefault(name, List.of()).iterator());
    }

    /** Closes the group that begins with this name, if it begins one. */
    private void leave(String name) {
        if (lowestOf(name) != orderOf(name)) {
            return;
        }
        List<String> group = new ArrayList<>();
        String member;
        do {
            member = open.pop();
            isOpen.remove(member);
            group.add(member);
        } while (!member.equals(name));
        if (group.size() > 1 || next.getOrDefault(name, List.of()).contains(name)) {
            found.add(group.stream().sorted().toList());
        }
    }

    private int orderOf(String name) {
        return order.getOrDefault(name, 0);
    }

    private int lowestOf(String name) {
        return lowest.getOrDefault(name, 0);
    }
}
