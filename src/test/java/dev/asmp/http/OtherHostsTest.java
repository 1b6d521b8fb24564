package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Until;
import dev.asmp.document.ByteBudget;
import dev.asmp.manifest.FleetSettings;
import io.helidon.common.tls.Tls;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Sockets that other hosts reach: handshakes that stall, and one host with many connections. */
@Timeout(60)
class OtherHostsTest {
    private static final int MOST = 20;
    private static final Duration SOON = Duration.ofMillis(700);
    /** The begin of a TLS record of 512 bytes with a hello, which does not follow. */
    private static final byte[] HALF_A_HELLO = {0x16, 3, 1, 2, 0, 1, 0, 1, (byte) 0xfc, 3, 3, 1, 2, 3};

    @TempDir
    private Path folder;
    private final List<Socket> sockets = new ArrayList<>();
    private @Nullable HttpListener listener;

    private HttpListener listen(String host, Connections connections, @Nullable Tls tls) throws IOException {
        Routes routes = new Routes();
        routes.add("GET", "/health", _ -> Answer.ok("{}".getBytes(StandardCharsets.US_ASCII)));
        HttpListener started = new HttpListener(new PortBinding(host, 0, Ingress.FLEET),
                new RequestHandler(routes, FleetAccess.ofFleet("token", true),
                        new HttpBudgets(new ByteBudget(8 << 20), new ByteBudget(8 << 20)), _ -> {}),
                tls, connections);
        started.start();
        listener = started;
        return started;
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        if (listener != null) {
            listener.close();
        }
    }

    private Socket connect(InetAddress host, HttpListener to) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.connect(new InetSocketAddress(host, to.port()), 3_000);
        socket.setSoTimeout(5_000);
        return socket;
    }

    private static String health(Socket socket) throws IOException {
        socket.getOutputStream().write("GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
    }

    /** Tells whether it is answered; false where it is told to try again, as while a crowd is just being accepted. */
    private boolean isHealthyOverTls(HttpListener to) throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[]{new FleetSocketTest.TrustsAnybody()}, null);
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory()
                .createSocket(connect(InetAddress.getLoopbackAddress(), to), "box", to.port(), true)) {
            return health(socket).startsWith("HTTP/1.1 200 ");
        } catch (SSLException _) {
            return false;
        }
    }

    private boolean isHealthy(InetAddress host, HttpListener to) throws IOException {
        return health(connect(host, to)).startsWith("HTTP/1.1 200 ");
    }

    /** Sends a hello byte by byte, for as long as it is listened to. */
    private static void drip(Socket socket) {
        Thread.ofVirtual().start(() -> {
            try {
                for (int i = 0; i < 512; i++) {
                    socket.getOutputStream().write(i < HALF_A_HELLO.length ? HALF_A_HELLO[i] : 7);
                    assertFalse(new CountDownLatch(1).await(20, TimeUnit.MILLISECONDS));
                }
            } catch (IOException | InterruptedException _) {
                // It was cut.
            }
        });
    }

    @Test
    void handshakesThatStallAreCutInTimeAndHoldUpNoOther() throws Exception {
        Path cert = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        TlsFiles.make(folder, "box", cert, key);
        Connections connections = new Connections(MOST, new Connections.Patience(SOON, SOON, SOON, SOON));
        HttpListener secured = listen("127.0.0.1", connections, OuterListener.tls(new FleetSettings.Tls(cert, key)));
        for (int i = 0; i < 2 * MOST; i++) {
            Socket socket = connect(InetAddress.getLoopbackAddress(), secured);
            switch (i % 3) {
                case 0 -> socket.getOutputStream().write(HALF_A_HELLO);
                case 1 -> drip(socket);
                default -> {
                    // Says nothing.
                }
            }
        }
        Until.holds(() -> isHealthyOverTls(secured), () -> "others are not answered");
        assertTrue(connections.count() <= MOST, connections.count() + " are open");
        Until.holds(() -> connections.count() == 0, () -> connections.count() + " are open");
        assertTrue(isHealthyOverTls(secured));
    }

    @Test
    void oneHostHasSoManyConnectionsAndTheNextOnesOfOthersFit() throws Exception {
        Connections connections = new Connections(1_000, Connections.Patience.USUAL);
        HttpListener open = listen("127.0.0.1", Connections.of(Ingress.FLEET), null);
        try (ServerSocketChannel server = ServerSocketChannel.open()) {
            server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            for (int i = 0; i < Connections.OF_ONE_HOST; i++) {
                assertTrue(connections.add(connection(server, open, "a")));
            }
            Connection first = connection(server, open, "b");
            assertFalse(connections.add(connection(server, open, "a")), "none of them waits for its client");
            assertTrue(connections.add(first));
            connections.remove(first);
            assertEquals(Connections.OF_ONE_HOST, connections.count());
        }
    }

    private Connection connection(ServerSocketChannel server, HttpListener of, String peer) throws IOException {
        Socket client = new Socket();
        sockets.add(client);
        client.connect(server.getLocalAddress());
        SocketChannel accepted = server.accept();
        sockets.add(accepted.socket());
        return new Connection(of, accepted, Ingress.FLEET, peer);
    }

    @Test
    void ofOneHostsConnectionsTheSlowestGiveWayToItsOwnNext() throws Exception {
        Optional<InetAddress> outside = NetworkInterface.networkInterfaces().flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress()).findFirst();
        assumeTrue(outside.isPresent(), "this host has an address that is not loopback");
        Connections connections = new Connections(1_000, Connections.Patience.USUAL);
        HttpListener open = listen("0.0.0.0", connections, null);
        for (int i = 0; i < Connections.OF_ONE_HOST + 50; i++) {
            connect(outside.get(), open);
        }
        Until.holds(() -> isHealthy(outside.get(), open), () -> "its own next is not answered");
        assertTrue(isHealthy(InetAddress.getLoopbackAddress(), open));
        assertTrue(connections.count() <= Connections.OF_ONE_HOST + 1, connections.count() + " are open");
    }
}
