package dev.asmp.lieutenant;

import dev.asmp.agent.AgentChannel;
import dev.asmp.agent.AgentException;
import dev.asmp.agent.AgentFolder;
import dev.asmp.agent.AgentMessage;
import dev.asmp.agent.RelayChannel;
import dev.asmp.agent.TaskWatch;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.lieutenant.AgentRecord.Identity;
import dev.asmp.lieutenant.AgentRecord.Status;
import dev.asmp.lieutenant.AgentState.Held;
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One agent: attached to its process, or told that this has ended or cannot be reached. */
final class ManagedAgent implements AgentChannel.Listener {
    static final Duration READY = Duration.ofSeconds(60);
    private static final Duration QUICK = Duration.ofSeconds(15);

    private final AgentState state;
    private final AgentTasks tasks;
    private final TaskDriver driver;
    private final AgentMachines machines;
    private final InstantSource clock;

    /**
     * Makes an agent that is not attached.
     *
     * @param planned is told when {@link TaskDriver#due} may have changed
     */
    ManagedAgent(AgentRecord record, AgentMachines machines, InstantSource clock, Consumer<Mapping> save,
            Runnable planned) {
        this.machines = machines;
        this.clock = clock;
        this.state = new AgentState(record, clock, save);
        this.tasks = new AgentTasks(state, clock);
        this.driver = new TaskDriver(state, tasks, machines, clock, planned);
    }

    AgentState state() {
        return state;
    }

    AgentTasks tasks() {
        return tasks;
    }

    TaskDriver driver() {
        return driver;
    }

    AgentRecord record() {
        return state.record();
    }

    /** Begins to attach, from where its output was handled last. */
    void attach() {
        AgentFolder folder = machines.folder(record().identity());
        try (Held _ = state.locked()) {
            state.detach();
            tasks.rewatch();
            RelayChannel next = new RelayChannel(record().identity().name(), folder, record().position(), this);
            state.channel(next);
            next.begin();
        }
    }

    /** Runs the steps of its start. */
    void start(List<Spawner.Step> steps, Consumer<String> log) throws Spawner.Failure {
        new Spawner(log).run(steps, state::step);
        state.step(null);
        state.is(Status.IDLE, null);
    }

    /** Pauses the VM of the idle agent, whose memory stays. */
    void pause() throws IOException {
        Identity identity = record().identity();
        String vm = identity.vm();
        if (vm == null) {
            throw new RefusedException(RefusedException.Reason.CONFLICT,
                    identity.name() + " runs on this machine; only an agent on a VM can be paused");
        }
        state.is(Status.PAUSED, null);
        state.detach();
        try {
            machines.vms().pause(vm);
        } catch (IOException e) {
            state.is(Status.UNREACHABLE, Spawner.reason(e));
            attach();
            throw e;
        }
    }

    /** Starts the agent again that has ended, in its last session; or wakes its paused VM. */
    void resume() throws IOException, InterruptedException {
        state.proveHold();
        AgentRecord record = record();
        String vm = record.identity().vm();
        if (vm != null && record.status() == Status.PAUSED) {
            machines.vms().resume(vm);
            machines.vms().awaitReady(vm);
        }
        state.is(Status.UNREACHABLE, null);
        AgentFolder folder = machines.folder(record.identity());
        boolean ran = folder.state().alive();
        if (!ran) {
            folder.start();
        }
        attach();
        awaitReady(READY);
        String session = record.sessionFile();
        if (session != null && !ran) {
            call(Mapping.builder().put("type", "switch_session").put("sessionPath", session).build());
        }
        state.is(Status.IDLE, null);
    }

    /** Removes its record and lets go of it for ever; nothing can be saved between the two, or after them. */
    void forget(Runnable removal) {
        try (Held _ = state.locked()) {
            removal.run();
            state.forget();
            tasks.finish(new TaskWatch(clock.instant()).lost(TaskWatch.Outcome.CANCELLED, "the agent was removed"));
        }
    }

    /** Sends a command and waits for its answer. */
    Mapping call(Mapping command) {
        try {
            return state.ask(command, QUICK).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof AgentException agent ? agent : e;
        }
    }

    /** Waits until the agent answers; fails at once when it has ended. */
    void awaitReady(Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                learn(state.ask("get_state", Duration.ofSeconds(5)).get());
                return;
            } catch (ExecutionException _) {
                AgentRecord now = record();
                if (now.error() != null) {
                    throw new IOException(now.error());
                }
                if (System.nanoTime() - end > 0) {
                    throw new IOException("it did not answer within " + limit.toSeconds() + " s");
                }
                TimeUnit.MILLISECONDS.sleep(100);
            }
        }
    }

    private void learn(Mapping said) {
        String session = said.text("sessionFile");
        try (Held _ = state.locked()) {
            if (session != null && !session.equals(record().sessionFile())) {
                state.set(record().inSession(session));
            }
        }
    }

    @Override
    public void connected() {
        try (Held _ = state.locked()) {
            AgentRecord record = record();
            if (record.status() == Status.UNREACHABLE || record.status() == Status.ERROR) {
                state.is(record.task() == null ? Status.IDLE : Status.WORKING, null);
            }
            state.signal(); // for those who wait for the connection
        }
        if (record().status() != Status.STARTING) {
            compare();
        }
    }

    /** Asks the agent whether it works; again if a task began or ended while it was asked, since the answer may be of before. */
    private void compare() {
        AgentRecord before = record();
        var _ = state.ask("get_state", QUICK).thenAccept(said -> {
            learn(said);
            if (!driver.compare(said, before)) {
                compare();
            }
        });
    }

    @Override
    public void heard(AgentMessage message) {
        driver.heard(message);
    }

    @Override
    public void unreachable(String why) {
        VmLife.Presence presence = VmLife.Presence.THERE;
        try {
            presence = machines.presence(record().identity());
        } catch (IOException | RuntimeException _) {
            // Not known, so it is taken to be there.
        }
        try (Held _ = state.locked()) {
            Status status = record().status();
            if (status != Status.IDLE && status != Status.WORKING && status != Status.UNREACHABLE) {
                return;
            }
            switch (presence) {
                case THERE -> {
                    if (status != Status.UNREACHABLE) {
                        state.is(Status.UNREACHABLE, why);
                    }
                }
                case PAUSED -> {
                    state.is(Status.PAUSED, null);
                    state.detach();
                }
                case GONE -> {
                    state.is(Status.LOST, "its VM is gone");
                    tasks.lose(TaskWatch.Outcome.LOST, "the agent's VM is gone");
                    state.detach();
                }
            }
        }
    }

    @Override
    public void ended(String why) {
        try (Held _ = state.locked()) {
            if (state.isForgotten()) {
                return;
            }
            boolean starts = record().status() == Status.STARTING; // its start fails now, and says so when it is undone
            state.set(state.positioned().with(starts ? Status.STARTING : Status.ERROR, "the agent has ended: " + why,
                    clock.instant()));
            tasks.lose(TaskWatch.Outcome.LOST, "the agent has ended: " + why);
            state.channel(null);
        }
    }

    /** The agent as its owner sees it. */
    Mapping view() {
        try (Held _ = state.locked()) {
            Instant now = clock.instant();
            TaskWatch watch = tasks.watch();
            RelayChannel from = state.channel();
            return record().view(now, watch != null && watch.isStalled(now)).put("step", state.step())
                    .put("foreignLines", from == null || from.foreignLines() == 0
                            ? null
                            : Scalar.number(from.foreignLines()))
                    .build();
        }
    }

    /** Waits until the agent is no longer being started, or its step is another one. */
    Mapping awaitStart(@Nullable String seen, Duration most) throws InterruptedException {
        state.await(() -> record().status() != Status.STARTING || !Objects.equals(state.step(), seen), most);
        return view();
    }
}
