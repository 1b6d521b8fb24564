package dev.asmp.health;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.Until;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Probes of real sockets, most of them of servers that mean no good. */
class SocketProberTest {
    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration LONG = Duration.ofSeconds(20);

    private final Prober prober = new SocketProber(() -> false);

    private ProbeOutcome http(int port, Duration timeout) {
        return prober.probe(check(ProbeTarget.http("http://127.0.0.1:" + port + "/health?a=b"), timeout));
    }

    private static ProbeSpec.Probe check(ProbeTarget target, Duration timeout) {
        return new ProbeSpec.Probe(target, Duration.ofMinutes(1), timeout);
    }

    private static void assertQuick(long began, Duration limit) {
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        assertTrue(took.compareTo(limit) < 0, "took " + took);
    }

    @ParameterizedTest
    @CsvSource({"200, true", "204, true", "299, true", "302, true", "304, true", "399, true", "400, false",
            "401, false", "404, false", "500, false", "503, false", "599, false", "100, false"})
    void theStatusDecides(int status, boolean healthy) throws IOException {
        try (Peer peer = Peer.answering("HTTP/1.1 " + status + " Whatever\r\nContent-Length: 2\r\n\r\nok")) {
            ProbeOutcome outcome = http(peer.port(), LONG);
            assertEquals(healthy, outcome.healthy());
            assertNotNull(outcome.latencyMs());
            assertEquals(healthy ? null : "127.0.0.1:" + peer.port() + " answered " + status,
                    outcome.error() == null ? null : outcome.error().replaceFirst("(?<=401): .*", ""));
        }
    }

    @Test
    void aRefusalForWantOfCredentialsIsExplained() throws IOException {
        try (Peer peer = Peer.answering("HTTP/1.1 403 Forbidden\r\n\r\n")) {
            String error = String.valueOf(http(peer.port(), LONG).error());
            assertTrue(error.contains(" answered 403: it is alive and refuses strangers"), error);
        }
    }

    @ParameterizedTest
    @CsvSource({"200, true", "302, true", "400, true", "401, true", "403, true", "404, false", "408, false",
            "429, false", "500, false"})
    void theApiOfAModelIsThereWhenItWantsAKey(int status, boolean healthy) throws IOException {
        try (Peer peer = Peer.answering("HTTP/1.1 " + status + " Whatever\r\n\r\n")) {
            ProbeTarget target = ProbeTarget.model("http://127.0.0.1:" + peer.port() + "/v1/models");
            assertEquals(healthy, prober.probe(check(target, LONG)).healthy());
            assertFalse(peer.requests.getFirst().contains("uthorization"));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 200\r\n", "HTTP/1.1 200 OK\n",
            "HTTP/1.1 204 \r\n\r\n"})
    void plainAnswersAreUnderstood(String answer) throws IOException {
        try (Peer peer = Peer.answering(answer)) {
            assertEquals(true, http(peer.port(), LONG).healthy());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.1 200", "HTTP/2 200 OK\r\n", "http/1.1 200 OK\r\n", "HTTP/1.1 2000 OK\r\n",
            "200 OK\r\n",
            "HTTP/1.1  200 OK\r\n", "HTTP/1.1 ２００ OK\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "\r\n\r\n", "\0\0\0\0",
            "HTTP/1.1 600 x\r\n"})
    void otherAnswersAreNot(String answer) throws IOException {
        try (Peer peer = Peer.answering(answer)) {
            ProbeOutcome outcome = http(peer.port(), LONG);
            assertEquals(false, outcome.healthy());
            assertEquals("127.0.0.1:" + peer.port() + " does not answer in HTTP/1.1", outcome.error());
        }
    }

    @Test
    void theRequestSaysNothingButWhatIsNeeded() throws IOException {
        try (Peer peer = Peer.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            http(peer.port(), LONG);
            assertEquals(List.of("GET /health?a=b HTTP/1.1\r\nHost: 127.0.0.1:" + peer.port()
                    + "\r\nUser-Agent: asmp\r\nAccept: */*\r\nConnection: close\r\n\r\n"), peer.requests);
        }
    }

    @Test
    void aRedirectIsHealthyAndNotFollowed() throws IOException {
        AtomicInteger elsewhere = new AtomicInteger();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        try (Peer other = new Peer((_, _) -> elsewhere.incrementAndGet())) {
            server.createContext("/", exchange -> {
                exchange.getResponseHeaders().add("Location", "http://127.0.0.1:" + other.port() + "/");
                exchange.getResponseHeaders().add("Set-Cookie", "a=b");
                exchange.sendResponseHeaders(302, -1);
                exchange.close();
            });
            server.start();
            assertEquals(true, http(server.getAddress().getPort(), LONG).healthy());
            assertEquals(0, elsewhere.get());
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aServerThatClosesSaysNothing() throws IOException {
        try (Peer peer = new Peer((connection, self) -> self.readRequest(connection))) {
            assertEquals("127.0.0.1:" + peer.port() + " closed the connection without an answer",
                    http(peer.port(), LONG).error());
        }
    }

    @Test
    void aSilentServerIsWaitedForUntilTheDeadline() throws IOException {
        try (Peer peer = new Peer((_, self) -> self.pause(60_000))) {
            long began = System.nanoTime();
            ProbeOutcome outcome = http(peer.port(), SHORT);
            assertEquals(new ProbeOutcome(false, null, "127.0.0.1:" + peer.port() + " sent no answer within 300ms"),
                    outcome);
            assertQuick(began, Duration.ofSeconds(5));
        }
    }

    @Test
    void aByteNowAndThenBuysNoTime() throws IOException {
        try (Peer peer = new Peer((connection, self) -> {
            for (byte b : "HTTP/1.1 200 OK and much more to come".getBytes(US_ASCII)) {
                connection.getOutputStream().write(b);
                if (self.pause(100)) {
                    return;
                }
            }
        })) {
            long began = System.nanoTime();
            assertEquals("127.0.0.1:" + peer.port() + " sent no complete answer within 300ms",
                    http(peer.port(), SHORT).error());
            assertQuick(began, Duration.ofSeconds(3));
        }
    }

    @ParameterizedTest
    @CsvSource({"'HTTP/1.1 200 OK\r\n\r\n', true", "'', false", "'HTTP/1.1 200 OK', false"})
    void anEndlessAnswerIsLeftAfterAFewKilobytes(String beginning, boolean healthy) throws IOException {
        CountDownLatch left = new CountDownLatch(1);
        try (Peer peer = new Peer((connection, self) -> {
            connection.getOutputStream().write(beginning.getBytes(US_ASCII));
            byte[] much = "x".repeat(8192).getBytes(US_ASCII);
            try {
                while (true) {
                    connection.getOutputStream().write(much);
                }
            } catch (IOException _) {
                left.countDown();
            }
        })) {
            long began = System.nanoTime();
            assertEquals(healthy, http(peer.port(), LONG).healthy());
            assertQuick(began, Duration.ofSeconds(10));
            assertTrue(left.await(10, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aHealthyStatusWithASlowBodyIsHealthySoon() throws IOException {
        try (Peer peer = new Peer((connection, self) -> {
            connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
            while (!self.pause(20)) {
                connection.getOutputStream().write('.');
            }
        })) {
            long began = System.nanoTime();
            assertEquals(true, http(peer.port(), LONG).healthy());
            assertQuick(began, Duration.ofSeconds(5));
        }
    }

    @Test
    void aServerThatAnswersInTwoStepsIsNotDisturbed() throws IOException {
        try (Peer peer = new Peer((connection, self) -> {
            self.readRequest(connection);
            connection.getOutputStream().write("HTTP/1.1 200 OK\r\n\r\n".getBytes(US_ASCII));
            self.pause(20);
            connection.getOutputStream().write("fine".getBytes(US_ASCII));
            connection.shutdownOutput();
            assertEquals(-1, connection.getInputStream().read());
        })) {
            assertEquals(true, http(peer.port(), LONG).healthy());
            Until.holds(() -> peer.ends.equals(List.of("well")), () -> "ended " + peer.ends);
        }
    }

    @Test
    void tcpIsHealthyWhenTheConnectionIsTaken() throws IOException {
        try (Peer peer = new Peer((_, self) -> self.pause(60_000))) {
            ProbeOutcome outcome = prober.probe(check(ProbeTarget.tcp("localhost:" + peer.port()), LONG));
            assertEquals(true, outcome.healthy());
            assertNull(outcome.error());
        }
    }

    @Test
    void localhostMeansBothLoopbackAddresses() throws IOException {
        assumeTrue(NetworkInterface.getByInetAddress(InetAddress.ofLiteral("::1")) != null, "no IPv6 here");
        try (Peer peer = new Peer(new ServerSocket(0, 50, InetAddress.ofLiteral("::1")), (_, _) -> {})) {
            assertEquals(true, prober.probe(check(ProbeTarget.tcp("localhost:" + peer.port()), LONG)).healthy());
            assertEquals(true, prober.probe(check(ProbeTarget.tcp("[::]:" + peer.port()), LONG)).healthy());
            assertEquals(false, prober.probe(check(ProbeTarget.tcp("127.0.0.1:" + peer.port()), LONG)).healthy());
        }
    }

    @Test
    void aWildcardAddressIsThisHostWithoutALookup() throws IOException {
        Prober asking = new SocketProber(new AddressLookup(host -> {
            throw new AssertionError("asked for " + host);
        }), SocketProber::isOfThisHost, () -> false);
        try (Peer peer = new Peer((_, _) -> {})) {
            assertEquals(true, asking.probe(check(ProbeTarget.tcp("0.0.0.0:" + peer.port()), LONG)).healthy());
        }
    }

    @Test
    void aPortWithNobodyRefuses() throws IOException {
        int port;
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = server.getLocalPort();
        }
        assertEquals(new ProbeOutcome(false, null, "127.0.0.1:" + port + " refused the connection"), http(port, LONG));
    }

    /** Where nobody listens, the system may give that very port to the probe, and TCP then connects it to itself. */
    @Test
    void aProbeThatMeetsItselfIsRefused() throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        try (ProbeSocket socket = new ProbeSocket(Deadline.in(LONG))) {
            socket.bind(new InetSocketAddress(loopback, 0));
            assertThrows(ConnectException.class, () -> socket.connect(loopback, socket.getLocalPort(), 1));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.1", "169.254.169.254", "8.8.8.8", "255.255.255.255", "224.0.0.1", "::2",
            "2001:db8::1",
            "::ffff:192.0.2.1", "64:ff9b::7f00:1"})
    void anAddressElsewhereIsNotProbed(String address) {
        String written = address.contains(":") ? "[" + address + "]" : address;
        ProbeOutcome outcome = prober.probe(check(ProbeTarget.http("http://" + written + ":80/"), LONG));
        assertNull(outcome.healthy());
        String error = String.valueOf(outcome.error());
        assertTrue(error.endsWith(" is not an address of this host; health.allow_remote in host.yaml allows it"),
                error);
    }

    @Test
    void addressesOfInterfacesAreOfThisHost() throws IOException {
        for (var card : Collections.list(NetworkInterface.getNetworkInterfaces())) {
            card.inetAddresses().forEach(address -> assertTrue(SocketProber.isOfThisHost(address), address.toString()));
        }
        assertTrue(SocketProber.isOfThisHost(InetAddress.ofLiteral("127.9.9.9")));
        assertTrue(SocketProber.isOfThisHost(InetAddress.ofLiteral("::ffff:127.0.0.1")));
        assertFalse(SocketProber.isOfThisHost(InetAddress.ofLiteral("192.0.2.1")));
    }

    @Test
    void aNameIsAskedOnceAndThatAddressIsConnectedTo() throws IOException {
        AtomicInteger asked = new AtomicInteger();
        // The second answer would lead elsewhere, as with DNS rebinding.
        AddressLookup names = new AddressLookup(_ -> new InetAddress[]{
                InetAddress.ofLiteral(asked.incrementAndGet() == 1 ? "127.0.0.1" : "192.0.2.1")});
        Prober rebound = new SocketProber(names, SocketProber::isOfThisHost, () -> false);
        try (Peer peer = Peer.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            ProbeTarget target = ProbeTarget.http("http://web.example:" + peer.port() + "/");
            assertEquals(true, rebound.probe(check(target, LONG)).healthy());
            assertEquals(1, asked.get());
            assertTrue(peer.requests.getFirst().contains("Host: web.example:" + peer.port()));
            assertEquals("'web.example' (192.0.2.1) is not an address of this host; health.allow_remote in host.yaml"
                    + " allows it", rebound.probe(check(target, LONG)).error());
        }
    }

    @Test
    void ofSeveralAddressesOnlyThoseOfThisHostAreAsked() throws IOException {
        AddressLookup names = new AddressLookup(
                _ -> new InetAddress[]{InetAddress.ofLiteral("192.0.2.1"), InetAddress.ofLiteral("127.0.0.1")});
        try (Peer peer = new Peer((_, _) -> {})) {
            ProbeSpec.Probe check = check(ProbeTarget.tcp("both.example:" + peer.port()), LONG);
            assertEquals(true, new SocketProber(names, SocketProber::isOfThisHost, () -> false).probe(check).healthy());
        }
    }

    @Test
    void remoteAddressesAreProbedWhereTheOwnerAllowsIt() throws IOException {
        // No address counts as this host's, so that loopback stands for another machine.
        AtomicInteger asked = new AtomicInteger();
        try (Peer peer = new Peer((_, _) -> {})) {
            Prober allowed = new SocketProber(new AddressLookup(InetAddress::getAllByName), _ -> false,
                    () -> asked.incrementAndGet() > 1);
            ProbeSpec.Probe check = check(ProbeTarget.tcp("127.0.0.1:" + peer.port()), LONG);
            assertNull(allowed.probe(check).healthy());
            assertEquals(true, allowed.probe(check).healthy());
        }
    }

    @Test
    void anUnknownNameIsUnhealthyOnlyWhereItMayBeElsewhere() {
        AddressLookup nobody = new AddressLookup(host -> {
            throw new UnknownHostException(host);
        });
        ProbeSpec.Probe check = check(ProbeTarget.tcp("nobody.example:1"), LONG);
        assertEquals(new ProbeOutcome(null, null, "'nobody.example' is not in /etc/hosts, and is asked for elsewhere"
                + " only with health.allow_remote in host.yaml"),
                new SocketProber(nobody, SocketProber::isOfThisHost, () -> false).probe(check));
        assertEquals(new ProbeOutcome(false, null, "the name 'nobody.example' is not known"),
                new SocketProber(nobody, SocketProber::isOfThisHost, () -> true).probe(check));
    }

    @Test
    void noNameIsAskedForElsewhereUnlessTheOwnerAllowsIt(@TempDir Path folder) throws IOException {
        Path hosts = Files.writeString(folder.resolve("hosts"), """
                127.0.0.1 localhost
                ::1 ip6-localhost # web.example
                  127.0.0.1\tmail.example Mail\t# a comment
                192.0.2.1 far.example
                not-an-address odd.example
                """);
        Path hostName = Files.writeString(folder.resolve("hostname"), "box\n");
        List<String> asked = new CopyOnWriteArrayList<>();
        AddressLookup names = new AddressLookup(name -> {
            asked.add(name);
            return new InetAddress[]{InetAddress.ofLiteral("127.0.0.1")};
        }, new HostsFile(hosts, hostName));
        Prober prober = new SocketProber(names, SocketProber::isOfThisHost, () -> false);
        try (Peer peer = new Peer((_, _) -> {})) {
            for (String known : List.of("localhost", "mail.example", "MAIL", "box", "127.0.0.1", "x.localhost")) {
                assertEquals(true, prober.probe(check(ProbeTarget.tcp(known + ":" + peer.port()), LONG)).healthy(),
                        known);
            }
            for (String unknown : List.of("web.example", "far.example", "odd.example", "secret.attacker.example")) {
                assertNull(prober.probe(check(ProbeTarget.tcp(unknown + ":" + peer.port()), LONG)).healthy(), unknown);
            }
            assertEquals(List.of(), asked);
            assertEquals(true, new SocketProber(names, SocketProber::isOfThisHost, () -> true)
                    .probe(check(ProbeTarget.tcp("web.example:" + peer.port()), LONG)).healthy());
            assertEquals(List.of("web.example"), asked);
        }
    }

    @Test
    void aLookupThatHangsIsWaitedForUntilTheDeadlineOnly() {
        CountDownLatch end = new CountDownLatch(1);
        AtomicInteger asked = new AtomicInteger();
        Prober hanging = new SocketProber(new AddressLookup(_ -> {
            asked.incrementAndGet();
            awaitUninterruptibly(end);
            return new InetAddress[]{InetAddress.getLoopbackAddress()};
        }), SocketProber::isOfThisHost, () -> false);
        long began = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            assertEquals(new ProbeOutcome(null, null, "the name 'slow.example' was not found out within 100ms"),
                    hanging.probe(check(ProbeTarget.tcp("slow.example:1"), Duration.ofMillis(100))));
        }
        assertQuick(began, Duration.ofSeconds(5));
        assertEquals(1, asked.get(), "one lookup a name at a time");
        end.countDown();
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void anInterruptedProbeEndsAtOnce() throws Exception {
        try (Peer peer = new Peer((_, self) -> self.pause(60_000))) {
            Thread probing = Thread.ofVirtual().start(() -> http(peer.port(), LONG));
            Until.holds(() -> probing.getState() == Thread.State.TIMED_WAITING, probing::toString);
            probing.interrupt();
            assertTrue(probing.join(Duration.ofSeconds(5)));
        }
    }
}
