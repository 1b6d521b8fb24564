package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import dev.asmp.document.ByteBudget;
import dev.asmp.manifest.PortAccess;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that do not read, do not write, or come in crowds, at a socket with short limits. */
class SlowClientsTest {
    private static final int MOST = 20;
    private static final Duration SOON = Duration.ofMillis(500);

    private final List<Socket> sockets = new ArrayList<>();
    private final Connections connections = new Connections(MOST, new Connections.Patience(SOON, SOON, SOON, SOON));
    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger busy = new AtomicInteger();
    private HttpListener listener;

    @BeforeEach
    void start() throws IOException {
        Routes routes = new Routes();
        routes.add("GET", "/health", _ -> Answer.ok("{}".getBytes(StandardCharsets.US_ASCII)));
        routes.add("GET", "/busy", _ -> {
            awaitRelease();
            return Answer.ok("{}".getBytes(StandardCharsets.US_ASCII));
        });
        routes.add("GET", "/small", _ -> Answer.ok(new byte[32 * 1024]));
        routes.add("GET", "/events", _ -> Answer.events(out -> {
            for (int i = 0; i < 10; i++) {
                out.write(":\n\n".getBytes(StandardCharsets.US_ASCII));
                out.flush();
                pause(SOON.dividedBy(4)); // a stream whose pauses add up to more than the limit
            }
        }));
        routes.add("POST", "/take", exchange -> Answer.ok(Integer.toString(exchange.bytes().length)
                .getBytes(StandardCharsets.US_ASCII)));
        HttpBudgets budgets = new HttpBudgets(new ByteBudget(8 << 20), new ByteBudget(48 << 20));
        RequestHandler handler = new RequestHandler(routes, access(0), budgets, _ -> {});
        listener = new HttpListener(new PortBinding("127.0.0.1", 0, Ingress.PORT), handler, null, connections);
        listener.start();
        handler.guardBy(access(listener.port()));
    }

    private static LoopbackAccess access(int port) {
        return new LoopbackAccess(port, PortAccess.OPEN,
                new OwnerAuthorization("token", new OwnerSessions(() -> Duration.ZERO)));
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        for (Socket socket : sockets) {
            socket.close();
        }
        listener.close();
    }

    private void awaitRelease() {
        busy.incrementAndGet();
        try {
            released.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private static void pause(Duration time) throws InterruptedException {
        assertFalse(new CountDownLatch(1).await(time.toNanos(), TimeUnit.NANOSECONDS));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), listener.port()), 3_000);
        socket.setSoTimeout(3_000);
        return socket;
    }

    private String head(String request, String headers) {
        return request + " HTTP/1.1\r\nHost: 127.0.0.1:" + listener.port() + "\r\n" + headers + "\r\n";
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }

    private String ask(String request, String headers) throws IOException {
        try (Socket socket = connect()) {
            send(socket, head(request, headers + "Connection: close\r\n"));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** Sends requests until the kernel takes no more, and reads no answer. */
    private void pipeline(Socket socket) {
        Thread.ofVirtual().start(() -> {
            byte[] requests = head("GET /small", "").repeat(50).getBytes(StandardCharsets.US_ASCII);
            try {
                OutputStream out = socket.getOutputStream();
                while (true) {
                    out.write(requests);
                }
            } catch (IOException _) {
                // It was cut.
            }
        });
    }

    @Test
    void clientsThatNeverReadTheirSmallAnswersAreCut() throws Exception {
        for (int i = 0; i < MOST; i++) {
            pipeline(connect());
        }
        Until.holds(() -> connections.count() == MOST, () -> connections.count() + " are open");
        Until.holds(() -> connections.count() == 0, () -> connections.count() + " are open");
    }

    @Test
    void whereTooManyWaitTheSlowestGivesWayToTheNext() throws Exception {
        for (int i = 0; i < 3 * MOST; i++) {
            Socket socket = connect();
            switch (i % 3) {
                case 0 -> pipeline(socket);
                case 1 -> send(socket, "GET /hea");
                default -> {
                    // Says nothing.
                }
            }
            assertTrue(ask("GET /health", "").startsWith("HTTP/1.1 200 "));
        }
        assertTrue(connections.count() <= MOST);
    }

    @Test
    void whereNoneWaitsTheNextIsToldSoAndNotReset() throws Exception {
        for (int i = 0; i < MOST; i++) {
            send(connect(), head("GET /busy", ""));
        }
        Until.holds(() -> busy.get() == MOST, () -> busy + " requests");
        for (int i = 0; i < 5; i++) {
            Socket next = connect();
            send(next, head("GET /health", "X-Long: " + "x".repeat(4_000) + "\r\n"));
            String answer = new String(next.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertTrue(answer.startsWith("HTTP/1.1 503 ") && answer.contains("Retry-After: 1"), answer);
        }
    }

    @Test
    void aRequestThatArrivesByteByByteIsCut() throws IOException {
        Socket socket = connect();
        long end = System.nanoTime() + Duration.ofSeconds(10).toNanos();
        send(socket, head("GET /health", "").replaceFirst("\r\n\r\n$", "\r\nX-Slow: "));
        assertThrows(IOException.class, () -> {
            while (System.nanoTime() < end) {
                send(socket, "x");
                pause(Duration.ofMillis(20));
            }
        });
    }

    @Test
    void aStreamThatIsReadIsNotCut() throws IOException {
        String stream = ask("GET /events", "");
        assertEquals(10, stream.split(":\n\n", -1).length - 1, stream);
    }

    @Test
    void stalledBodiesAreRefusedBeyondTheirShareAndSmallOnesAreTaken() throws Exception {
        List<Socket> stalled = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Socket socket = connect();
            stalled.add(socket);
            send(socket, head("POST /take", "Content-Length: 1048576\r\n") + "x".repeat(1_000));
        }
        int refused = 0;
        for (Socket socket : stalled) {
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            refused += answer.startsWith("HTTP/1.1 503 ") && answer.contains("Retry-After: 1\r\n") ? 1 : 0;
        }
        assertEquals(6, refused);
    }

    @Test
    void aSmallBodyIsTakenWhileLongOnesAreStalled() throws Exception {
        for (int i = 0; i < 10; i++) {
            send(connect(), head("POST /take", "Content-Length: 1048576\r\n") + "x".repeat(1_000));
        }
        try (Socket socket = connect()) {
            String body = "x".repeat(10_000);
            send(socket, head("POST /take", "Connection: close\r\nContent-Length: 10000\r\n") + body);
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertTrue(answer.endsWith("\r\n\r\n10000"), answer);
        }
    }
}
