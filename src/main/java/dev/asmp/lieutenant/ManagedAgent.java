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
import dev.asmp.store.RefusedException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One agent: its record, the channel to it while it is attached, and the watch over its task. A change is saved before it is
 * answered. The lock is never held while the agent is asked.
 */
final class ManagedAgent implements AgentChannel.Listener {
    private static final Duration QUICK = Duration.ofSeconds(15);
    /** A VM whose agent works is said to be in use at this interval. */
    private static final Duration USE = Duration.ofSeconds(15);
    /** A prompt is answered at once; an extension may look at it first. */
    private static final Duration PROMPT = Duration.ofSeconds(60);
    /** An output file that is larger is emptied while the agent is idle. */
    private static final long ROTATED = 64 * 1024 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final InstantSource clock;
    private final Consumer<Mapping> save;
    private final Runnable planned;
    private final Home home;
    private Instant used = Instant.MIN;
    private AgentRecord record;
    private @Nullable RelayChannel channel;
    private @Nullable AgentFolder folder;
    private @Nullable TaskWatch watch;
    private @Nullable TaskWatch last;
    private @Nullable String step;
    private boolean asking;
    private volatile boolean gone;

    /**
     * Makes an agent that is not attached.
     *
     * @param planned is told when {@link #due} may have changed
     */
    ManagedAgent(AgentRecord record, Home home, InstantSource clock, Consumer<Mapping> save, Runnable planned) {
        this.home = home;
        this.record = record;
        this.clock = clock;
        this.save = save;
        this.planned = planned;
    }

    /** The machine of an agent, as far as it may go or fall asleep. */
    interface Home {
        /** Tells whether the agent's machine is there; an answer that cannot be had is an exception. */
        VmLife.Presence presence(Identity identity) throws IOException;

        /** Notes that the agent's machine is in use. */
        void use(Identity identity);
    }

    AgentRecord record() {
        lock.lock();
        try {
            return record;
        } finally {
            lock.unlock();
        }
    }

    private void set(AgentRecord next) {
        if (!gone) {
            save.accept(next.document());
        }
        record = next;
        changed.signalAll();
    }

    /** Takes the VM that was made for it; saved before anything else can fail. */
    void on(String vm) {
        change(agent -> agent.on(vm));
    }

    void is(Status status, @Nullable String why) {
        change(agent -> agent.with(status, why, clock.instant()));
    }

    private void change(UnaryOperator<AgentRecord> change) {
        lock.lock();
        try {
            set(change.apply(record));
        } finally {
            lock.unlock();
        }
    }

    /** Names what is being done with it, for those who wait. */
    void step(@Nullable String name) {
        lock.lock();
        try {
            step = name;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Begins to attach, from where its output was handled last. */
    void attach(AgentFolder place) {
        lock.lock();
        try {
            detach();
            AgentRecord.Task task = record.task();
            if (task != null) {
                watch = new TaskWatch(task.began());
            }
            folder = place;
            RelayChannel next = new RelayChannel(record.identity().name(), place, record.position(), this);
            channel = next;
            next.begin();
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the agent, which works on. */
    void detach() {
        lock.lock();
        try {
            if (channel != null) {
                channel.detach();
            }
            channel = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Runs the steps of its start. */
    void start(List<Spawner.Step> steps, Consumer<String> log) throws Spawner.Failure {
        new Spawner(log).run(steps, this::step);
        step(null);
        is(Status.IDLE, null);
    }

    boolean isForgotten() {
        return gone;
    }

    /** Lets go of it for ever: nothing is saved any more. */
    void forget() {
        lock.lock();
        try {
            gone = true;
            detach();
            finish(new TaskWatch(clock.instant()).lost(TaskWatch.Outcome.CANCELLED, "the agent was removed"));
        } finally {
            lock.unlock();
        }
    }

    @Nullable
    AgentFolder folder() {
        return folder;
    }

    private CompletableFuture<Mapping> ask(Mapping command, Duration limit) {
        RelayChannel to = channel;
        return to == null
                ? CompletableFuture.failedFuture(new AgentException("the agent is not attached"))
                : to.send(command, limit);
    }

    static Mapping command(String type) {
        return Mapping.builder().put("type", type).build();
    }

    /** Sends a command and waits for its answer. */
    Mapping call(Mapping command) {
        try {
            return ask(command, QUICK).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof AgentException agent ? agent : e;
        }
    }

    /** Waits until the agent answers; fails at once when it has ended. */
    void awaitReady(Duration limit) throws IOException, InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (true) {
            try {
                Mapping state = ask(command("get_state"), Duration.ofSeconds(5)).get();
                learn(state);
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

    private void learn(Mapping state) {
        String session = state.text("sessionFile");
        lock.lock();
        try {
            if (session != null && !session.equals(record.sessionFile())) {
                set(record.inSession(session));
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives the agent a message: an idle one begins a task, one that works gets it after its work, or with {@code steer} before
     * its next step. The agent itself decides which is the case, so no remembered state can be wrong.
     *
     * @param fresh whether it must be a task of its own
     */
    Mapping send(String message, boolean steer, boolean fresh) {
        String task;
        boolean joined;
        CompletableFuture<Mapping> answer;
        lock.lock();
        try {
            requireReady();
            AgentRecord.Task under = record.task();
            if (fresh && under != null) {
                throw new RefusedException(RefusedException.Reason.CONFLICT, record.identity().name()
                        + " works on the task " + under.id() + "; wait for it, or abort it");
            }
            joined = under != null;
            used = Instant.MIN;
            use();
            task = under == null ? UUID.randomUUID().toString() : under.id();
            RelayChannel to = Objects.requireNonNull(channel);
            TaskWatch now = watch;
            if (under == null || now == null) {
                now = new TaskWatch(clock.instant());
                watch = now;
                last = null;
                set(record.at(to.position()).given(AgentRecord.Task.of(task, message, clock.instant()),
                        clock.instant()));
            }
            now.sent();
            TaskWatch sentTo = now;
            answer = to.send(Mapping.builder().put("type", "prompt").put("message", message)
                    .put("streamingBehavior", steer ? "steer" : "followUp").build(), PROMPT);
            answer = answer.whenComplete((_, e) -> sent(sentTo, e));
        } finally {
            lock.unlock();
        }
        planned.run();
        try {
            Mapping data = answer.join();
            return Mapping.builder().put("name", record().identity().name()).put("taskId", task)
                    .put("joined", Scalar.bool(joined)).put("disposition", data.text("disposition")).build();
        } catch (CompletionException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the message was not taken: " + Objects.requireNonNullElse(e.getCause(), e).getMessage());
        }
    }

    private void requireReady() {
        String name = record.identity().name();
        switch (record.status()) {
            case IDLE, WORKING -> {
                if (channel == null) {
                    throw new RefusedException(RefusedException.Reason.UNAVAILABLE, name + " is not attached yet");
                }
            }
            case PAUSED -> throw new RefusedException(RefusedException.Reason.CONFLICT,
                    name + " is paused; resume it first");
            case ERROR, LOST -> throw new RefusedException(RefusedException.Reason.CONFLICT,
                    name + " is not running: " + record.error());
            case STARTING, UNREACHABLE -> throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    name + " is " + record.status().word() + "; try again later");
        }
    }

    private void sent(TaskWatch to, @Nullable Throwable failure) {
        lock.lock();
        try {
            if (failure == null) {
                to.taken(clock.instant());
            } else {
                to.refused(String.valueOf(failure.getMessage()), clock.instant());
            }
        } finally {
            lock.unlock();
        }
        planned.run();
    }

    /** Ends what the agent does. Messages that wait in the agent stay there until the next prompt. */
    Mapping abort() {
        AgentRecord.Task task;
        lock.lock();
        try {
            requireReady();
            task = record.task();
            if (task == null || watch == null) {
                return Mapping.builder().put("aborted", Scalar.bool(false)).build();
            }
            watch.abort(clock.instant());
        } finally {
            lock.unlock();
        }
        try {
            ask(command("abort"), PROMPT).join();
        } catch (CompletionException e) {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                    "the agent did not confirm: " + Objects.requireNonNullElse(e.getCause(), e).getMessage());
        }
        planned.run();
        return Mapping.builder().put("aborted", Scalar.bool(true)).put("taskId", task.id()).build();
    }

    @Override
    public void connected() {
        lock.lock();
        try {
            if (record.status() == Status.UNREACHABLE || record.status() == Status.ERROR) {
                set(record.with(record.task() == null ? Status.IDLE : Status.WORKING, null, clock.instant()));
            }
        } finally {
            lock.unlock();
        }
        if (record().status() != Status.STARTING) {
            var _ = ask(command("get_state"), QUICK).whenComplete(this::compare);
        }
    }

    /** Compares what is recorded with what the agent says after it was attached. */
    private void compare(@Nullable Mapping state, @Nullable Throwable failure) {
        if (state == null) {
            return;
        }
        lock.lock();
        try {
            learn(state);
            boolean works = state.get("isStreaming") instanceof Scalar scalar && scalar.isTrue();
            if (works && record.task() == null) {
                Instant now = clock.instant();
                watch = new TaskWatch(now);
                watch.taken(now);
                set(record.given(AgentRecord.Task.of(UUID.randomUUID().toString(), "", now), now));
            } else if (watch != null) {
                watch.answered(state, clock.instant());
            }
        } finally {
            lock.unlock();
        }
        planned.run();
    }

    @Override
    public void heard(AgentMessage message) {
        boolean sooner;
        lock.lock();
        try {
            TaskWatch now = watch;
            if (now == null) {
                return;
            }
            use();
            Instant due = now.due();
            now.heard(message, clock.instant());
            if (now.isDone()) {
                finish(now.end());
            }
            changed.signalAll();
            sooner = now.due().isBefore(due);
        } finally {
            lock.unlock();
        }
        if (sooner) {
            planned.run();
        }
    }

    private void finish(TaskWatch.End end) {
        AgentRecord.Task task = record.task();
        if (task == null) {
            return;
        }
        last = watch;
        watch = null;
        RelayChannel from = channel;
        AgentRecord at = from == null ? record : record.at(from.position());
        Status next = record.status() == Status.WORKING ? Status.IDLE : record.status();
        set(at.finished(TaskResult.of(task.id(), record.identity().name(), end, task.began(), clock.instant()), next,
                record.error(), clock.instant()));
        if (from != null && from.position().offset() > ROTATED) {
            Thread.startVirtualThread(() -> rotate(from));
        }
    }

    private void rotate(RelayChannel from) {
        lock.lock();
        try {
            if (record.task() == null && channel == from) {
                from.rotate(ROTATED);
                set(record.at(from.position()));
            }
        } catch (IOException _) {
            // It stays as long as it is; the next task tries again.
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void unreachable(String why) {
        VmLife.Presence presence = VmLife.Presence.THERE;
        try {
            presence = home.presence(record().identity());
        } catch (IOException | RuntimeException _) {
            // Not known, so it is taken to be there.
        }
        lock.lock();
        try {
            boolean open = record.status() == Status.IDLE || record.status() == Status.WORKING
                    || record.status() == Status.UNREACHABLE;
            if (!open) {
                return;
            }
            switch (presence) {
                case THERE -> {
                    if (record.status() != Status.UNREACHABLE) {
                        set(record.with(Status.UNREACHABLE, why, clock.instant()));
                    }
                }
                case PAUSED -> {
                    set(record.with(Status.PAUSED, null, clock.instant()));
                    detach();
                }
                case GONE -> {
                    set(record.with(Status.LOST, "its VM is gone", clock.instant()));
                    finish((watch == null ? new TaskWatch(clock.instant()) : watch).lost(TaskWatch.Outcome.LOST,
                            "the agent's VM is gone"));
                    detach();
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private void use() {
        Instant now = clock.instant();
        if (record.identity().vm() != null && used.plus(USE).isBefore(now)) {
            used = now;
            home.use(record.identity());
        }
    }

    @Override
    public void ended(String why) {
        lock.lock();
        try {
            RelayChannel from = channel;
            TaskWatch now = watch;
            if (gone) {
                return;
            }
            if (from != null) {
                record = record.at(from.position());
            }
            boolean starts = record.status() == Status.STARTING; // its start fails now, and says so when it is undone
            set(record.with(starts ? Status.STARTING : Status.ERROR, "the agent has ended: " + why, clock.instant()));
            finish((now == null ? new TaskWatch(clock.instant()) : now).lost(TaskWatch.Outcome.LOST,
                    "the agent has ended: " + why));
            channel = null;
        } finally {
            lock.unlock();
        }
    }

    /** When the agent is to be asked next; null while it has no task or was asked. */
    @Nullable
    Instant due() {
        lock.lock();
        try {
            return watch == null || asking || channel == null ? null : watch.due();
        } finally {
            lock.unlock();
        }
    }

    /** Asks the agent for its state if that is due. */
    void tend() {
        CompletableFuture<Mapping> answer;
        TaskWatch now;
        lock.lock();
        try {
            now = watch;
            if (now == null || asking || channel == null || now.due().isAfter(clock.instant())) {
                return;
            }
            asking = true;
            answer = ask(command("get_state"), QUICK);
        } finally {
            lock.unlock();
        }
        var _ = answer.whenComplete((state, _) -> asked(now, state));
    }

    private void asked(TaskWatch about, @Nullable Mapping state) {
        lock.lock();
        try {
            asking = false;
            use();
            if (watch == about) {
                if (state == null) {
                    about.unanswered(clock.instant());
                } else {
                    about.answered(state, clock.instant());
                }
                if (about.isDone()) {
                    finish(about.end());
                }
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        planned.run();
    }

    /** The agent as its owner sees it. */
    Mapping view() {
        lock.lock();
        try {
            Instant now = clock.instant();
            RelayChannel from = channel;
            return record.view(now, watch != null && watch.isStalled(now)).put("step", step)
                    .put("foreignLines", from == null || from.foreignLines() == 0 ? null
                            : Scalar.number(from.foreignLines()))
                    .build();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the agent is no longer being started, or its step is another one. */
    Mapping awaitStart(@Nullable String seen, Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lockInterruptibly();
        try {
            while (record.status() == Status.STARTING && Objects.equals(step, seen) && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
        return view();
    }

    /** The result of a task; null while it is under way or where it is not known. */
    @Nullable
    TaskResult result(String task) {
        return record().results().stream().filter(result -> result.task().equals(task)).findFirst().orElse(null);
    }

    boolean isWorkingOn(String task) {
        AgentRecord.Task under = record().task();
        return under != null && under.id().equals(task);
    }

    /** Waits for a task; null where it is not done in time. */
    @Nullable
    TaskResult await(String task, Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lockInterruptibly();
        try {
            while (result(task) == null && !gone && left > 0) {
                left = changed.awaitNanos(left);
            }
            return result(task);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The text of a task from a character on, and where it ends; waits for more, at most this long. Without a task, it is the one
     * under way, or the last.
     */
    Mapping read(@Nullable String asked, long from, Duration most) throws InterruptedException {
        long left = most.toNanos();
        lock.lockInterruptibly();
        try {
            while (isCurrent(asked) && watch != null && watch.length() <= from && left > 0) {
                left = changed.awaitNanos(left);
            }
            AgentRecord.Task task = record.task();
            TaskResult latest = record.results().isEmpty() ? null : record.results().getLast();
            Mapping.Builder answer = Mapping.builder().put("name", record.identity().name())
                    .put("status", record.status().word());
            TaskWatch now = watch;
            if (task != null && now != null && isCurrent(asked)) {
                return answer.put("taskId", task.id()).put("text", now.output(from)).put("next", now.length())
                        .put("done", Scalar.bool(false)).build();
            }
            TaskResult result = asked == null ? latest : result(asked);
            if (result == null) {
                return answer.put("text", "").put("next", 0).put("done", Scalar.bool(true)).build();
            }
            TaskWatch past = result.equals(latest) ? last : null;
            String text = result.text();
            return answer.put("taskId", result.task())
                    .put("text", past == null ? text.substring(Math.clamp(from, 0, text.length())) : past.output(from))
                    .put("next", past == null ? text.length() : past.length()).put("done", Scalar.bool(true))
                    .put("result", result.document().without(List.of("text"))).build();
        } finally {
            lock.unlock();
        }
    }

    private boolean isCurrent(@Nullable String asked) {
        AgentRecord.Task task = record.task();
        return task != null && (asked == null || asked.equals(task.id()));
    }
}
