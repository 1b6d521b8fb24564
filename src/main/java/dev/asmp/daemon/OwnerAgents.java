package dev.asmp.daemon;

import dev.asmp.document.ByteBudget;
import dev.asmp.lieutenant.Agents;
import dev.asmp.lieutenant.JournaledRecords;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;

/** The owner's agents with their records, and the alarm that asks them when that is due. */
final class OwnerAgents implements AutoCloseable {
    private final JournaledRecords records;
    private final Agents agents;

    OwnerAgents(Path home, Environment environment, InstantSource clock, Log log) {
        this.records = new JournaledRecords(home.resolve(JournaledRecords.FILE), log::error);
        this.agents = new Agents(home.resolve("agents"), records, null, environment, clock,
                new ByteBudget(MemoryBudgets.AGENTS.bytes()), log::info);
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
    public void close() throws IOException {
        agents.close();
        records.close();
    }
}
