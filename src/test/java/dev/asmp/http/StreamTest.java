package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Being told of changes: by a stream, or by a question that is answered when its answer changes. */
@Timeout(60)
class StreamTest {
    @TempDir
    private Path folder;

    private final TestClock clock = TestClock.somewhen();
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, clock, "");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    /** A reader of the stream, over a plain socket, as a client in any language would be. */
    private final class Reader implements AutoCloseable {
        private final Socket socket;
        private final BufferedReader in;
        private String lastId = "";

        Reader(String path, String... headers) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port());
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port() + "\r\n"
                    + String.join("", headers) + "\r\n").getBytes(StandardCharsets.US_ASCII));
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            String head = "";
            for (String line = in.readLine(); !":".equals(line); line = in.readLine()) {
                head += line + "\n";
            }
            assertTrue(head.startsWith("HTTP/1.1 200") && head.toLowerCase(Locale.ROOT)
                    .contains("content-type: text/event-stream"), head);
        }

        /** The next event as its kind and its data. */
        String next() throws IOException {
            String kind = "";
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.startsWith("id: ")) {
                    lastId = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    kind = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    return kind + " " + line.substring(6);
                }
            }
            return "end";
        }

        void expect(String kind, String text) throws IOException {
            String next = next();
            assertTrue(next.startsWith(kind + " ") && next.contains(text), next);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    private void announce(String name, String version) throws Exception {
        assertEquals(201, daemon.announce(Manifests.yaml(name, version)).status());
    }

    @Test
    void everyKindOfChangeIsTold() throws Exception {
        try (Reader reader = new Reader("/events")) {
            announce("mail", "1");
            reader.expect("registered", "\"name\":\"mail\"");
            announce("mail", "1");
            announce("mail", "2");
            reader.expect("changed", "\"generation\":3");
            daemon.json("POST", "/discoveries", "{\"name\":\"fax\"}");
            reader.expect("discovery", "\"name\":\"fax\"");
            daemon.send("DELETE", "/services/mail", new byte[0]);
            reader.expect("removed", "\"name\":\"mail\"");
        }
    }

    @Test
    void whenTheDaemonStopsAStreamIsEndedAsItShould() throws Exception {
        try (Reader reader = new Reader("/events")) {
            announce("mail", "1");
            reader.next();
            daemon.restart();
            List<String> rest = reader.in.lines().toList();
            assertEquals(List.of("0", ""), rest.subList(rest.size() - 2, rest.size()));
        }
    }

    @Test
    void aReaderSeesWhatItAskedForOnly() throws Exception {
        try (Reader byName = new Reader("/events?name=fax"); Reader byDomain = new Reader("/events?provides=fax.*")) {
            announce("mail", "1");
            announce("fax", "1");
            byName.expect("registered", "\"name\":\"fax\"");
            byDomain.expect("registered", "\"name\":\"fax\"");
        }
    }

    @Test
    void aReaderMayBeginWithTheLastEvents() throws Exception {
        announce("mail", "1");
        announce("wiki", "1");
        try (Reader last = new Reader("/events?recent=1"); Reader mail = new Reader("/events?recent=100&name=mail")) {
            last.expect("registered", "wiki");
            mail.expect("registered", "mail");
        }
    }

    @Test
    void aReaderGoesOnWhereItWas() throws Exception {
        String seen;
        try (Reader reader = new Reader("/events")) {
            announce("a", "1");
            reader.next();
            seen = reader.lastId;
        }
        announce("b", "1");
        try (Reader reader = new Reader("/events", "Last-Event-ID: " + seen + "\r\n")) {
            reader.expect("registered", "\"name\":\"b\"");
        }
        for (String unknown : List.of("7", "banana", "99999999999999999")) {
            try (Reader reader = new Reader("/events", "Last-Event-ID: " + unknown + "\r\n")) {
                reader.expect("reset", "read everything again");
            }
        }
    }

    @Test
    void aStreamEndsWhenTheDaemonStops() throws Exception {
        try (Reader reader = new Reader("/events")) {
            daemon.restart();
            assertEquals("end", reader.next());
        }
    }

    /** All events together are several times what the kernel buffers for a connection, so that its writer blocks. */
    @Test
    void readersThatDoNotReadDoNotDelayTheOthers() throws Exception {
        String[] provides = IntStream.range(0, 120).mapToObj("mail.use.with.a.name.that.takes.space.n%d"::formatted)
                .toArray(String[]::new);
        List<Socket> idle = new ArrayList<>();
        try (Reader reader = new Reader("/events")) {
            for (int i = 0; i < 20; i++) {
                Socket socket = new Socket();
                idle.add(socket);
                socket.setReceiveBufferSize(4_096);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), daemon.port()));
                socket.getOutputStream().write(("GET /events HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                        + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
            }
            daemon.awaitUntil(() -> daemon.get("/metrics").text().contains("asmp_event_readers{socket=\"api\"} 21\n"));
            for (int i = 1; i <= 500; i++) {
                assertEquals(201, daemon.announce(Manifests.yaml("mail", "" + i, provides)).status());
                reader.expect(i == 1 ? "registered" : "changed", "\"generation\":" + i);
            }
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void anEventTooLongToKeepHasItsShortFieldsAndReachesEachReader() throws Exception {
        String vm = "{\"id\":\"vm-1\",\"name\":\"one\",\"role\":\"worker\",\"address\":\"vm-1\",\"registeredBy\":\"t\","
                + "\"metadata\":{\"note\":\"" + "x".repeat(60_000) + "\"}}";
        try (Reader reader = new Reader("/registry/events?role=lieutenant")) {
            assertEquals(201, daemon.json("POST", "/registry/vms", vm).status());
            String event = reader.next();
            assertTrue(event.startsWith("registered {\"id\":\"vm-1\"") && event.endsWith("\"truncated\":true}")
                    && event.contains("\"role\":\"worker\"") && event.length() < 1_000, event);
        }
    }

    private static String index(RunningDaemon.Reply reply) {
        return reply.response().headers().firstValue("X-Asmp-Index").orElseThrow();
    }

    private CompletableFuture<RunningDaemon.Reply> waitFor(String query) {
        return CompletableFuture.supplyAsync(() -> {
            try {
                return daemon.get("/capabilities?provides=mail.use&" + query);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @Test
    void aQuestionIsAnsweredWhenItsAnswerChanges() throws Exception {
        RunningDaemon.Reply now = daemon.get("/capabilities?provides=mail.use");
        assertEquals(index(now), index(daemon.get("/capabilities?provides=mail.use")));
        CompletableFuture<RunningDaemon.Reply> waiting = waitFor("wait=30s&index=" + index(now));
        announce("fax", "1");
        announce("mail", "1");
        RunningDaemon.Reply reply = waiting.get();
        assertTrue(reply.text().contains("\"name\":\"mail\""), reply.text());
        assertTrue(Long.parseLong(index(reply)) > Long.parseLong(index(now)), index(reply));
        announce("mail", "1");
        assertEquals(index(reply), index(daemon.get("/capabilities?provides=mail.use")));
        assertEquals(index(reply), index(waitFor("wait=30s&index=1").get()));
        assertEquals(index(reply), index(waitFor("wait=30s").get()));
    }

    @Test
    void atTheEndOfTheWaitTheAnswerIsTheSame() throws Exception {
        RunningDaemon.Reply now = daemon.get("/capabilities?provides=mail.use");
        RunningDaemon.Reply later = waitFor("wait=50ms&index=" + index(now)).get();
        assertEquals(index(now), index(later));
        assertEquals(now.text(), later.text());
        assertTrue(later.response().headers().firstValue("ETag").isEmpty());
        assertEquals(400, daemon.get("/capabilities?provides=x&wait=banana").status());
        assertEquals(400, daemon.get("/capabilities?provides=x&wait=1s&index=-1").status());
        assertEquals(400, daemon.get("/capabilities?wait=1s").status());
    }

    @Test
    void aStopAnswersAllWhoWait() throws Exception {
        String index = index(daemon.get("/capabilities?provides=mail.use"));
        List<CompletableFuture<RunningDaemon.Reply>> waiting = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            waiting.add(waitFor("wait=60s&index=" + index));
        }
        daemon.awaitUntil(() -> daemon.get("/metrics").text().contains("asmp_waiting_clients 20\n"));
        clock.advance(Duration.ofSeconds(1));
        daemon.restart();
        for (var one : waiting) {
            assertEquals(200, one.get().status());
        }
        assertNotEquals(index, index(daemon.get("/capabilities?provides=mail.use")));
    }

    @Test
    void aServiceThatIsProbedIsHealthyAndThenIsNot() throws Exception {
        ServerSocket service = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        try (Reader reader = new Reader("/events?name=mail")) {
            String yaml = Manifests.yaml("mail", "1").replace("7100", Integer.toString(service.getLocalPort()))
                    + "health: {method: tcp, target: '127.0.0.1:%d', interval: 1s, timeout: 500ms}\n"
                            .formatted(service.getLocalPort());
            daemon.announce(yaml);
            reader.expect("registered", "mail");
            reader.expect("health", "\"healthy\":true");
            assertEquals("true", daemon.get("/services/mail").mapping().text("healthy"));
            assertTrue(daemon.get("/capabilities?provides=mail.use").text().contains("\"healthy\":true"));
            assertEquals("1", daemon.get("/health").mapping().text("healthy"));
            assertTrue(daemon.get("/services?healthy=true").text().contains("mail"));
            service.close();
            reader.expect("health", "\"healthy\":false");
            assertEquals("degraded", daemon.get("/health").mapping().text("status"));
            assertEquals("1", daemon.get("/health").mapping().text("unhealthy"));
            assertEquals("[]", daemon.get("/services?healthy=true").text());
            daemon.announce(Manifests.yaml("post", "1", "mail.use"));
            String offers = daemon.get("/capabilities?provides=mail.use").text();
            assertTrue(offers.indexOf("\"post\"") < offers.indexOf("\"mail\""), offers);
            String metrics = daemon.get("/metrics").text();
            assertTrue(metrics.contains("asmp_probed_services{healthy=\"false\"} 1\n"), metrics);
            assertTrue(metrics.contains(
                    "asmp_http_requests_total{socket=\"api\",method=\"GET\",route=\"/services/{name}\",status=\"200\"} 1\n"),
                    metrics);
        }
    }
}
