package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.ByteBudget;
import dev.asmp.manifest.PortAccess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The memory that long answers hold while their readers stall. */
class LongAnswerMemoryTest {
    private static final int READERS = 150;
    private static final int LONG = 1 << 20;
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final List<Socket> sockets = new ArrayList<>();
    private HttpListener listener;

    @BeforeEach
    void start() throws IOException {
        Routes routes = new Routes();
        byte[] piece = new byte[16 * 1024];
        routes.add("GET", "/long", _ -> Answer.ok(new byte[LONG]).orInPieces(out -> {
            for (int i = 0; i < LONG; i++) { // more than the kernel takes
                out.write(piece);
            }
        }, 2L * piece.length));
        HttpBudgets budgets = new HttpBudgets(new ByteBudget(8 << 20), new ByteBudget(4 << 20));
        RequestHandler handler = new RequestHandler(routes, access(0), budgets, _ -> {});
        listener = new HttpListener(new PortBinding("127.0.0.1", 0, Ingress.PORT), handler, null,
                new Connections(2 * READERS, new Connections.Patience(PATIENCE, PATIENCE, PATIENCE, PATIENCE)));
        listener.start();
        handler.guardBy(access(listener.port()));
    }

    private static LoopbackAccess access(int port) {
        return new LoopbackAccess(port, PortAccess.OPEN,
                new OwnerAuthorization("token", new OwnerSessions(() -> Duration.ZERO)));
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        listener.close();
    }

    private void readALittle(String path, int port) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.setReceiveBufferSize(4_096);
        socket.setSoTimeout(20_000);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        socket.getOutputStream().write(("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        assertTrue(socket.getInputStream().read() == 'H');
    }

    private static long heap() {
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Test
    void anAnswerInPiecesIsNotHeldAsAWholeToo() throws IOException {
        long before = heap();
        for (int i = 0; i < READERS; i++) {
            readALittle("/long", listener.port());
        }
        long held = heap() - before;
        assertTrue(held < 60L << 20, () -> READERS + " readers hold " + (held >> 20) + " MiB");
    }

    @Test
    void aListOfLongEntriesIsSentToAsManyReadersAsItsEntriesFitTheBudget(@TempDir Path folder) throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(), "")) {
            for (int i = 0; i < 40; i++) {
                assertEquals(201, daemon.announce(Manifests.yaml("long-" + i, "1") + "padding: " + "x".repeat(240_000))
                        .status());
            }
            long before = heap();
            for (int i = 0; i < READERS; i++) {
                readALittle("/services", daemon.port());
            }
            long held = heap() - before;
            assertTrue(held < 45L << 20, () -> READERS + " readers hold " + (held >> 20) + " MiB");
        }
    }
}
