package dev.asmp.lieutenant;

import dev.asmp.agent.TaskWatch;
import dev.asmp.agent.Usage;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The end of one task: the text of the last assistant message, the outcome, and what it took.
 *
 * @param written the characters of the task's whole output, which the text ends
 */
record TaskResult(String task, String agent, TaskWatch.Outcome outcome, @Nullable String stopReason, String text,
        boolean isCut, long written, @Nullable String error, Usage usage, Instant began, Instant ended) {
    /** The characters that are kept of a text; of a longer one the end, where agents say what came out. */
    private static final int LONGEST = 8 * 1024;
    /** The same for all but the last task. */
    private static final int BRIEF = 1024;
    private static final int LONGEST_ERROR = 300;

    /** The same as one of several: with the end of its text only. */
    TaskResult brief() {
        return text.length() <= BRIEF
                ? this
                : new TaskResult(task, agent, outcome, stopReason, end(text, BRIEF), true, written, error, usage, began,
                        ended);
    }

    private static String end(String text, int most) {
        int from = Math.max(0, text.length() - most);
        return text.substring(from + (from > 0 && Character.isLowSurrogate(text.charAt(from)) ? 1 : 0));
    }

    static TaskResult of(String task, String agent, TaskWatch.End end, Instant began, Instant ended) {
        String text = end.text();
        String error = end.error();
        return new TaskResult(task, agent, end.outcome(), end.stopReason(), end(text, LONGEST),
                text.length() > LONGEST, Math.max(end.written(), text.length()),
                error == null || error.length() <= LONGEST_ERROR ? error : error.substring(0, LONGEST_ERROR),
                end.usage(), began, ended);
    }

    /** What is kept of the output from a character on. */
    String from(long character) {
        return text.substring(Math.clamp(character - (written - text.length()), 0, text.length()));
    }

    Mapping document() {
        return Mapping.builder().put("taskId", task).put("agent", agent)
                .put("outcome", outcome.name().toLowerCase(Locale.ROOT)).put("stopReason", stopReason).put("text", text)
                .put("truncated", isCut ? Scalar.bool(true) : null).put("written", written).put("error", error)
                .put("tokens", usage.document()).put("cost", usage.costScalar())
                .put("startedAt", Timestamps.format(began)).put("endedAt", Timestamps.format(ended)).build();
    }

    static TaskResult of(Mapping document) {
        return new TaskResult(AgentRecord.need(document, "taskId"), AgentRecord.need(document, "agent"),
                TaskWatch.Outcome.valueOf(AgentRecord.need(document, "outcome").toUpperCase(Locale.ROOT)),
                document.text("stopReason"), AgentRecord.need(document, "text"), document.get("truncated") != null,
                written(document),
                document.text("error"), Usage.of(document.mapping("tokens"), document.text("cost")),
                Instant.parse(AgentRecord.need(document, "startedAt")),
                Instant.parse(AgentRecord.need(document, "endedAt")));
    }

    /** Results of earlier versions do not say it. */
    private static long written(Mapping document) {
        String written = document.text("written");
        return written == null ? AgentRecord.need(document, "text").length() : Long.parseLong(written);
    }
}
