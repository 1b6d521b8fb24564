package dev.asmp.lieutenant;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Mapping;
import dev.asmp.lieutenant.AgentRecord.Identity;
import dev.asmp.lieutenant.AgentRecord.Kind;
import dev.asmp.lieutenant.AgentRecord.Status;
import dev.asmp.manifest.Environment;
import dev.asmp.store.RefusedException;
import dev.asmp.store.RefusedException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The agents of this host's owner by name: lieutenants and workers. Stopping lets go of them, and starting attaches to them
 * again; nothing but removing one forgets it.
 */
public final class Agents implements AutoCloseable {
    /** The heap that one agent may take, estimated from the caps: a line, the texts of two tasks, its results. */
    static final long BYTES = 3 * 512 * 1024;
    private static final int PARALLEL_STARTS = 4;
    private static final int DEPTH = 3;

    private final Path home;
    private final LieutenantRecords records;
    private final AgentMachines machines;
    private final Environment environment;
    private final InstantSource clock;
    private final Consumer<String> log;
    private final AgentTable agents;
    private final Semaphore starts = new Semaphore(PARALLEL_STARTS);
    private volatile Runnable planned = () -> {};
    private final Swarm swarm = new Swarm(this);
    private volatile boolean closed;

    /**
     * Makes an empty set; {@link #open} reads the records.
     *
     * @param home the folder for the files of agents on this machine
     * @param vms null where this host has no VMs
     */
    public Agents(Path home, LieutenantRecords records, @Nullable VmLife vms, Environment environment,
            InstantSource clock, ByteBudget budget, Consumer<String> log) {
        this.home = home;
        this.records = records;
        this.machines = new AgentMachines(vms, environment);
        this.environment = environment;
        this.clock = clock;
        this.agents = new AgentTable(budget);
        this.log = log;
    }

    /** Reads all records and attaches to the agents; {@code planned} is told when {@link #untilDue} may have changed. */
    public void open(Runnable told) {
        planned = told;
        try {
            takeOver(_ -> {});
        } catch (RefusedException e) { // the store of several processes is away; tried again with the holds
            log.accept("the agents are not known yet: " + e.getMessage());
        }
    }

    /**
     * Lets go of agents that another process may hold now, and takes over those that none holds. Due every few seconds where
     * several processes share the records.
     */
    public void share() {
        records.renew();
        for (ManagedAgent agent : agents.all()) {
            Identity identity = agent.record().identity();
            if (!agent.state().isForgotten() && !records.holds(identity.key()) && agents.remove(agent)) {
                agent.state().lose();
                log.accept("agent " + identity.name() + " was let go of: this process cannot prove that it holds it");
            }
        }
        takeOver(agent -> log.accept("agent " + agent.text("name") + " was taken over: no process held it"));
    }

    /** @param taken is told of each agent that is opened */
    private void takeOver(Consumer<Mapping> taken) {
        for (Mapping document : records.take(machines::reachVms)) {
            ManagedAgent there = agents.findLive(String.valueOf(document.text("name")));
            try {
                if (there == null) {
                    open(AgentRecord.of(document));
                    taken.accept(document);
                } else if (!there.record().identity().id().equals(document.text("id"))) {
                    records.release(document); // another one here has its name
                }
            } catch (RuntimeException e) { // kept as it is, and no reason for the others to be away
                log.accept("agent " + document.text("name") + " cannot be opened: " + Spawner.reason(e));
            }
        }
    }

    private void open(AgentRecord record) {
        ManagedAgent agent = managed(record);
        agents.open(agent);
        switch (record.status()) {
            case STARTING -> Thread.startVirtualThread(() -> abandon(agent));
            case PAUSED, ERROR, LOST -> {
                // Nothing runs that could be attached.
            }
            case IDLE, WORKING, UNREACHABLE -> agent.attach();
        }
    }

    private ManagedAgent managed(AgentRecord record) {
        return new ManagedAgent(record, machines, clock, records::save, () -> planned.run());
    }

    /** Ends what a start that this process did not finish has left behind. */
    private void abandon(ManagedAgent agent) {
        try {
            machines.end(agent.record().identity());
            fail(agent, "the daemon was stopped while it was started; nothing of it is left");
        } catch (IOException | RuntimeException e) {
            if (agent.state().isLost()) {
                return;
            }
            agent.state().is(Status.ERROR, "its start was not finished, and what is left of it could not be removed: "
                    + Spawner.reason(e));
        }
    }

    /** Keeps a start that failed in memory, so that its reason can be read; its name is free again. */
    private void fail(ManagedAgent agent, String why) {
        agent.forget(() -> {});
        records.remove(agent.record().identity().key());
        agent.state().is(Status.ERROR, why);
    }

    /** Begins to start an agent; its status tells how that goes. */
    public Mapping create(AgentRequest request) {
        if (!request.isLocal()) {
            machines.vms().check();
        }
        int depth = depth(request.parent());
        if (depth > DEPTH) {
            throw new RefusedException(Reason.FORBIDDEN,
                    "agents of agents may be " + DEPTH + " deep, and this would be "
                            + depth);
        }
        Instant now = clock.instant();
        String id = request.name() + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Identity identity = new Identity(id, request.name(), request.kind(), request.role(), null,
                request.isLocal() ? home.resolve(id).toString() : "/run/asmp/agents/" + id, request.model(),
                request.parent(), request.isLocal() ? null : Objects.requireNonNullElse(request.commit(), ""), now);
        ManagedAgent agent = managed(AgentRecord.born(identity));
        agents.add(agent);
        try {
            if (!records.claim(identity.key())) {
                throw AgentTable.taken(request.name());
            }
            agent.state().is(Status.STARTING, null);
        } catch (RuntimeException e) {
            agents.remove(agent);
            throw e;
        }
        Thread.ofVirtual().start(() -> start(agent, request));
        return agent.view();
    }

    private int depth(@Nullable String parent) {
        int depth = 1;
        for (String name = parent; name != null && depth <= DEPTH; depth++) {
            ManagedAgent agent = agents.find(name);
            name = agent == null ? null : agent.record().identity().parent();
        }
        return depth;
    }

    private void start(ManagedAgent agent, AgentRequest request) {
        try {
            starts.acquire();
            try {
                agent.start(new AgentStart(machines, environment, agent, request).steps(), log);
            } finally {
                starts.release();
            }
            log.accept("agent " + request.name() + " is ready");
        } catch (Spawner.Failure | InterruptedException | RuntimeException e) {
            if (!closed && !agent.state().isLost()) {
                fail(agent, Spawner.reason(e));
                log.accept("agent " + request.name() + " was not started: " + Spawner.reason(e));
            }
        }
    }

    /** The agents that stay. */
    public AgentGroup lieutenants() {
        return new AgentGroup(this, Kind.LIEUTENANT);
    }

    public Swarm swarm() {
        return swarm;
    }

    AgentTable table() {
        return agents;
    }

    @Nullable
    ManagedAgent find(String name) {
        return agents.find(name);
    }

    /** The agents of a kind that another process holds, by name, as they are recorded. */
    List<Mapping> elsewhere(Kind kind) {
        return records.others().stream().filter(document -> kind.word().equals(document.text("kind")))
                .map(document -> AgentRecord.of(document).view(clock.instant(), false)
                        .put("holder", document.text("holder")).build())
                .toList();
    }

    /** Ends an agent with all that it has, and forgets it when that is done. */
    void remove(ManagedAgent agent) throws IOException {
        Identity identity = agent.record().identity();
        if (!agent.state().isForgotten()) {
            agent.state().proveHold(); // its end cannot be taken back
            machines.end(identity);
            agent.forget(() -> records.remove(identity.key()));
        }
        agents.remove(agent);
    }

    /** Attaches to agents on VMs of ours that have no record here, and answers their names. */
    List<String> discover(Kind kind) {
        List<String> found = new ArrayList<>();
        for (Mapping facts : machines.agents()) {
            Identity identity = Identity.of(facts, clock.instant());
            if (identity.kind() != kind || agents.find(identity.name()) != null) {
                continue;
            }
            ManagedAgent agent = managed(AgentRecord.born(identity));
            agents.add(agent);
            if (!records.claim(identity.key())) {
                agents.remove(agent);
                continue;
            }
            agent.state().is(Status.UNREACHABLE, null);
            agent.attach();
            found.add(identity.name());
        }
        return found;
    }

    /** The time until an agent is to be asked; null while none is. */
    public @Nullable Duration untilDue() {
        Instant first = null;
        for (ManagedAgent agent : agents.all()) {
            Instant due = agent.driver().due();
            first = due == null || (first != null && first.isBefore(due)) ? first : due;
        }
        Duration left = first == null ? null : Duration.between(clock.instant(), first);
        return left != null && left.isNegative() ? Duration.ZERO : left;
    }

    /** Asks those agents that are due. */
    public void tend() {
        agents.all().forEach(agent -> agent.driver().tend());
    }

    /** Lets go of all agents, which work on. */
    @Override
    public void close() {
        closed = true;
        agents.all().forEach(agent -> agent.state().detach());
    }
}
