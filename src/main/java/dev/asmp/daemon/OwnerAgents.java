package dev.asmp.daemon;

import dev.asmp.document.ByteBudget;
import dev.asmp.fleet.VmFleet;
import dev.asmp.lieutenant.Agents;
import dev.asmp.lieutenant.FleetVms;
import dev.asmp.lieutenant.KeptRecords;
import dev.asmp.manifest.Environment;
import dev.asmp.vm.Leases;
import dev.asmp.vm.VmStore;
import java.time.Duration;
import java.time.InstantSource;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The owner's agents with their records, and the alarm that asks them when that is due. */
final class OwnerAgents implements AutoCloseable {
    /** How often holds are prolonged; less than a third of what they last. */
    private static final Duration HOLDS = Duration.ofSeconds(3);

    private final Agents agents;
    private final @Nullable Leases leases;

    /** @param leases the holds on agents; null where this process alone has the store */
    OwnerAgents(Environment environment, VmStore store, @Nullable Leases leases, String host, Supplier<VmFleet> fleet,
            Supplier<@Nullable String> url, InstantSource clock, Log log) {
        this.leases = leases;
        String named = environment.variable("VERS_INFRA_URL");
        this.agents = new Agents(environment.stateFolder().resolve("agents"), new KeptRecords(store, host, leases),
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
        if (leases != null) {
            tasks.repeat("the holds on agents", () -> HOLDS, agents::share);
        }
    }

    /** Lets go of the agents, which work on. */
    @Override
    public void close() {
        agents.close();
        if (leases != null) {
            leases.close();
        }
    }
}
