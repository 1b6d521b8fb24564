package dev.asmp.etcd;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import dev.asmp.etcd.EtcdConnections.Failed;
import dev.asmp.etcd.EtcdConnections.Reply;
import dev.asmp.manifest.EtcdSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Requests to a member that answers with these bytes, or not at all. */
@Timeout(30)
class EtcdConnectionsTest {
    private static final String ANSWER = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";
    private static final Duration LIMIT = Duration.ofMillis(200);
    private static final byte[] SMALL = {'{', '}'};

    private final ServerSocket server;
    private final List<Socket> accepted = new CopyOnWriteArrayList<>();
    private final EtcdConnections connections;

    EtcdConnectionsTest() throws IOException {
        server = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
        connections = new EtcdConnections(settings(), 0);
    }

    private EtcdSettings settings() {
        return new EtcdSettings(List.of(member()), "/x", null, null, null, null, null);
    }

    private URI member() {
        return URI.create("http://127.0.0.1:" + server.getLocalPort());
    }

    /** Answers the requests of each connection with these texts, then closes it; nothing is read where there are none. */
    private void answer(String... answers) {
        Thread.ofVirtual().start(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    accepted.add(socket);
                    if (answers.length > 0) {
                        Thread.ofVirtual().start(() -> speak(socket, answers));
                    }
                } catch (IOException _) {
                    // The test is over.
                }
            }
        });
    }

    private static void speak(Socket socket, String... answers) {
        try (socket; InputStream in = socket.getInputStream()) {
            for (String each : answers) {
                var _ = in.readNBytes(1);
                var _ = in.skip(in.available());
                socket.getOutputStream().write(each.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException _) {
            // The client has closed it.
        }
    }

    private Reply ask() throws Failed {
        return connections.ask(member(), "/v3/kv/txn", SMALL, null, LIMIT);
    }

    @AfterEach
    void close() throws IOException {
        connections.close();
        server.close();
    }

    @Test
    void aConnectionIsKeptForTheNextRequestAndOneThatDiedMeanwhileSaysNothingOfTheMember() throws Exception {
        answer(ANSWER, ANSWER);
        assertEquals(200, ask().status());
        assertEquals(200, ask().status());
        assertEquals(1, accepted.size());
        Failed dead = assertThrows(Failed.class, this::ask);
        assertTrue(dead.kept && dead.sent && !dead.silent, dead.getMessage());
        assertEquals(200, ask().status());
        try (EtcdLink link = new EtcdLink(settings(), 0, new EtcdCounters())) {
            for (int i = 0; i < 5; i++) {
                assertEquals(i == 2 || i == 4, link.call("/v3/kv/txn", Mapping.EMPTY, Duration.ZERO).repeated());
            }
        }
    }

    @Test
    void answersAreReadByTheirLengthInChunksOrToTheEnd() throws Exception {
        answer("HTTP/1.1 404 Not Found\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n{\"a\r\nA;x=y\r\n\": \"bcdef\"\r\n1\r\n}\r\n0\r\n\r\n",
                ANSWER, "HTTP/1.1 200 OK\r\n\r\nall that comes");
        Reply chunked = ask();
        assertEquals(404, chunked.status());
        assertEquals("{\"a\": \"bcdef\"}", new String(chunked.body(), StandardCharsets.UTF_8));
        assertEquals(2, ask().body().length);
        assertEquals("all that comes", new String(ask().body(), StandardCharsets.UTF_8));
        assertEquals(1, accepted.size());
    }

    @Test
    void halfAnAnswerIsNone() {
        answer("HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{}");
        Failed half = assertThrows(Failed.class, this::ask);
        assertTrue(half.sent && !half.silent, half.getMessage());
    }

    @Test
    void aMemberThatIsSilentOrReadsNothingIsLeftInTime() {
        answer();
        byte[] large = new byte[20_000_000];
        for (byte[] body : List.of(SMALL, large)) {
            Failed silent = assertThrows(Failed.class,
                    () -> connections.ask(member(), "/v3/kv/txn", body, null, LIMIT));
            assertTrue(silent.silent && silent.sent && !silent.kept, silent.getMessage());
            assertEquals(member() + " did not answer in time", silent.getMessage());
        }
    }

    @Test
    void whatIsNotThereWasNotSent() throws Exception {
        server.close();
        Failed absent = assertThrows(Failed.class, this::ask);
        assertFalse(absent.sent || absent.silent || absent.setup, absent.getMessage());
        assertEquals(member() + ": no connection", absent.getMessage());
    }
}
