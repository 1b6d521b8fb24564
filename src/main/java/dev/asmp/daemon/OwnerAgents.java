package dev.asmp.daemon;

import dev.asmp.document.ByteBudget;
import dev.asmp.lieutenant.Agents;
import dev.asmp.lieutenant.KeptRecords;
import dev.asmp.manifest.Environment;
import dev.asmp.vm.VmStore;
import java.time.InstantSource;

/** The owner's agents with their records, and the alarm that asks them when that is due. */
final class OwnerAgents implements AutoCloseable {
    private final Agents agents;

    OwnerAgents(Environment environment, VmStore store, String host, InstantSource clock, Log log) {
        this.agents = new Agents(environment.stateFolder().resolve("agents"), new KeptRecords(store, host), null,
                environment, clock, new ByteBudget(MemoryBudgets.AGENTS.bytes()), log::info);
    }

    Agents agents() {
        return agents;
    }

    /** Attaches to all agents that are recorded. */
    void begin(PeriodicTasks tasks) {
        Alarm due = tasks.alarm("the agents", agents::untilDue, agents::tend);
        agents.open(due::wake);
    }

    /** Lets go of the agents, which work on. */
    @Override
    public void close() {
        agents.close();
    }
}
