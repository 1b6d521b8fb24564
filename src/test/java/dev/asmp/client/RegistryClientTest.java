package dev.asmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The client at a server that answers with given bytes. */
class RegistryClientTest {
    private static final RegistryClient.Limits QUICK = new RegistryClient.Limits(300, 1_000, 20);

    private final ServerSocket server;
    private final List<String> sent = new CopyOnWriteArrayList<>();

    RegistryClientTest() throws IOException {
        server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
    }

    @AfterEach
    void close() throws IOException {
        server.close();
    }

    @FunctionalInterface
    private interface Answer {
        void writeTo(OutputStream out) throws IOException;
    }

    /** A client of a server that reads one request's head, and then sends this. */
    private RegistryClient client(Answer answer) {
        Thread.ofPlatform().daemon().start(() -> {
            try (Socket socket = server.accept()) {
                BufferedReader in = new BufferedReader(
                        new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
                for (String line = in.readLine(); line != null && !line.isEmpty(); line = in.readLine()) {
                    sent.add(line);
                }
                answer.writeTo(socket.getOutputStream());
                socket.shutdownOutput();
                in.read(); // until the client closes
            } catch (IOException _) {
                // The client or the test has enough.
            }
        });
        return new RegistryClient("127.0.0.1", server.getLocalPort(), null, QUICK);
    }

    private RegistryClient answering(String escaped) {
        byte[] bytes = escaped.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
        return client(out -> out.write(bytes));
    }

    private static Reply get(RegistryClient client) throws IOException {
        return client.call(Request.of("GET", "/x?y=1"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "HTTP/1.1 200 OK~Content-Length: 2~~{}|200|{}",
            "HTTP/1.1 200 OK~content-LENGTH:  2 ~~{}more|200|{}",
            "HTTP/1.0 200 OK~~[1]|200|[1]",
            "HTTP/1.1 404 Not Found~~|404|''",
            "HTTP/1.1 503~Content-Length: 0~~|503|''",
            "HTTP/1.1 204 No Content~~|204|''",
            "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~1~{~1;x=y~}~0~~|200|{}",
            "HTTP/1.1 200 OK~Transfer-Encoding: Chunked~Content-Length: 9~~2~{}~0~~|200|{}",
            "HTTP/1.1 100 Continue~~HTTP/1.1 201 Created~Content-Length: 2~~{}|201|{}",
            "HTTP/1.1 200 OK~a header without a colon~~{}|200|{}",
            "HTTP/1.1 200 OK~Content-Length: 20~~12345678901234567890|200|12345678901234567890"})
    void answersOfEachKindAreRead(String answer, int status, String body) throws IOException {
        Reply reply = get(answering(answer));
        assertEquals(status, reply.status());
        assertEquals(body, new String(reply.body(), StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "''|the connection was closed without an answer",
            "SSH-2.0-OpenSSH_9.6~|the answer is not HTTP",
            "HTTP/1.1~~|the answer is not HTTP",
            "HTTP/1.1 abc OK~~|the answer is not HTTP",
            "HTTP/1.1 200 OK~Content-Length: -1~~|the answer is not HTTP",
            "HTTP/1.1 200 OK~Content-Length: many~~|the answer is not HTTP",
            "HTTP/1.1 200 OK~Content-Length: 5~~{}|the answer broke off",
            "HTTP/1.1 200 OK~Content-Length: 21~~|the answer has more than 20 bytes",
            "HTTP/1.1 200 OK~~123456789012345678901|the answer has more than 20 bytes",
            "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~15~123456789012345678901~0~~|the answer has more than 20 bytes",
            "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~5~{}|the answer broke off",
            "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~zz~{}|the answer is not HTTP"})
    void anAnswerThatCannotBeReadSaysWhy(String answer, String problem) {
        assertEquals(problem, assertThrows(IOException.class, () -> get(answering(answer))).getMessage());
    }

    @Test
    void headersAreFoundInAnyCase() throws IOException {
        assertEquals("7", get(answering("HTTP/1.1 200 OK~X-ASMP-Index: 7~Content-Length: 0~~")).header("x-asmp-index"));
    }

    @Test
    void aHeadWithoutAnEndIsNotReadForEver() {
        RegistryClient client = client(out -> {
            out.write("HTTP/1.1 200 OK\r\n".getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 1_000; i++) {
                out.write(("X-" + i + ": y\r\n").getBytes(StandardCharsets.US_ASCII));
            }
        });
        assertEquals("the answer has more than 200 headers",
                assertThrows(IOException.class, () -> get(client)).getMessage());
    }

    @Test
    void silenceEndsTheWait() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            RegistryClient client = new RegistryClient("127.0.0.1", silent.getLocalPort(), null, QUICK);
            assertThrows(SocketTimeoutException.class, () -> get(client));
        }
    }

    @Test
    void anAnswerThatArrivesAByteAtATimeEndsAtTheDeadline() {
        AtomicInteger written = new AtomicInteger();
        RegistryClient client = client(out -> {
            out.write("HTTP/1.1 200 OK\r\nX: ".getBytes(StandardCharsets.US_ASCII));
            while (written.incrementAndGet() < 600) {
                out.write('x');
                LockSupport.parkNanos(50_000_000);
            }
        });
        assertThrows(SocketTimeoutException.class, () -> get(client));
        assertTrue(written.get() > 5, "no single read was too slow");
    }

    @Test
    void aRequestIsSentAsItIsMeant() throws IOException {
        answering("HTTP/1.1 200 OK~Content-Length: 0~~").call(
                Request.json("POST", "/services?x=%20", new byte[]{'{', '}'}).with("If-Match", "\"a\""));
        assertEquals("POST /services?x=%20 HTTP/1.1", sent.getFirst());
        List<String> headers = new ArrayList<>(sent.subList(1, sent.size()));
        headers.sort(null);
        assertEquals(List.of("Accept: application/json", "Connection: close", "Content-Length: 2",
                "Content-Type: application/json", "Host: 127.0.0.1:" + server.getLocalPort(), "If-Match: \"a\""),
                headers);
    }

    @Test
    void theLinesOfAStreamArriveUntilTheReaderHasEnough() throws IOException {
        List<String> lines = new ArrayList<>();
        answering("HTTP/1.1 200 OK~Transfer-Encoding: chunked~~a~:~id: 7~~9~event: ab~4~cd~~0~~")
                .stream(Request.of("GET", "/events"), 5_000, () -> lines.add("opened"), line -> {
                    lines.add(line);
                    return !line.startsWith("event");
                });
        assertEquals("opened", lines.getFirst());
        assertTrue(lines.contains("id: 7"), lines.toString());
    }

    @Test
    void aStreamThatIsRefusedSaysWhy() {
        assertEquals("too many", assertThrows(RegistryException.class, () -> answering(
                "HTTP/1.1 503 x~~{\"error\":\"too many\"}").stream(Request.of("GET", "/events"), 5_000, () -> {},
                        _ -> true))
                .getMessage());
    }

    @Test
    void interimAnswersWithoutEndAreAFailure() {
        byte[] endless = "HTTP/1.1 100 Continue\r\n\r\n".repeat(100_000).getBytes(StandardCharsets.ISO_8859_1);
        assertThrows(IOException.class, () -> new ReplyReader(new ByteArrayInputStream(endless), 1_000).reply());
    }
}
