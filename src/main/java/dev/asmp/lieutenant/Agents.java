package dev.asmp.lieutenant;

import dev.asmp.agent.AgentFolder;
import dev.asmp.agent.AgentHost;
import dev.asmp.agent.LocalHost;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Mapping;
import dev.asmp.lieutenant.AgentRecord.Identity;
import dev.asmp.lieutenant.AgentRecord.Kind;
import dev.asmp.lieutenant.AgentRecord.Status;
import dev.asmp.lieutenant.Spawner.Step;
import dev.asmp.manifest.Environment;
import dev.asmp.store.RefusedException;
import dev.asmp.store.RefusedException.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The agents of this host's owner by name: lieutenants and workers. Stopping lets go of them, and starting attaches to them
 * again; nothing but removing one forgets it.
 */
public final class Agents implements AutoCloseable {
    /** The heap that one agent may take: a line, the texts of two tasks, its results. Measured and rounded up. */
    static final long BYTES = 3 * 512 * 1024;
    private static final int PARALLEL_STARTS = 4;
    private static final int DEPTH = 3;
    private static final Duration READY = Duration.ofSeconds(60);
    private static final Duration QUICK = Duration.ofSeconds(60);
    private static final Duration MAKE = Duration.ofMinutes(4);

    private final Path home;
    private final LieutenantRecords records;
    private final @Nullable VmLife vms;
    private final Environment environment;
    private final InstantSource clock;
    private final ByteBudget budget;
    private final Consumer<String> log;
    private final AgentHost here;
    private final Map<String, ManagedAgent> agents = new ConcurrentHashMap<>();
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
        this.vms = vms;
        this.environment = environment;
        this.clock = clock;
        this.budget = budget;
        this.log = log;
        Map<String, String> few = new HashMap<>();
        for (String name : List.of("PATH", "HOME")) {
            String value = environment.variable(name);
            few.put(name, value == null ? "/usr/local/bin:/usr/bin:/bin" : value);
        }
        this.here = new LocalHost(few);
    }

    /** Reads all records and attaches to the agents; {@code planned} is told when {@link #untilDue} may have changed. */
    public void open(Runnable told) {
        planned = told;
        for (Mapping document : records.load()) {
            try {
                open(AgentRecord.of(document));
            } catch (RuntimeException e) { // kept as it is, and no reason for the others to be away
                log.accept("agent " + document.text("name") + " cannot be opened: " + Spawner.reason(e));
            }
        }
    }

    private void open(AgentRecord record) {
        ManagedAgent agent = managed(record);
        agents.put(record.identity().name(), agent);
        var _ = budget.tryTake(BYTES);
        switch (record.status()) {
            case STARTING -> Thread.startVirtualThread(() -> abandon(agent));
            case PAUSED, ERROR, LOST -> {
                // Nothing runs that could be attached.
            }
            case IDLE, WORKING, UNREACHABLE -> agent.attach(folder(record.identity()));
        }
    }

    private ManagedAgent managed(AgentRecord record) {
        return new ManagedAgent(record, home(), clock, records::save, () -> planned.run());
    }

    private ManagedAgent.Home home() {
        return new ManagedAgent.Home() {
            @Override
            public VmLife.Presence presence(Identity identity) throws IOException {
                String vm = identity.vm();
                return vm == null ? VmLife.Presence.THERE : vms().presence(vm);
            }

            @Override
            public void use(Identity identity) {
                String vm = identity.vm();
                if (vm != null) {
                    vms().use(vm);
                }
            }
        };
    }

    private AgentHost host(Identity identity) {
        String vm = identity.vm();
        return vm == null ? here : vms().host(vm);
    }

    private VmLife vms() {
        if (vms == null) {
            throw new RefusedException(Reason.CONFLICT,
                    "there is no access to Vers here, so agents run on this machine only (local)");
        }
        return vms;
    }

    private AgentFolder folder(Identity identity) {
        return new AgentFolder(host(identity), identity.folder());
    }

    /** Ends what a start that this process did not finish has left behind. */
    private void abandon(ManagedAgent agent) {
        try {
            end(agent.record().identity());
            fail(agent, "the daemon was stopped while it was started; nothing of it is left");
        } catch (IOException | RuntimeException e) {
            agent.is(Status.ERROR, "its start was not finished, and what is left of it could not be removed: "
                    + Spawner.reason(e));
        }
    }

    /** Ends an agent with all that it has: its process, its folder, its VM. */
    private void end(Identity identity) throws IOException {
        if (identity.isLocal()) {
            folder(identity).kill();
            folder(identity).delete();
            return;
        }
        for (Mapping made : vms().agents()) { // also one that was made and not told any more
            if (identity.id().equals(made.text("id"))) {
                vms().delete(AgentRecord.need(made, "vm"));
            }
        }
    }

    /** Keeps a start that failed in memory, so that its reason can be read; its name is free again. */
    private void fail(ManagedAgent agent, String why) {
        agent.forget();
        records.remove(agent.record().identity().id());
        agent.is(Status.ERROR, why);
    }

    /** Begins to start an agent; its status tells how that goes. */
    public Mapping create(AgentRequest request) {
        if (!request.isLocal()) {
            vms().check();
        }
        int depth = depth(request.parent());
        if (depth > DEPTH) {
            throw new RefusedException(Reason.FORBIDDEN, "agents of agents may be " + DEPTH + " deep, and this would be "
                    + depth);
        }
        if (!budget.tryTake(BYTES)) {
            throw new RefusedException(Reason.FULL,
                    "there are " + agents.size() + " agents already, as many as there may be");
        }
        Instant now = clock.instant();
        String id = request.name() + "-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
        Identity identity = new Identity(id, request.name(), request.kind(), request.role(), null,
                request.isLocal() ? home.resolve(id).toString() : "/run/asmp/agents/" + id, request.model(),
                request.parent(), request.isLocal() ? null : Objects.requireNonNullElse(request.commit(), ""), now);
        ManagedAgent agent = managed(AgentRecord.born(identity));
        ManagedAgent there = agents.putIfAbsent(request.name(), agent);
        if (there != null && !(there.isForgotten() && agents.replace(request.name(), there, agent))) {
            budget.release(BYTES);
            throw taken(request.name());
        }
        if (there != null) {
            budget.release(BYTES);
        }
        try {
            agent.is(Status.STARTING, null);
        } catch (RuntimeException e) {
            agents.remove(request.name(), agent);
            budget.release(BYTES);
            throw e;
        }
        Thread.ofVirtual().start(() -> start(agent, request));
        return agent.view();
    }

    private int depth(@Nullable String parent) {
        int depth = 1;
        for (String name = parent; name != null && depth <= DEPTH; depth++) {
            ManagedAgent agent = agents.get(name);
            name = agent == null ? null : agent.record().identity().parent();
        }
        return depth;
    }

    private void start(ManagedAgent agent, AgentRequest request) {
        try {
            starts.acquire();
            try {
                agent.start(request.isLocal() ? localSteps(agent, request) : remoteSteps(agent, request), log);
            } finally {
                starts.release();
            }
            log.accept("agent " + request.name() + " is ready");
        } catch (Spawner.Failure | InterruptedException | RuntimeException e) {
            if (!closed) {
                fail(agent, Spawner.reason(e));
                log.accept("agent " + request.name() + " was not started: " + Spawner.reason(e));
            }
        }
    }

    private Birth birth(ManagedAgent agent, AgentRequest request) {
        return new Birth(environment, agent.record().identity(), request, vms == null ? null : vms.registryUrl());
    }

    private AgentFolder folder(ManagedAgent agent) {
        return folder(agent.record().identity());
    }

    private List<Step> localSteps(ManagedAgent agent, AgentRequest request) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("write_files", QUICK, () -> birth(agent, request).prepare(folder(agent)))
                .undoneBy(() -> folder(agent).delete()));
        steps.add(Step.of("start_agent", QUICK, () -> folder(agent).start()).undoneBy(() -> folder(agent).kill()));
        steps.addAll(lastSteps(agent, request));
        return steps;
    }

    /** The steps on a VM: what happens in it needs no undo of its own, since it is deleted. */
    private List<Step> remoteSteps(ManagedAgent agent, AgentRequest request) {
        Identity identity = agent.record().identity();
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("create_vm", MAKE, () -> agent.on(vms().create(request.commit(), identity.facts())))
                .undoneBy(() -> deleteVm(agent)));
        steps.add(Step.of("wait_vm", MAKE, () -> vms().awaitReady(vm(agent))));
        steps.add(Step.of("end_leftovers", QUICK, () -> Birth.endLeftovers(host(agent.record().identity()))));
        steps.add(Step.of("write_identity", QUICK,
                () -> birth(agent, request).identify(host(agent.record().identity()))));
        steps.add(Step.of("write_files", QUICK, () -> birth(agent, request).prepare(folder(agent))));
        steps.add(Step.of("start_agent", QUICK, () -> folder(agent).start()));
        steps.addAll(lastSteps(agent, request));
        steps.add(Step.of("validate", QUICK, () -> birth(agent, request).validate(host(agent.record().identity()))));
        return steps;
    }

    private static String vm(ManagedAgent agent) {
        return Objects.requireNonNull(agent.record().identity().vm());
    }

    private void deleteVm(ManagedAgent agent) throws IOException {
        String vm = agent.record().identity().vm();
        if (vm != null) {
            vms().delete(vm);
        }
    }

    private List<Step> lastSteps(ManagedAgent agent, AgentRequest request) {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("wait_ready", READY.plus(QUICK), () -> {
            agent.attach(folder(agent));
            agent.awaitReady(READY);
        }).undoneBy(agent::detach));
        Mapping model = birth(agent, request).model();
        if (model != null) {
            steps.add(Step.of("set_model", QUICK, () -> agent.call(model)));
        }
        return steps;
    }

    /** The agents that stay. */
    public AgentGroup lieutenants() {
        return new AgentGroup(this, Kind.LIEUTENANT);
    }

    public Swarm swarm() {
        return swarm;
    }

    /** Refuses a name that an agent has. */
    void requireFree(String name) {
        ManagedAgent there = agents.get(name);
        if (there != null && !there.isForgotten()) {
            throw taken(name);
        }
    }

    private static RefusedException taken(String name) {
        return new RefusedException(Reason.CONFLICT, "there is an agent '" + name + "' already");
    }

    @Nullable
    ManagedAgent find(String name) {
        return agents.get(name);
    }

    /** All of a kind, by name. */
    List<ManagedAgent> all(Kind kind) {
        return agents.values().stream().filter(agent -> agent.record().identity().kind() == kind)
                .sorted(Comparator.comparing(agent -> agent.record().identity().name())).toList();
    }

    /** Pauses the VM of an idle agent, whose memory stays. */
    void pause(ManagedAgent agent) throws IOException {
        Identity identity = agent.record().identity();
        String vm = identity.vm();
        if (vm == null) {
            throw new RefusedException(Reason.CONFLICT,
                    identity.name() + " runs on this machine; only an agent on a VM can be paused");
        }
        agent.is(Status.PAUSED, null);
        agent.detach();
        try {
            vms().pause(vm);
        } catch (IOException e) {
            agent.is(Status.UNREACHABLE, Spawner.reason(e));
            agent.attach(folder(identity));
            throw e;
        }
    }

    /** Starts an agent again that has ended, in its last session; or wakes its paused VM. */
    void resume(ManagedAgent agent) throws IOException, InterruptedException {
        AgentRecord record = agent.record();
        String vm = record.identity().vm();
        if (vm != null && record.status() == Status.PAUSED) {
            vms().resume(vm);
            vms().awaitReady(vm);
        }
        agent.is(Status.UNREACHABLE, null);
        AgentFolder folder = folder(record.identity());
        boolean ran = folder.state().alive();
        if (!ran) {
            folder.start();
        }
        agent.attach(folder);
        agent.awaitReady(READY);
        String session = record.sessionFile();
        if (session != null && !ran) {
            agent.call(Mapping.builder().put("type", "switch_session").put("sessionPath", session).build());
        }
        agent.is(Status.IDLE, null);
    }

    /** Ends an agent with all that it has, and forgets it when that is done. */
    void remove(ManagedAgent agent) throws IOException {
        Identity identity = agent.record().identity();
        if (!agent.isForgotten()) {
            end(identity);
            records.remove(identity.id());
            agent.forget();
        }
        if (agents.remove(identity.name(), agent)) {
            budget.release(BYTES);
        }
    }

    /** Attaches to agents on VMs of ours that have no record here, and answers their names. */
    List<String> discover(Kind kind) {
        if (vms == null) {
            return List.of();
        }
        List<String> found = new ArrayList<>();
        for (Mapping facts : vms.agents()) {
            Identity identity = Identity.of(facts, clock.instant());
            if (identity.kind() != kind || agents.containsKey(identity.name()) || !budget.tryTake(BYTES)) {
                continue;
            }
            ManagedAgent agent = managed(AgentRecord.born(identity));
            if (agents.putIfAbsent(identity.name(), agent) != null) {
                budget.release(BYTES);
                continue;
            }
            agent.is(Status.UNREACHABLE, null);
            agent.attach(folder(identity));
            found.add(identity.name());
        }
        return found;
    }

    /** The time until an agent is to be asked; null while none is. */
    public @Nullable Duration untilDue() {
        Instant first = null;
        for (ManagedAgent agent : agents.values()) {
            Instant due = agent.due();
            first = due == null || (first != null && first.isBefore(due)) ? first : due;
        }
        Duration left = first == null ? null : Duration.between(clock.instant(), first);
        return left != null && left.isNegative() ? Duration.ZERO : left;
    }

    /** Asks those agents that are due. */
    public void tend() {
        agents.values().forEach(ManagedAgent::tend);
    }

    /** Lets go of all agents, which work on. */
    @Override
    public void close() {
        closed = true;
        agents.values().forEach(ManagedAgent::detach);
    }
}
