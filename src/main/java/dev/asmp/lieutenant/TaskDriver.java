package dev.asmp.lieutenant;

import dev.asmp.agent.AgentMessage;
import dev.asmp.agent.RelayChannel;
import dev.asmp.agent.TaskWatch;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.lieutenant.AgentRecord.Status;
import dev.asmp.lieutenant.AgentState.Held;
import dev.asmp.store.RefusedException;
import dev.asmp.store.RefusedException.Reason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** The exchange with one agent about its tasks: messages to it, its events, and its state, asked for when that is due. */
final class TaskDriver {
    private static final Duration QUICK = Duration.ofSeconds(15);
    /** A VM whose agent works is said to be in use at this interval. */
    private static final Duration USE = Duration.ofSeconds(15);
    /** A prompt is answered at once; an extension may look at it first. */
    private static final Duration PROMPT = Duration.ofSeconds(60);

    private final AgentState state;
    private final AgentTasks tasks;
    private final AgentMachines machines;
    private final InstantSource clock;
    private final Runnable planned;
    private Instant used = Instant.MIN;
    private boolean asking;

    /** @param planned is told when {@link #due} may have changed */
    TaskDriver(AgentState state, AgentTasks tasks, AgentMachines machines, InstantSource clock, Runnable planned) {
        this.state = state;
        this.tasks = tasks;
        this.machines = machines;
        this.clock = clock;
        this.planned = planned;
    }

    /**
     * Gives the agent a message: an idle one begins a task, one that works gets it after its work, or with {@code steer} before
     * its next step. The agent itself decides which is the case, so no remembered state can be wrong.
     *
     * @param fresh whether it must be a task of its own
     */
    Mapping send(String message, boolean steer, boolean fresh) {
        String name = state.record().identity().name();
        String task;
        boolean joined;
        CompletableFuture<Mapping> answer;
        awaitConnection();
        try (Held _ = state.locked()) {
            RelayChannel to = requireReady();
            AgentRecord.Task under = state.record().task();
            if (fresh && under != null) {
                throw new RefusedException(Reason.CONFLICT,
                        name + " works on the task " + under.id() + "; wait for it, or abort it");
            }
            joined = under != null;
            used = Instant.MIN;
            use();
            task = under == null ? UUID.randomUUID().toString() : under.id();
            TaskWatch watch = tasks.watch();
            TaskWatch now = under == null || watch == null ? tasks.begin(state.positioned(), task, message) : watch;
            now.sent();
            answer = to.send(Mapping.builder().put("type", "prompt").put("message", message)
                    .put("streamingBehavior", steer ? "steer" : "followUp").build(), PROMPT)
                    .whenComplete((_, e) -> sent(now, e));
        }
        planned.run();
        return Mapping.builder().put("name", name).put("taskId", task).put("joined", Scalar.bool(joined))
                .put("disposition", joined(answer, "the message was not taken: ").text("disposition")).build();
    }

    private static Mapping joined(CompletableFuture<Mapping> answer, String failed) {
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw new RefusedException(Reason.UNAVAILABLE,
                    failed + Objects.requireNonNullElse(e.getCause(), e).getMessage());
        }
    }

    /** Waits while the agent is being attached, as it is after a start of the daemon. */
    private void awaitConnection() {
        try {
            state.await(() -> {
                RelayChannel channel = state.channel();
                Status status = state.record().status();
                return channel == null || channel.isConnected() || (status != Status.IDLE && status != Status.WORKING);
            }, QUICK);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new RefusedException(Reason.UNAVAILABLE, "the daemon is stopping");
        }
    }

    private RelayChannel requireReady() {
        AgentRecord record = state.record();
        String name = record.identity().name();
        RelayChannel channel = state.channel();
        return switch (record.status()) {
            case IDLE, WORKING -> {
                if (channel == null || !channel.isConnected()) {
                    throw new RefusedException(Reason.UNAVAILABLE, name + " is not attached yet; try again later");
                }
                yield channel;
            }
            case PAUSED -> throw new RefusedException(Reason.CONFLICT, name + " is paused; resume it first");
            case ERROR, LOST -> throw new RefusedException(Reason.CONFLICT,
                    name + " is not running: " + record.error());
            case STARTING, UNREACHABLE -> throw new RefusedException(Reason.UNAVAILABLE,
                    name + " is " + record.status().word() + "; try again later");
        };
    }

    private void sent(TaskWatch to, @Nullable Throwable failure) {
        try (Held _ = state.locked()) {
            if (failure == null) {
                to.taken(clock.instant());
            } else {
                to.refused(String.valueOf(failure.getMessage()), clock.instant());
            }
        }
        planned.run();
    }

    /** Ends what the agent does. Messages that wait in the agent stay there until the next prompt. */
    Mapping abort() {
        AgentRecord.Task task;
        awaitConnection();
        try (Held _ = state.locked()) {
            requireReady();
            task = state.record().task();
            TaskWatch watch = tasks.watch();
            if (task == null || watch == null) {
                return Mapping.builder().put("aborted", Scalar.bool(false)).build();
            }
            watch.abort(clock.instant());
        }
        joined(state.ask("abort", PROMPT), "the agent did not confirm: ");
        planned.run();
        return Mapping.builder().put("aborted", Scalar.bool(true)).put("taskId", task.id()).build();
    }

    /**
     * Compares what is recorded with what the agent says after it was attached. An agent that works without a task is given one;
     * false where it must be asked again, because the work it speaks of may be that of a task which has ended since.
     *
     * @param before the record when the agent was asked
     */
    boolean compare(Mapping said, AgentRecord before) {
        try (Held _ = state.locked()) {
            TaskWatch watch = tasks.watch();
            AgentRecord record = state.record();
            boolean works = said.get("isStreaming") instanceof Scalar scalar && scalar.isTrue();
            if (works && record.task() == null) {
                if (before.task() != null || before.tasks() != record.tasks()) {
                    return false;
                }
                tasks.begin(record, UUID.randomUUID().toString(), "").found(clock.instant());
            } else if (watch != null) {
                watch.answered(said, clock.instant());
            }
        }
        planned.run();
        return true;
    }

    void heard(AgentMessage message) {
        boolean sooner;
        try (Held _ = state.locked()) {
            TaskWatch now = tasks.watch();
            if (now == null) {
                return;
            }
            use();
            Instant due = now.due();
            now.heard(message, clock.instant());
            tasks.finishIfDone(now);
            state.signal();
            sooner = now.due().isBefore(due);
        }
        if (sooner) {
            planned.run();
        }
    }

    private void use() {
        Instant now = clock.instant();
        if (used.plus(USE).isBefore(now)) {
            used = now;
            machines.use(state.record().identity());
        }
    }

    /** When the agent is to be asked next; null while it has no task or was asked. */
    @Nullable
    Instant due() {
        try (Held _ = state.locked()) {
            TaskWatch watch = tasks.watch();
            return watch == null || asking || state.channel() == null ? null : watch.due();
        }
    }

    /** Asks the agent for its state if that is due. */
    void tend() {
        CompletableFuture<Mapping> answer;
        TaskWatch now;
        try (Held _ = state.locked()) {
            now = tasks.watch();
            Instant due = due();
            if (now == null || due == null || due.isAfter(clock.instant())) {
                return;
            }
            asking = true;
            answer = state.ask("get_state", QUICK);
        }
        var _ = answer.whenComplete((said, _) -> asked(now, said));
    }

    private void asked(TaskWatch about, @Nullable Mapping said) {
        try (Held _ = state.locked()) {
            asking = false;
            use();
            if (tasks.watch() == about) {
                if (said == null) {
                    about.unanswered(clock.instant());
                } else {
                    about.answered(said, clock.instant());
                }
                tasks.finishIfDone(about);
            }
            state.signal();
        }
        planned.run();
    }
}
