package dev.asmp.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Lines of an agent's output: ended by LF only, of any length, cut anywhere into chunks. */
class LineSplitterTest {
    private final LineSplitter splitter = new LineSplitter();
    private final List<Line> lines = new ArrayList<>();

    private record Line(byte[] bytes, boolean whole, long consumed) {
        @Nullable
        AgentMessage message() {
            return AgentMessage.of(bytes, whole);
        }
    }

    private void feed(byte[] bytes) {
        splitter.take(bytes, bytes.length, (line, whole, consumed) -> lines.add(new Line(line, whole, consumed)));
    }

    private AgentMessage read(int line) {
        return Objects.requireNonNull(lines.get(line).message());
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void otherSeparatorsAreText() {
        feed(utf8("{\"type\":\"a\",\"text\":\"one\u2028two\u2029three\u0085\"}\r\n"));
        assertEquals("one\u2028two\u2029three\u0085", read(0).body().text("text"));
    }

    @Test
    void halfACharacterWaitsForItsOtherHalf() {
        byte[] all = utf8("{\"type\":\"a\",\"text\":\"grün\"}\n");
        for (byte b : all) {
            feed(new byte[]{b});
        }
        assertEquals("grün", read(0).body().text("text"));
        assertEquals(all.length, lines.getFirst().consumed());
    }

    @Test
    void aLineOf16MebibytesIsReadWithItsLongTextCut() {
        String text = "ü".repeat(8 * 1024 * 1024 - 200);
        feed(utf8("{\"type\":\"message_end\",\"message\":{\"content\":[{\"text\":\"" + text
                + "\"}],\"stopReason\":\"stop\"}}\n{\"type\":\"next\"}\n"));
        Mapping body = read(0).body();
        assertEquals("stop", body.mapping("message").text("stopReason"));
        assertTrue(lines.getFirst().bytes().length <= LineSplitter.HELD, "held");
        assertTrue(String.valueOf(((Mapping) body.mapping("message").list("content").getFirst()).text("text"))
                .endsWith("ü…"));
        assertEquals("next", read(1).type());
    }

    @Test
    void ofALineOfManyTextsTheHeadIsKept() {
        StringBuilder line = new StringBuilder("{\"type\":\"agent_end\",\"messages\":[");
        for (int i = 0; i < 100; i++) {
            line.append("\"").append("x".repeat(10_000)).append("\",");
        }
        feed(utf8(line.append("0]}\n").toString()));
        assertFalse(lines.getFirst().whole());
        assertEquals("agent_end", read(0).type());
    }

    @Test
    void whatIsLongerThan16MebibytesIsPassedOver() {
        byte[] chunk = new byte[1024 * 1024];
        Arrays.fill(chunk, (byte) 'x');
        for (int i = 0; i < 17; i++) {
            feed(chunk);
        }
        feed(utf8("\n{\"type\":\"next\"}\n"));
        assertNull(lines.getFirst().message());
        assertEquals(17L * 1024 * 1024 + 1, lines.getFirst().consumed());
        assertEquals("next", read(1).type());
    }

    @Test
    void foreignLinesAreNone() {
        feed(utf8("npm WARN a \"quote\n[1]\n{\"no\":1}\n\n{broken\n{\"type\":\"a\",\"t\":\"\\\"\\\\\"}\n"));
        feed(new byte[]{(byte) 0xff, '\n'});
        assertEquals(7, lines.size());
        assertNotNull(lines.get(5).message());
        assertEquals(1, lines.stream().filter(line -> line.message() != null).count());
    }

    @Test
    void aTextIsNeverCutInsideAnEscape() {
        feed(utf8("{\"type\":\"a\",\"t\":\"" + "\\u00fc\\n".repeat(8_000) + "end\"}\n"));
        assertTrue(String.valueOf(read(0).body().text("t")).startsWith("ü\nü"));
    }
}
