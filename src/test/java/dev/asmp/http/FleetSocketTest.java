package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.daemon.StartFailure;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The socket for other hosts: it wants a token, answers the fleet's paths only, and speaks TLS where it can. */
class FleetSocketTest {
    private static final String TOKEN = "Authorization: Bearer open sesame\r\n";
    private static final Pattern LISTENS = Pattern.compile("listens for other hosts on https?://\\S+:([0-9]+)");

    @TempDir
    private Path folder;

    private RunningDaemon daemon(String fleet) throws Exception {
        Files.writeString(folder.resolve("token"), "open sesame\n");
        return new RunningDaemon(folder, TestClock.somewhen(),
                "fleet: " + fleet.replace("TOKEN", "token_file: " + folder.resolve("token")) + "\n");
    }

    private static int port(RunningDaemon daemon) {
        Matcher matcher = LISTENS.matcher(daemon.log());
        assertTrue(matcher.find(), daemon.log());
        return Integer.parseInt(matcher.group(1));
    }

    private static String ask(RunningDaemon daemon, String request, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(daemon))) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(
                    (request + " HTTP/1.1\r\nHost: infra\r\nConnection: close\r\n" + headers + "\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    @Test
    void whoHasTheTokenIsAnsweredAndNobodyElse() throws Exception {
        try (RunningDaemon daemon = daemon("{listen: '0.0.0.0:0', TOKEN}")) {
            assertEquals(200, status(ask(daemon, "GET /registry/vms", TOKEN)));
            for (String headers : List.of("", "Authorization: Bearer \r\n", "Authorization: Bearer open\r\n",
                    "Authorization: Basic open sesame\r\n", "Authorization: open sesame\r\n")) {
                String refused = ask(daemon, "GET /registry/vms", headers);
                assertEquals(401, status(refused), refused);
                assertTrue(refused.contains("WWW-Authenticate: Bearer") && refused.contains("{\"error\":"), refused);
            }
            assertEquals(200, daemon.get("/registry/vms").status());
            assertTrue(daemon.log().contains("travels unencrypted"), daemon.log());
        }
    }

    private static String askAs(String host, RunningDaemon daemon, String headers) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(daemon))) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("GET /registry/vms HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n"
                    + headers + "\r\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void withoutATokenANameThatAnybodyCanPointHereIsRefused() throws Exception {
        try (RunningDaemon daemon = daemon("{listen: '127.0.0.1:0'}")) {
            assertTrue(daemon.log().contains("without a token"), daemon.log());
            for (String host : List.of("evil.example", "evil.example:" + port(daemon), "infra", "192.168.1.5")) {
                assertEquals(403, status(askAs(host, daemon, "")), host);
            }
            for (String host : List.of("127.0.0.1:" + port(daemon), "localhost:" + port(daemon), "[::1]:1")) {
                assertEquals(200, status(askAs(host, daemon, "")), host);
            }
        }
    }

    @Test
    void whereOthersAreLetInWithoutATokenTheyUseAnAddressInFigures() throws Exception {
        try (RunningDaemon daemon = daemon("{listen: '0.0.0.0:0', allow_without_token: true}")) {
            assertEquals(403, status(askAs("evil.example:" + port(daemon), daemon, "")));
            assertEquals(200, status(askAs("10.1.2.3:" + port(daemon), daemon, "")));
            assertEquals(200, status(askAs("[fd00::1]:" + port(daemon), daemon, "")));
        }
    }

    @Test
    void aPageOnAnotherPortOfThisHostIsRefused() throws Exception {
        try (RunningDaemon daemon = daemon("{listen: '127.0.0.1:0', TOKEN}")) {
            assertEquals(403, status(ask(daemon, "GET /registry/vms", TOKEN + "Sec-Fetch-Site: same-site\r\n")));
            assertEquals(403, status(ask(daemon, "GET /health", "Sec-Fetch-Site: cross-site\r\n")));
            assertEquals(200, status(ask(daemon, "GET /registry/vms", TOKEN + "Sec-Fetch-Site: none\r\n")));
        }
    }

    @Test
    void aHostWithoutAnAddressIsNamed() {
        StartFailure failure = assertThrows(StartFailure.class,
                () -> daemon("{listen: 'no-such-host.invalid:0', TOKEN}").close());
        assertTrue(String.valueOf(failure.getMessage()).contains("no-such-host.invalid"));
    }

    @Test
    void whatItAnswersIsCounted() throws Exception {
        try (RunningDaemon daemon = daemon("{listen: '127.0.0.1:0', TOKEN}")) {
            assertEquals(200, status(ask(daemon, "GET /registry/vms", TOKEN)));
            daemon.json("POST", "/registry/vms", "{\"id\":\"a\",\"name\":\"a\",\"role\":\"worker\",\"address\":\"a\","
                    + "\"registeredBy\":\"b\"}");
            String metrics = daemon.get("/metrics").text();
            for (String line : List.of("asmp_vms{status=\"running\"} 1\n", "asmp_vm_events_total 1\n",
                    "asmp_event_readers{socket=\"fleet\"} 0\n",
                    "asmp_http_requests_total{socket=\"fleet\",method=\"GET\",route=\"/registry/vms\",status=\"200\"} 1\n",
                    "asmp_http_requests_total{socket=\"api\",method=\"POST\",route=\"/registry/vms\",status=\"201\"} 1\n")) {
                assertTrue(metrics.contains(line), metrics);
            }
        }
    }

    @Test
    void itAnswersTheFleetsPathsAndItsOwnHealthOnly() throws Exception {
        try (RunningDaemon daemon = daemon("{listen: '127.0.0.1:0', TOKEN}")) {
            String health = ask(daemon, "GET /health", "");
            assertTrue(health.matches("(?s)HTTP/1.1 200.*\\{\"status\":\"ok\",\"uptime\":[0-9]+\\}"), health);
            for (String path : List.of("/services", "/capabilities", "/host", "/metrics", "/events", "/",
                    "/registry/../services", "http://x/services")) {
                assertEquals(404, status(ask(daemon, "GET " + path, TOKEN)), path);
            }
            assertEquals(401, status(ask(daemon, "GET /services", "")));
            assertEquals(403, status(ask(daemon, "GET /registry/vms", TOKEN + "Origin: http://127.0.0.1\r\n")));
            assertEquals(403, status(ask(daemon, "GET /health", "Origin: null\r\n")));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{listen: '0.0.0.0:0'}", "{listen: '[::]:0'}",
            "{listen: '0.0.0.0:0', token_file: /nowhere}",
            "{listen: '127.0.0.1:0', tls: {cert: /nowhere, key: /nowhere}}", "{listen: nonsense}",
            "{listen: '0.0.0.0:99999'}", "{listen: '127.0.0.1:0', tls: {cert: /nowhere}}"})
    void whatWouldBeOpenToEverybodyDoesNotStart(String fleet) {
        StartFailure failure = assertThrows(StartFailure.class, () -> daemon(fleet).close());
        assertTrue(String.valueOf(failure.getMessage()).contains("fleet"), failure.getMessage());
    }

    @Test
    void anOwnerMayWantItOpenAndIsWarned() throws Exception {
        try (RunningDaemon daemon = daemon("{listen: '[::]:0', allow_without_token: true}")) {
            assertEquals(200, status(ask(daemon, "GET /registry/vms", "")));
            assertTrue(daemon.log().contains("everybody who can reach"), daemon.log());
        }
    }

    @Test
    void manyWhoSayNothingDoNotKeepOthersOut() throws Exception {
        List<Socket> silent = new ArrayList<>();
        try (RunningDaemon daemon = daemon("{listen: '127.0.0.1:0', TOKEN}")) {
            for (int i = 0; i < 1_000; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), port(daemon)));
            }
            assertEquals(200, status(ask(daemon, "GET /registry/vms", TOKEN)));
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void aHostWithMoreEndpointsThanAnEntryOfTheFleetHoldsStartsAndNamesTheFirst() throws Exception {
        String endpoints = IntStream.range(0, 1_700).mapToObj(i -> "  - {protocol: http, port: " + (8_000 + i)
                + ", visibility: public}\n").collect(Collectors.joining());
        try (RunningDaemon daemon = daemon("{self: true}")) {
            daemon.announce(Manifests.yaml("mail", "1").replaceFirst("(?s)endpoints:.*", "endpoints:\n" + endpoints));
            daemon.restart();
            Mapping self = (Mapping) daemon.get("/registry/vms").mapping().list("vms").getFirst();
            int told = self.list("services").size();
            assertTrue(told > 500 && told < 1_701, told + " services");
            assertTrue(daemon.log().contains("other hosts do not see " + (1_701 - told) + " endpoints"), daemon.log());
        }
    }

    @Test
    void theHostItselfIsInItsFleetIfItWantsTo() throws Exception {
        try (RunningDaemon daemon = daemon("{self: true}")) {
            String infra = daemon.get("/registry/discover/infra").text();
            assertTrue(infra.contains("\"name\":\"test-box\"") && infra.contains("{\"name\":\"registry\",\"port\":"
                    + daemon.port()), infra);
            daemon.restart();
            assertTrue(daemon.get("/registry/discover/infra").text().contains("\"count\":1"));
        }
    }

    @Test
    void aCertificateIsUsedAndRenewedWhenItsFilesChange() throws Exception {
        Path cert = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        makeCertificate("one", cert, key);
        try (RunningDaemon daemon = daemon(
                "{listen: '127.0.0.1:0', TOKEN, tls: {cert: " + cert + ", key: " + key + "}}")) {
            assertEquals("CN=one", peer(daemon));
            makeCertificate("two", cert, key);
            assertEquals("0", String.valueOf(daemon.post("/reload").mapping().list("problems").size()));
            assertEquals("CN=two", peer(daemon));
            Files.writeString(key, "no key");
            assertTrue(daemon.post("/reload").text().contains("cannot be used"));
            assertEquals("CN=two", peer(daemon), "the old one stays");
            makeCertificate("three", cert, key);
            daemon.post("/reload");
            assertEquals("CN=three", peer(daemon));
        }
    }

    @Test
    void aKeyOfAnotherCertificateIsRefused() throws Exception {
        Path cert = folder.resolve("cert.pem");
        Path key = folder.resolve("key.pem");
        makeCertificate("one", folder.resolve("one.pem"), key);
        makeCertificate("two", cert, folder.resolve("two.key"));
        assertThrows(StartFailure.class,
                () -> daemon("{listen: '127.0.0.1:0', TOKEN, tls: {cert: " + cert + ", key: " + key + "}}").close());
    }

    private static String peer(RunningDaemon daemon) throws Exception {
        SSLContext trusting = SSLContext.getInstance("TLS");
        trusting.init(null, new TrustManager[]{new TrustsAnybody()}, null);
        try (SSLSocket socket = (SSLSocket) trusting.getSocketFactory().createSocket("127.0.0.1", port(daemon))) {
            socket.startHandshake();
            X509Certificate shown = (X509Certificate) socket.getSession().getPeerCertificates()[0];
            socket.getOutputStream().write(("GET /registry/vms HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + TOKEN
                    + "\r\n").getBytes(StandardCharsets.US_ASCII));
            assertEquals(200, status(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8)));
            return shown.getSubjectX500Principal().getName();
        }
    }

    private void makeCertificate(String name, Path cert, Path key) throws Exception {
        TlsFiles.make(folder, name, cert, key);
    }

    /** For tests that look at who is there, not at who vouches for it. */
    static final class TrustsAnybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
