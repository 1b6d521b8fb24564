package dev.asmp.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Probes over TLS of servers whose certificate nobody vouches for. */
class TlsProbeTest {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final char[] PASSWORD = "changeit".toCharArray();

    @TempDir
    private static Path folder;
    private static SSLContext selfSigned;

    @BeforeAll
    static void makeACertificate() throws IOException, InterruptedException, GeneralSecurityException {
        Path file = folder.resolve("keys.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                "-genkeypair", "-keyalg", "EC", "-dname", "CN=box", "-alias", "box", "-storetype", "PKCS12",
                "-keystore", file.toString(), "-storepass", new String(PASSWORD)).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), US_ASCII);
        assertEquals(0, keytool.waitFor(), said);
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD);
        selfSigned = SSLContext.getInstance("TLS");
        selfSigned.init(managers.getKeyManagers(), null, null);
    }

    private static Peer server(Peer.Behaviour behaviour, String... protocols) throws IOException {
        SSLServerSocket server = (SSLServerSocket) selfSigned.getServerSocketFactory().createServerSocket(0, 50,
                InetAddress.ofLiteral("127.0.0.1"));
        if (protocols.length > 0) {
            server.setEnabledProtocols(protocols);
        }
        return new Peer(server, behaviour);
    }

    private static ProbeOutcome probe(int port, Duration timeout, Predicate<InetAddress> ofThisHost) {
        Prober prober = new SocketProber(new AddressLookup(InetAddress::getAllByName), ofThisHost, () -> true);
        ProbeTarget target = ProbeTarget.http("https://localhost:" + port + "/health");
        return prober.probe(new ProbeSpec.Probe(target, Duration.ofMinutes(1), timeout));
    }

    private static void assertQuick(long began) {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(Duration.ofSeconds(10)) < 0, "took " + took);
    }

    @Test
    void onThisHostAnyCertificateIsTaken() throws IOException {
        for (String protocol : new String[]{"TLSv1.2", "TLSv1.3"}) {
            try (Peer peer = server((connection, self) -> {
                self.readRequest(connection);
                connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\nfine".getBytes(US_ASCII));
            }, protocol)) {
                ProbeOutcome outcome = probe(peer.port(), LONG, SocketProber::isOfThisHost);
                assertEquals(true, outcome.healthy(), outcome::toString);
                assertTrue(peer.requests.getFirst().startsWith("GET /health HTTP/1.1\r\nHost: localhost:"));
            }
        }
    }

    @Test
    void elsewhereACertificateMustBeVouchedFor() throws IOException {
        try (Peer peer = server((connection, self) -> self.readRequest(connection))) {
            ProbeOutcome outcome = probe(peer.port(), LONG, _ -> false);
            assertEquals(false, outcome.healthy());
            assertTrue(String.valueOf(outcome.error()).contains(" does not speak TLS as expected: "),
                    outcome::toString);
        }
    }

    @Test
    void aServerWithoutTlsIsUnhealthy() throws IOException {
        try (Peer peer = new Peer(
                (connection, _) -> connection.getOutputStream().write("HTTP/1.1 400 Bad\r\n\r\n".getBytes(US_ASCII)))) {
            ProbeOutcome outcome = probe(peer.port(), LONG, SocketProber::isOfThisHost);
            assertEquals(false, outcome.healthy());
        }
    }

    @Test
    void aHandshakeByDripsAndDropsEndsAtTheDeadline() throws IOException {
        try (Peer peer = new Peer((connection, self) -> {
            // The head of a handshake record of 16,000 bytes, which then come one by one.
            connection.getOutputStream().write(new byte[]{22, 3, 3, 62, (byte) 128});
            while (!self.pause(50)) {
                connection.getOutputStream().write(2);
            }
        })) {
            long began = System.nanoTime();
            ProbeOutcome outcome = probe(peer.port(), Duration.ofMillis(400), SocketProber::isOfThisHost);
            assertEquals("localhost:" + peer.port() + " sent no answer within 400ms", outcome.error());
            assertQuick(began);
        }
    }

    @Test
    void anEndlessAnswerIsLeft() throws IOException {
        try (Peer peer = server((connection, self) -> {
            self.readRequest(connection);
            connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
            byte[] much = new byte[16_384];
            while (true) {
                connection.getOutputStream().write(much);
            }
        })) {
            long began = System.nanoTime();
            assertEquals(true, probe(peer.port(), LONG, SocketProber::isOfThisHost).healthy());
            assertQuick(began);
        }
    }
}
