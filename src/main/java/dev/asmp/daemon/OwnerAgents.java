package dev.asmp.daemon;

import dev.asmp.document.ByteBudget;
import dev.asmp.fleet.VmFleet;
import dev.asmp.lieutenant.Agents;
import dev.asmp.lieutenant.FleetVms;
import dev.asmp.lieutenant.KeptRecords;
import dev.asmp.manifest.Environment;
import dev.asmp.vm.VmStore;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The owner's agents with their records, and the alarm that asks them when that is due. */
final class OwnerAgents implements AutoCloseable {
    private final Agents agents;

    OwnerAgents(Environment environment, VmStore store, String host, Supplier<VmFleet> fleet,
            Supplier<@Nullable String> url, InstantSource clock, Log log) {
        String named = environment.variable("VERS_INFRA_URL");
        this.agents = new Agents(environment.stateFolder().resolve("agents"), new KeptRecords(store, host),
                new FleetVms(fleet, () -> named == null ? url.get() : named), environment, clock,
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
    public void close() {
        agents.close();
    }
}
