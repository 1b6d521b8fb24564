package dev.asmp.lieutenant;

import dev.asmp.document.ByteBudget;
import dev.asmp.lieutenant.AgentRecord.Kind;
import dev.asmp.store.RefusedException;
import dev.asmp.store.RefusedException.Reason;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The agents of this process by name, each with the memory that it may take. One that was not started frees its name. */
final class AgentTable {
    private final Map<String, ManagedAgent> agents = new ConcurrentHashMap<>();
    private final ByteBudget budget;

    AgentTable(ByteBudget budget) {
        this.budget = budget;
    }

    private static String name(ManagedAgent agent) {
        return agent.record().identity().name();
    }

    @Nullable
    ManagedAgent find(String name) {
        return agents.get(name);
    }

    /** The agent of this name, unless it was not started or is no longer held. */
    @Nullable
    ManagedAgent findLive(String name) {
        ManagedAgent there = agents.get(name);
        return there == null || there.state().isForgotten() ? null : there;
    }

    Collection<ManagedAgent> all() {
        return agents.values();
    }

    /** All of a kind, by name. */
    List<ManagedAgent> all(Kind kind) {
        return agents.values().stream().filter(agent -> agent.record().identity().kind() == kind)
                .sorted(Comparator.comparing(AgentTable::name)).toList();
    }

    /** Refuses a name that an agent has. */
    void requireFree(String name) {
        if (findLive(name) != null) {
            throw taken(name);
        }
    }

    static RefusedException taken(String name) {
        return new RefusedException(Reason.CONFLICT, "there is an agent '" + name + "' already");
    }

    /** Adds a new agent; refused where its name is taken, or there are as many as there may be. */
    synchronized void add(ManagedAgent agent) {
        requireFree(name(agent));
        if (!agents.containsKey(name(agent)) && !budget.tryTake(Agents.BYTES)) {
            throw new RefusedException(Reason.FULL,
                    "there are " + agents.size() + " agents already, as many as there may be");
        }
        agents.put(name(agent), agent);
    }

    /** Adds an agent that is recorded, whatever memory is left: it must not be away. */
    synchronized void open(ManagedAgent agent) {
        if (agents.put(name(agent), agent) == null) {
            var _ = budget.tryTake(Agents.BYTES);
        }
    }

    synchronized boolean remove(ManagedAgent agent) {
        boolean removed = agents.remove(name(agent), agent);
        if (removed) {
            budget.release(Agents.BYTES);
        }
        return removed;
    }
}
