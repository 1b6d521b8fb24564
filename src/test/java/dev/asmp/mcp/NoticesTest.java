package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.wire.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Notices of changes: their receivers, how they are merged, and when they end. */
class NoticesTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String LISTEN = """
            {"jsonrpc": "2.0", "id": "l1", "method": "subscriptions/listen", "params": {"_meta":
             {"io.modelcontextprotocol/protocolVersion": "2026-07-28", "io.modelcontextprotocol/clientCapabilities": {}},
             "notifications": {"toolsListChanged": true, "resourcesListChanged": true,
             "resourceSubscriptions": ["asmp://services/mail", "file:///etc/passwd"]}}}""";

    private final Talk talk = new Talk(FakeRegistry.ofTwo());

    @AfterEach
    void close() {
        talk.mcp.close();
    }

    /** Reads the events of a stream that is written on a thread of its own. */
    private static final class Reader {
        private final BufferedReader in;
        private final CountDownLatch ended = new CountDownLatch(1);

        Reader(Reply answer) throws IOException {
            PipedOutputStream out = new PipedOutputStream();
            in = new BufferedReader(new InputStreamReader(new PipedInputStream(out), StandardCharsets.UTF_8));
            Thread.ofPlatform().daemon().start(() -> {
                try (out) {
                    Objects.requireNonNull(answer.stream()).writeTo(out);
                } catch (IOException | InterruptedException _) {
                    // The reader is gone.
                }
                ended.countDown();
            });
        }

        /** The next message. */
        Mapping next() throws IOException {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("data: ")) {
                    return (Mapping) Json.read(Talk.bytes(line.substring(6)));
                }
            }
            throw new AssertionError("the stream has ended");
        }

        boolean ends() throws InterruptedException {
            return ended.await(SOON.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private Reader stream(String session) throws IOException {
        Reader reader = new Reader(talk.send("GET", "", "Accept", "text/event-stream", "Mcp-Session-Id", session));
        reader.in.readLine(); // the first sign of life: from here on it listens
        return reader;
    }

    private Reader listen() throws IOException {
        return new Reader(talk.send("POST", LISTEN, "MCP-Protocol-Version", "2026-07-28", "Mcp-Method",
                "subscriptions/listen"));
    }

    private void watch(String session, String method, String uri) {
        assertEquals(Mapping.EMPTY, Talk.json(talk.post("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"" + method
                + "\", \"params\": {\"uri\": \"" + uri + "\"}}", "Mcp-Session-Id", session)).get("result"));
    }

    @Test
    void aSessionIsToldOfWhatItWatches() throws Exception {
        String session = talk.begin("2025-11-25");
        watch(session, "resources/subscribe", "asmp://services/mail");
        watch(session, "resources/subscribe", "asmp://services/wiki");
        watch(session, "resources/unsubscribe", "asmp://services/wiki");
        Reader reader = stream(session);
        talk.mcp.changed("wiki");
        talk.mcp.changed("mail");
        assertEquals("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/updated\",\"params\":"
                + "{\"uri\":\"asmp://services/mail\"}}", Talk.written(reader.next()));
        talk.mcp.listChanged();
        assertEquals("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/resources/list_changed\"}",
                Talk.written(reader.next()));
    }

    @Test
    void whatHappensBeforeTheStreamIsOpenedIsNotLost() throws Exception {
        String session = talk.begin("2025-11-25");
        talk.mcp.listChanged();
        assertEquals("notifications/resources/list_changed", stream(session).next().text("method"));
    }

    @Test
    void anotherStreamTakesOver() throws Exception {
        String session = talk.begin("2025-11-25");
        Reader first = stream(session);
        Reader second = stream(session);
        assertTrue(first.ends());
        talk.mcp.listChanged();
        assertEquals("notifications/resources/list_changed", second.next().text("method"));
    }

    @Test
    void theEndOfASessionEndsItsStream() throws Exception {
        String session = talk.begin("2025-11-25");
        Reader reader = stream(session);
        talk.send("DELETE", "", "Mcp-Session-Id", session);
        assertTrue(reader.ends());
    }

    @Test
    void onlyWhatIsThereCanBeWatched() {
        String session = talk.begin("2025-11-25");
        for (String uri : List.of("file:///etc/passwd", "asmp://services/", "asmp://services/a/b",
                "asmp://services/%zz")) {
            assertEquals("-32602", Talk.json(talk.post("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\":"
                    + " \"resources/subscribe\", \"params\": {\"uri\": \"" + uri + "\"}}", "Mcp-Session-Id", session))
                    .mapping("error").text("code"));
        }
    }

    @Test
    void aListenerOfTheNewestRevisionIsToldWhatItWillBeTold() throws Exception {
        Reader reader = listen();
        Mapping acknowledged = reader.next();
        assertEquals("notifications/subscriptions/acknowledged", acknowledged.text("method"));
        assertEquals("{\"resourcesListChanged\":true,\"resourceSubscriptions\":[\"asmp://services/mail\"]}",
                Talk.written(acknowledged.mapping("params").mapping("notifications")));
        talk.mcp.changed("mail");
        Mapping updated = reader.next();
        assertEquals("asmp://services/mail", updated.mapping("params").text("uri"));
        assertEquals("l1",
                updated.mapping("params").mapping("_meta").text("io.modelcontextprotocol/subscriptionId"));
        talk.mcp.close();
        assertEquals("l1", reader.next().text("id"));
        assertTrue(reader.ends());
    }

    @Test
    void aReaderWhoIsGoneIsForgotten() throws Exception {
        CountDownLatch ended = new CountDownLatch(1);
        Reply stream = talk.send("POST", LISTEN, "MCP-Protocol-Version", "2026-07-28",
                "Mcp-Method", "subscriptions/listen");
        Thread.ofPlatform().daemon().start(() -> {
            try {
                Objects.requireNonNull(stream.stream()).writeTo(new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("broken pipe");
                    }
                });
            } catch (IOException | InterruptedException _) {
                ended.countDown();
            }
        });
        assertTrue(ended.await(SOON.toSeconds(), TimeUnit.SECONDS));
    }

    @Test
    void aThousandChangesInAMomentAreFewMessages() throws InterruptedException {
        NotificationQueue listener = new NotificationQueue(true);
        listener.watch("a");
        for (int i = 0; i < 1_000; i++) {
            listener.listChanged();
            listener.updated("a");
            listener.updated("b");
        }
        int reader = listener.attach();
        assertEquals(2, listener.await(reader, SOON).size());
        assertEquals(0, listener.await(reader, Duration.ofMillis(1)).size());
    }

    @Test
    void watchingHasALimit() {
        NotificationQueue listener = new NotificationQueue(true);
        for (int i = 0; i < 1_000; i++) {
            listener.watch("uri" + i);
        }
        listener.watch("uri1");
        assertThrows(RpcError.class, () -> listener.watch("one more"));
    }

    private Mapping subscribe(String session, String uri) {
        return Talk.json(talk.post("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"resources/subscribe\", \"params\":"
                + " {\"uri\": \"" + uri + "\"}}", "Mcp-Session-Id", session)).mapping("error");
    }

    @Test
    void anAddressLongerThanAnyNameIsNotWatched() {
        String session = talk.begin("2025-11-25");
        Mapping error = subscribe(session, "asmp://services/" + "x".repeat(900_000));
        assertEquals("-32602", error.text("code"));
        assertTrue(String.valueOf(error.text("message")).contains("at most 1024 characters"), error.toString());
        assertTrue(subscribe(session, "asmp://services/" + "x".repeat(1_000)).isEmpty());
    }

    @Test
    void allSubscriptionsTogetherFitTheirMemoryAndTheEndOfASessionFreesIts() {
        String uri = "asmp://services/" + "%00".repeat(300);
        List<String> sessions = new ArrayList<>();
        Mapping error = Mapping.EMPTY;
        while (error.isEmpty() && sessions.size() < 100) {
            sessions.add(talk.begin("2025-11-25"));
            for (int i = 0; i < 1_000 && error.isEmpty(); i++) {
                error = subscribe(sessions.getLast(), uri + i);
            }
        }
        assertTrue(String.valueOf(error.text("message")).contains("as many resources as fit in memory"),
                sessions.size() + " sessions, " + error);
        assertTrue(talk.memory.used() <= talk.memory.limit());
        assertEquals("-32602", subscribe(sessions.getFirst(), uri + "more").text("code"));
        for (int i = 0; i < 4; i++) {
            sessions.add(talk.begin("2025-11-25"));
        }
        assertTrue(subscribe(sessions.getLast(), uri).isEmpty(), "other sessions take the place of the oldest");
        assertEquals(404, talk.send("DELETE", "", "Mcp-Session-Id", sessions.get(1)).status());
        sessions.forEach(session -> talk.send("DELETE", "", "Mcp-Session-Id", session));
        assertTrue(talk.memory.used() < 10_000, talk.memory.used() + " bytes");
    }

    @Test
    void aSubscriptionByStreamIsRefusedWhereItDoesNotFitAndFreedAtItsEnd() throws Exception {
        assertTrue(talk.memory.tryTake(talk.memory.limit()));
        Reader refused = listen();
        assertTrue(String.valueOf(refused.next().mapping("error").text("message")).contains("fit in memory"));
        assertTrue(refused.ends());
        talk.memory.release(talk.memory.limit());
        Reader reader = listen();
        reader.next();
        assertTrue(talk.memory.used() > 0);
        talk.mcp.close();
        assertTrue(reader.ends());
        assertEquals(0, talk.memory.used());
    }
}
