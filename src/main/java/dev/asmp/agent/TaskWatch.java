package dev.asmp.agent;

import dev.asmp.document.Mapping;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The decision that an agent's task is done, from its messages and the time. {@code agent_end} does not end it: a retry, a
 * compaction or queued messages may follow. It ends with {@code agent_settled}, or, with agents that do not send that, when the
 * agent says twice that it is idle, with a pause between that is longer than any before a retry. Silence alone ends nothing.
 */
public final class TaskWatch {
    /** An idle agent is asked again after this; a retry after an error waits for up to 8 s. */
    static final Duration PAUSE = Duration.ofSeconds(2);
    static final Duration PAUSE_AFTER_ERROR = Duration.ofMillis(8_500);
    /** An agent that is silent for so long is asked, and asked again at this interval. */
    static final Duration SILENCE = Duration.ofMinutes(5);
    private static final Duration SOON = Duration.ofMillis(300);
    private static final Duration BUSY = Duration.ofSeconds(30);
    private static final int LONGEST_OUTPUT = 128 * 1024;

    /** How a task ended. */
    public enum Outcome {
        SUCCEEDED, FAILED, CANCELLED, LOST
    }

    /** The end of a task: the last assistant message's text and stop reason, or the error; and the length of all its output. */
    public record End(Outcome outcome, @Nullable String stopReason, String text, @Nullable String error, Usage usage,
            long written) {}

    private final StringBuilder output = new StringBuilder();
    private final StringBuilder last = new StringBuilder();
    private long dropped;
    private Usage usage = Usage.NONE;
    private @Nullable String stopReason;
    private @Nullable String error;
    private @Nullable String refusal;
    private boolean settles;
    private boolean aborted;
    private int unanswered;
    private @Nullable Instant idleSince;
    private Instant lastEvent;
    private Instant due;
    private boolean done;
    private boolean taken;

    public TaskWatch(Instant began) {
        this.lastEvent = began;
        this.due = began.plus(SILENCE);
    }

    /** A command that gives the agent work is on its way; until it is answered, the end of earlier work is not the end. */
    public void sent() {
        unanswered++;
        idleSince = null;
    }

    /** The agent has taken such a command. One that needs no run, such as an extension's command, starts none. */
    public void taken(Instant now) {
        unanswered--;
        found(now);
    }

    /** The agent was found at work that was not asked for here. */
    public void found(Instant now) {
        taken = true;
        due = now.plus(PAUSE);
    }

    /** The agent has refused it, or did not answer: what it does is asked. */
    public void refused(String why, Instant now) {
        unanswered--;
        refusal = why;
        due = now.plus(SOON);
    }

    /** The owner wants the task to end; messages that wait in the agent stay there and do not count as work. */
    public void abort(Instant now) {
        aborted = true;
        due = now.plus(SOON);
    }

    /** Takes an event. */
    public void heard(AgentMessage message, Instant now) {
        lastEvent = now;
        taken |= !message.isResponse();
        Mapping body = message.body();
        switch (message.type()) {
            case "response" -> {
                taken |= message.isTrue("success");
                refusal = message.isTrue("success") ? refusal : message.error();
                due = now.plus(SOON);
            }
            case "agent_settled" -> {
                settles = true;
                done |= unanswered == 0;
            }
            case "agent_end" -> {
                settles |= body.get("willRetry") != null;
                due = now.plus(AgentMessage.isTrue(body, "willRetry") ? PAUSE_AFTER_ERROR : settles ? BUSY : SOON);
            }
            case "message_start" -> begin(body.mapping("message"));
            case "message_update" -> update(body.mapping("assistantMessageEvent"));
            case "message_end" -> end(body.mapping("message"));
            case "auto_retry_end" -> {
                if (body.get("success") != null && !AgentMessage.isTrue(body, "success")) {
                    error = body.text("finalError") == null ? error : body.text("finalError");
                }
            }
            default -> {
                // It shows that the agent works.
            }
        }
        if (!message.type().equals("agent_end") && !message.type().equals("response")) {
            due = now.plus(isWork(message.type()) ? SILENCE : settles ? BUSY : PAUSE);
        }
        idleSince = message.type().equals("agent_end") ? idleSince : null;
    }

    /** Tells whether an event belongs to a run, so that another one will follow. */
    private static boolean isWork(String type) {
        return !type.equals("auto_retry_end") && !type.endsWith("compaction_end") && !type.equals("queue_update")
                && !type.startsWith("extension_") && !type.startsWith("session_");
    }

    private void begin(Mapping message) {
        if ("assistant".equals(message.text("role"))) {
            last.setLength(0);
            if (!output.isEmpty() && output.charAt(output.length() - 1) != '\n') {
                append("\n");
            }
        }
    }

    private void update(Mapping event) {
        String delta = event.text("delta");
        if ("text_delta".equals(event.text("type")) && delta != null) {
            append(delta);
            if (last.length() < LONGEST_OUTPUT) {
                last.append(delta);
            }
        }
    }

    private void end(Mapping message) {
        if (!"assistant".equals(message.text("role"))) {
            return;
        }
        stopReason = message.text("stopReason");
        error = "error".equals(stopReason) ? message.text("errorMessage") : null;
        usage = usage.plus(message.mapping("usage"));
        if (last.isEmpty()) {
            for (var part : message.list("content")) {
                if (part instanceof Mapping content && "text".equals(content.text("type"))) {
                    String text = content.text("text");
                    last.append(text == null ? "" : text);
                }
            }
            append(last.toString());
        }
    }

    private void append(String text) {
        output.append(text);
        int excess = output.length() - LONGEST_OUTPUT;
        if (excess > LONGEST_OUTPUT / 4) {
            output.delete(0, excess);
            dropped += excess;
        }
    }

    /** Takes the agent's state, which was asked for because {@link #due} had passed. */
    public void answered(Mapping state, Instant now) {
        boolean idle = unanswered == 0 && !AgentMessage.isTrue(state, "isStreaming")
                && !AgentMessage.isTrue(state, "isCompacting")
                && (aborted || "0".equals(state.text("pendingMessageCount"))
                        || state.get("pendingMessageCount") == null);
        Duration pause = "error".equals(stopReason) && refusal == null ? PAUSE_AFTER_ERROR : PAUSE;
        if (!idle) {
            idleSince = null;
            due = now.plus(BUSY);
        } else if (idleSince == null) {
            idleSince = now;
            due = now.plus(pause);
        } else if (now.isBefore(idleSince.plus(pause))) {
            due = idleSince.plus(pause);
        } else {
            done = true;
        }
    }

    /** The agent did not answer when it was asked. */
    public void unanswered(Instant now) {
        idleSince = null;
        due = now.plus(BUSY);
    }

    /** When to ask the agent for its state. */
    public Instant due() {
        return due;
    }

    /** Tells whether the agent works without a sign of life for long; that is information, not an end. */
    public boolean isStalled(Instant now) {
        return !done && now.isAfter(lastEvent.plus(SILENCE));
    }

    public boolean isDone() {
        return done;
    }

    /** How the task ended. */
    public End end() {
        if (!taken && refusal == null) {
            return lost(Outcome.LOST, "the agent shows no sign of having got the message");
        }
        boolean failed = (refusal != null && stopReason == null) || "error".equals(stopReason);
        Outcome outcome = aborted || "aborted".equals(stopReason)
                ? Outcome.CANCELLED
                : failed ? Outcome.FAILED : Outcome.SUCCEEDED;
        String why = error == null ? refusal : error;
        return new End(outcome, stopReason, last.toString(), outcome == Outcome.SUCCEEDED ? null : why, usage,
                length());
    }

    /** The end of a task whose agent was lost or ended. */
    public End lost(Outcome outcome, String why) {
        return new End(outcome, stopReason, last.toString(), why, usage, length());
    }

    /** All text since the task began, from a character on; what is no longer kept is skipped. */
    public String output(long from) {
        return output.substring(Math.clamp(from - dropped, 0, output.length()));
    }

    /** The number of characters of the output. */
    public long length() {
        return dropped + output.length();
    }

    public Usage usage() {
        return usage;
    }
}
