package dev.asmp.lieutenant;

import dev.asmp.document.Mapping;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * The durable records of agents, by id. What was saved is there after a crash. Where several processes share them, each agent
 * has one holder, which alone is attached to it and changes its record; another process takes it over when the holder is gone.
 */
public interface LieutenantRecords {
    /**
     * Takes the agents that no process holds, and returns their records; where records are not shared, those of this host.
     *
     * @param vms whether this process reaches VMs, asked where an agent on one is free
     */
    List<Mapping> take(BooleanSupplier vms);

    /** Takes hold of an agent that is to be born; false where its name is another's. */
    default boolean claim(Mapping agent) {
        return true;
    }

    /** Tells whether an agent is held here. */
    default boolean holds(Mapping agent) {
        return true;
    }

    /** The records of agents that are not held here, each with its {@code holder}. */
    default List<Mapping> others() {
        return List.of();
    }

    /** Saves a record in place of an earlier one with its {@code id}; refused where another process may hold the agent. */
    void save(Mapping agent);

    /** Removes the record of an agent and lets go of it. */
    void remove(Mapping agent);

    /** Gives an agent back that is not to be held here. */
    default void release(Mapping agent) {}

    /** Prolongs the holds. */
    default void renew() {}
}
