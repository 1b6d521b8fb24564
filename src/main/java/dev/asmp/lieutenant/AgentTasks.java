package dev.asmp.lieutenant;

import dev.asmp.agent.RelayChannel;
import dev.asmp.agent.TaskWatch;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.lieutenant.AgentRecord.Status;
import dev.asmp.lieutenant.AgentState.Held;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tasks of one agent: the watch over the one under way, and the results of those that have ended. Methods that change
 * something are called with the lock held.
 */
final class AgentTasks {
    /** An output file that is larger is emptied while the agent is idle. */
    private static final long ROTATED = 64 * 1024 * 1024;

    private final AgentState state;
    private final InstantSource clock;
    private @Nullable TaskWatch watch;
    private @Nullable TaskWatch last;

    AgentTasks(AgentState state, InstantSource clock) {
        this.state = state;
        this.clock = clock;
    }

    @Nullable
    TaskWatch watch() {
        return watch;
    }

    /** Watches the recorded task from its beginning, as its output is read again. */
    void rewatch() {
        AgentRecord.Task task = state.record().task();
        if (task != null) {
            watch = new TaskWatch(task.began());
        }
    }

    TaskWatch begin(AgentRecord from, String task, String message) {
        Instant now = clock.instant();
        TaskWatch begun = new TaskWatch(now);
        watch = begun;
        last = null;
        state.set(from.given(AgentRecord.Task.of(task, message, now), now));
        return begun;
    }

    void finishIfDone(TaskWatch now) {
        if (now.isDone()) {
            finish(now.end());
        }
    }

    /** Ends the task under way, if any, as one whose agent is gone. */
    void lose(TaskWatch.Outcome outcome, String why) {
        finish((watch == null ? new TaskWatch(clock.instant()) : watch).lost(outcome, why));
    }

    void finish(TaskWatch.End end) {
        AgentRecord record = state.record();
        AgentRecord.Task task = record.task();
        if (task == null) {
            return;
        }
        Status next = record.status() == Status.WORKING ? Status.IDLE : record.status();
        state.set(state.positioned().finished(
                TaskResult.of(task.id(), record.identity().name(), end, task.began(), clock.instant()), next,
                record.error(), clock.instant()));
        last = watch;
        watch = null;
        RelayChannel from = state.channel();
        if (from != null && from.position().offset() > ROTATED) {
            Thread.startVirtualThread(() -> rotate(from));
        }
    }

    private void rotate(RelayChannel from) {
        try (Held _ = state.locked()) {
            if (state.record().task() == null && state.channel() == from) {
                from.rotate(ROTATED);
                state.set(state.positioned());
            }
        } catch (IOException _) {
            // It stays as long as it is; the next task tries again.
        }
    }

    /** The result of a task; null while it is under way or where it is not known. */
    @Nullable
    TaskResult result(String task) {
        return state.record().results().stream().filter(result -> result.task().equals(task)).findFirst().orElse(null);
    }

    boolean isUnderWay(String id) {
        AgentRecord.Task task = state.record().task();
        return task != null && task.id().equals(id);
    }

    /** Waits for a task; null where it is not done in time. */
    @Nullable
    TaskResult await(String task, Duration most) throws InterruptedException {
        state.await(() -> result(task) != null || state.isForgotten(), most);
        return result(task);
    }

    /**
     * The text of a task from a character on, and where it ends; waits for more, at most this long. Without a task, it is the one
     * under way, or the last.
     */
    Mapping read(@Nullable String asked, long from, Duration most) throws InterruptedException {
        state.await(() -> current(asked) == null || watch == null || watch.length() > from, most);
        try (Held _ = state.locked()) {
            AgentRecord record = state.record();
            TaskResult latest = record.results().isEmpty() ? null : record.results().getLast();
            Mapping.Builder answer = Mapping.builder().put("name", record.identity().name())
                    .put("status", record.status().word());
            AgentRecord.Task task = current(asked);
            TaskWatch now = watch;
            if (task != null && now != null) {
                return answer.put("taskId", task.id()).put("text", now.output(from)).put("next", now.length())
                        .put("done", Scalar.bool(false)).build();
            }
            TaskResult result = asked == null ? latest : result(asked);
            if (result == null) {
                return answer.put("text", "").put("next", 0).put("done", Scalar.bool(true)).build();
            }
            TaskWatch past = result.equals(latest) ? last : null;
            return answer.put("taskId", result.task())
                    .put("text", past == null ? result.from(from) : past.output(from))
                    .put("next", past == null ? result.written() : past.length()).put("done", Scalar.bool(true))
                    .put("result", result.document().without(List.of("text"))).build();
        }
    }

    private AgentRecord.@Nullable Task current(@Nullable String asked) {
        AgentRecord.Task task = state.record().task();
        return task != null && (asked == null || asked.equals(task.id())) ? task : null;
    }
}
