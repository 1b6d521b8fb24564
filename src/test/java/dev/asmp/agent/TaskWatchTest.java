package dev.asmp.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.agent.TaskWatch.Outcome;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When a task is done, message by message, with a time of the test. */
class TaskWatchTest {
    private static final String BUSY = "{\"isStreaming\":true,\"isCompacting\":false,\"pendingMessageCount\":0}";
    private static final String IDLE = "{\"isStreaming\":false,\"isCompacting\":false,\"pendingMessageCount\":0}";

    private Instant now = Instant.parse("2026-11-20T10:00:00Z");
    private TaskWatch watch;

    @BeforeEach
    void begin() {
        watch = new TaskWatch(now);
        watch.sent();
        watch.taken(now);
    }

    private static Mapping json(String json) {
        return (Mapping) Json.read(json.getBytes(StandardCharsets.UTF_8));
    }

    private void hear(String json) {
        Mapping body = json(json);
        watch.heard(new AgentMessage(String.valueOf(body.text("type")), body), now);
    }

    private void say(String text, String stop) {
        hear("{\"type\":\"message_start\",\"message\":{\"role\":\"assistant\"}}");
        hear("{\"type\":\"message_update\",\"assistantMessageEvent\":{\"type\":\"text_delta\",\"delta\":\"" + text
                + "\"}}");
        hear("{\"type\":\"message_end\",\"message\":{\"role\":\"assistant\",\"stopReason\":\"" + stop
                + "\",\"errorMessage\":\"overloaded\",\"usage\":{\"input\":3,\"output\":4,\"cacheRead\":5,\"cacheWrite\":6,"
                + "\"cost\":{\"total\":0.25}}}}");
    }

    /** Lets time pass to the moment at which the agent is to be asked, and answers for it. */
    private Duration ask(String state) {
        Duration waited = Duration.between(now, watch.due());
        now = now.isBefore(watch.due()) ? watch.due() : now;
        watch.answered(json(state), now);
        return waited;
    }

    @Test
    void agentSettledIsTheEnd() {
        hear("{\"type\":\"agent_start\"}");
        say("all good", "stop");
        hear("{\"type\":\"agent_end\",\"willRetry\":false}");
        assertFalse(watch.isDone());
        hear("{\"type\":\"agent_settled\"}");
        assertTrue(watch.isDone());
        TaskWatch.End end = watch.end();
        assertEquals(Outcome.SUCCEEDED, end.outcome());
        assertEquals("all good", end.text());
        assertEquals(18, end.usage().total());
        assertEquals("0.25", end.usage().costScalar().text());
    }

    @Test
    void anOldAgentMustSayTwiceThatItIsIdle() {
        say("done", "stop");
        hear("{\"type\":\"agent_end\"}");
        ask(IDLE);
        assertFalse(watch.isDone());
        assertEquals(TaskWatch.PAUSE, ask(IDLE));
        assertTrue(watch.isDone());
    }

    @Test
    void afterAnErrorAnOldAgentHasTimeForARetry() {
        say("", "error");
        hear("{\"type\":\"agent_end\"}");
        ask(IDLE);
        now = now.plusSeconds(8);
        hear("{\"type\":\"agent_start\"}");
        say("after the retry", "stop");
        hear("{\"type\":\"agent_end\"}");
        ask(IDLE);
        ask(IDLE);
        assertTrue(watch.isDone());
        assertEquals(Outcome.SUCCEEDED, watch.end().outcome());
        assertEquals("after the retry", watch.end().text());
    }

    @Test
    void anErrorThatIsNotRetriedIsAFailure() {
        say("", "error");
        hear("{\"type\":\"agent_end\"}");
        ask(IDLE);
        assertEquals(TaskWatch.PAUSE_AFTER_ERROR, ask(IDLE));
        assertEquals(Outcome.FAILED, watch.end().outcome());
        assertEquals("overloaded", watch.end().error());
    }

    @Test
    void anAgentThatWillRetryIsNotDone() {
        say("", "error");
        hear("{\"type\":\"agent_end\",\"willRetry\":true}");
        assertFalse(watch.isDone());
        now = now.plusSeconds(3);
        hear("{\"type\":\"agent_start\"}");
        say("well", "stop");
        hear("{\"type\":\"agent_end\",\"willRetry\":false}");
        hear("{\"type\":\"agent_settled\"}");
        assertEquals(Outcome.SUCCEEDED, watch.end().outcome());
    }

    @Test
    void queuedMessagesAndCompactionAreWork() {
        say("first", "stop");
        hear("{\"type\":\"agent_end\"}");
        ask("{\"isStreaming\":false,\"isCompacting\":false,\"pendingMessageCount\":1}");
        ask("{\"isStreaming\":false,\"isCompacting\":true,\"pendingMessageCount\":0}");
        ask(IDLE);
        assertFalse(watch.isDone());
        hear("{\"type\":\"agent_start\"}");
        ask(BUSY);
        assertFalse(watch.isDone());
    }

    @Test
    void silenceForTenMinutesEndsNothing() {
        hear("{\"type\":\"agent_start\"}");
        assertEquals(TaskWatch.SILENCE, ask(BUSY));
        for (int i = 0; i < 10; i++) {
            ask(BUSY);
        }
        assertTrue(watch.isStalled(now));
        assertFalse(watch.isDone());
        say("at last", "stop");
        assertFalse(watch.isStalled(now));
        hear("{\"type\":\"agent_settled\"}");
        assertEquals("at last", watch.end().text());
    }

    @Test
    void anAgentThatDoesNotAnswerIsAskedAgain() {
        hear("{\"type\":\"agent_start\"}");
        now = watch.due();
        watch.unanswered(now);
        assertFalse(watch.isDone());
        assertTrue(watch.due().isAfter(now));
    }

    @Test
    void aMessageOnTheWayKeepsTheTaskOpen() {
        say("first", "stop");
        watch.sent();
        hear("{\"type\":\"agent_settled\"}");
        assertFalse(watch.isDone());
        watch.taken(now);
        hear("{\"type\":\"agent_start\"}");
        say("second", "stop");
        hear("{\"type\":\"agent_settled\"}");
        assertTrue(watch.isDone());
        assertEquals("first\nsecond", watch.output(0));
    }

    @Test
    void aSecondResponseThatFailsIsAFailure() {
        hear("{\"type\":\"response\",\"command\":\"prompt\",\"success\":false,\"error\":\"No API key\"}");
        ask(IDLE);
        ask(IDLE);
        assertEquals(Outcome.FAILED, watch.end().outcome());
        assertEquals("No API key", watch.end().error());
    }

    @Test
    void aMessageThatNeedsNoRunIsDone() {
        ask(IDLE);
        ask(IDLE);
        assertEquals(Outcome.SUCCEEDED, watch.end().outcome());
    }

    @Test
    void aMessageWithoutASignOfItIsLost() {
        watch = new TaskWatch(now);
        ask(IDLE);
        ask(IDLE);
        assertEquals(Outcome.LOST, watch.end().outcome());
    }

    @Test
    void anAbortedTaskIsCancelledWhateverWaitsInTheAgent() {
        hear("{\"type\":\"agent_start\"}");
        watch.abort(now);
        say("half", "aborted");
        hear("{\"type\":\"agent_end\"}");
        ask("{\"isStreaming\":false,\"isCompacting\":false,\"pendingMessageCount\":2}");
        ask("{\"isStreaming\":false,\"isCompacting\":false,\"pendingMessageCount\":2}");
        assertTrue(watch.isDone());
        assertEquals(Outcome.CANCELLED, watch.end().outcome());
    }

    @Test
    void ofALongOutputTheEndIsKept() {
        for (int i = 0; i < 40; i++) {
            hear("{\"type\":\"message_update\",\"assistantMessageEvent\":{\"type\":\"text_delta\",\"delta\":\""
                    + "x".repeat(9_999) + "y\"}}");
        }
        assertEquals(400_000, watch.length());
        assertEquals("xy", watch.output(watch.length() - 2));
        assertTrue(watch.output(0).length() < 170_000);
    }
}
