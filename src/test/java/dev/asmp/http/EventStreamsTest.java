package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import dev.asmp.document.Mapping;
import dev.asmp.events.Feed;
import dev.asmp.wire.StreamedBody;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One reader's stream, without a network. */
@Timeout(30)
class EventStreamsTest {
    @Test
    void aReaderIsKeptAwakeWhileOnlyWhatItDoesNotWantHappens() throws Exception {
        Exchange exchange = new Exchange("/events", List.of(), "", _ -> null, Map::of, () -> new byte[0],
                Ingress.PORT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Thread reader;
        try (Feed feed = new Feed(64, 1 << 20, 1)) {
            StreamedBody flow = Objects.requireNonNull(
                    new EventStreams(2_000, Duration.ofMillis(50)).from(feed, exchange, _ -> false).reply().stream());
            reader = Thread.ofVirtual().start(() -> {
                try {
                    flow.writeTo(out);
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            Until.holds(() -> text(out).contains("id: 1"),
                    () -> feed.publish("changed", "mail", List.of(), Mapping.EMPTY),
                    () -> text(out));
        }
        reader.join();
        assertTrue(text(out).startsWith(":\n\n:\nid: 1"), text(out));
    }

    @Test
    void aReaderIsEndedWhereSlowOnesHoldAsMuchAsTheyMay() throws Exception {
        Exchange exchange = new Exchange("/events", List.of(), "", _ -> "999", Map::of, () -> new byte[0],
                Ingress.PORT);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (Feed feed = new Feed(64, 1 << 20, 1)) {
            feed.publish("changed", "mail", List.of(), Mapping.EMPTY);
            assertTrue(feed.reading().tryTake(feed.reading().limit()));
            StreamedBody flow = Objects.requireNonNull(
                    new EventStreams(2_000, Duration.ofSeconds(60)).from(feed, exchange, _ -> true).reply().stream());
            flow.writeTo(out);
        }
        assertEquals(":\n\n", text(out));
    }

    private static String text(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8);
    }
}
