package dev.asmp.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes from outside and should not: each gets a clear answer, and nothing is lost or let out. */
class HostileTest {
    @TempDir
    private static Path folder;
    private static RunningDaemon daemon;

    @BeforeAll
    static void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        daemon.announce(Manifests.yaml("mail", "1"));
    }

    @AfterAll
    static void stop() {
        daemon.close();
    }

    @AfterEach
    void nothingElseIsRegisteredOrWritten() throws Exception {
        assertTrue(daemon.get("/health").text().contains("\"total\":1,"));
        assertTrue(daemon.get("/services/mail").text().contains("\"generation\":1,"));
        try (Stream<Path> files = Files.list(daemon.index("mail").getParent())) {
            assertEquals(List.of("mail.asmp.yaml"), files.map(file -> file.getFileName().toString()).toList());
        }
    }

    static Stream<Arguments> badJson() {
        return Stream.of(Arguments.of("{\"asmp\":\"0.1\",", "line 1, column 15"), Arguments.of("", "empty"),
                Arguments.of("[]", "is a list"), Arguments.of("\"mail\"", "is text"), Arguments.of("12", "is a number"),
                Arguments.of("{} {}", "more text follows"), Arguments.of("{\"a\":1,\"a\":2}", "written twice"),
                Arguments.of("{\"a\":" + "[".repeat(100) + "]".repeat(100) + "}", "nested deeper than 100"),
                Arguments.of("{\"a\":\"\\ud800\"}", "half a character"),
                Arguments.of(manifest("\"name\":\"\""), "name: must not be empty"),
                Arguments.of(manifest("\"name\":null"), "name: must not be empty"),
                Arguments.of(manifest("\"other\":1"), "name: is required"),
                Arguments.of(manifest("\"name\":\"../mail\""), "name: '../mail' is not allowed"),
                Arguments.of(manifest("\"name\":\".mail\""), "is not allowed"),
                Arguments.of(manifest("\"name\":\"a/b\""), "is not allowed"),
                Arguments.of(manifest("\"name\":\"a b\""), "is not allowed"),
                Arguments.of(manifest("\"name\":\"a\\u0000\""), "'a\\u0000' is not allowed"),
                Arguments.of(manifest("\"name\":\"a\\u001b[31m\""), "'a\\u001B[31m' is not allowed"),
                Arguments.of(manifest("\"name\":\"" + "a".repeat(129) + "\""), "129 characters long"),
                Arguments.of(
                        "{\"asmp\":\"0.2\",\"kind\":\"service\",\"name\":\"x\",\"capabilities\":{\"provides\":[\"a\"]}}",
                        "version '0.2' is not supported"),
                Arguments.of("{\"asmp\":\"0.1\",\"kind\":\"service\",\"name\":\"x\",\"capabilities\":[\"a\"]}",
                        "capabilities: must be a mapping"),
                Arguments.of(
                        "{\"asmp\":\"0.1\",\"kind\":\"service\",\"name\":\"x\",\"capabilities\":{\"provides\":\"a\"}}",
                        "capabilities.provides: must be a list"),
                Arguments.of(
                        "{\"asmp\":\"0.1\",\"kind\":\"service\",\"name\":\"x\",\"capabilities\":{\"provides\":[1]}}",
                        "capabilities.provides[0]: must be text"),
                Arguments.of(
                        "{\"asmp\":\"0.1\",\"kind\":\"service\",\"name\":\"x\",\"capabilities\":{\"provides\":[]}}",
                        "at least one capability"));
    }

    private static String manifest(String name) {
        return "{\"asmp\":\"0.1\",\"kind\":\"service\"," + name + ",\"capabilities\":{\"provides\":[\"x.y\"]}}";
    }

    @ParameterizedTest
    @MethodSource("badJson")
    void aBadJsonManifestIsRefusedWithItsReason(String json, String reason) throws Exception {
        RunningDaemon.Reply reply = daemon.announceJson(json);
        assertEquals(400, reply.status(), reply.text());
        assertTrue(reply.error().contains(reason), reply.text());
    }

    static Stream<Arguments> badYaml() {
        return Stream.of(Arguments.of("a: [1,\nb", "line 2"), Arguments.of("a: 1\na: 2", "line 2, column 1"),
                Arguments.of("a: 1\n---\nb: 2", "a second document"), Arguments.of("a: !!java.net.URL x", "tags"),
                Arguments.of("a: !include /etc/passwd", "tags are not allowed"),
                Arguments.of("a: *nowhere", "no anchor"), Arguments.of("? [a]\n: b", "a key must be text"),
                Arguments.of(bomb(), "more than 100000 values"),
                Arguments.of("a: " + "[".repeat(10_000) + "]".repeat(10_000), "nested deeper than 100"),
                Arguments.of("a: \u0007", "U+0007"));
    }

    /** Nine levels of ten aliases each: a thousand million values in a few hundred bytes. */
    private static String bomb() {
        StringBuilder bomb = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
        for (int i = 1; i < 10; i++) {
            bomb.append("a").append(i).append(": &a").append(i).append(" [").append(("*a" + (i - 1) + ", ").repeat(9))
                    .append("*a").append(i - 1).append("]\n");
        }
        return bomb.toString();
    }

    @ParameterizedTest
    @MethodSource("badYaml")
    void aBadYamlManifestIsRefusedWithItsReason(String yaml, String reason) throws Exception {
        RunningDaemon.Reply reply = daemon.announce(yaml);
        assertEquals(400, reply.status(), reply.text());
        assertTrue(reply.error().contains(reason), reply.text());
    }

    @Test
    void bytesThatAreNotUtf8AreRefusedWithTheirPlace() throws Exception {
        byte[] latin = "{\"name\":\n \"M\u00fcller\"}".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        RunningDaemon.Reply reply = daemon.send("POST", "/services/announce", latin, "Content-Type",
                "application/json");
        assertEquals(400, reply.status());
        assertTrue(reply.error().contains("line 2, column 4: not UTF-8"), reply.text());
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"})
    void aBodyOfAnotherTypeIsRefused(String type) throws Exception {
        assertEquals(415, daemon.send("POST", "/services/announce", Manifests.bytes("evil", "1"), "Content-Type", type)
                .status());
    }

    @Test
    void aBodyWithoutATypeIsRefused() throws Exception {
        assertEquals(415, daemon.send("POST", "/services/announce", Manifests.bytes("evil", "1")).status());
        assertEquals(415, daemon.send("POST", "/discoveries", "{\"name\":\"x\"}".getBytes(UTF_8)).status());
    }

    @ParameterizedTest
    @ValueSource(ints = {257 * 1024, 1024 * 1024 + 1, 9 * 1024 * 1024})
    void aBodyThatIsTooLargeIsRefused(int bytes) throws Exception {
        RunningDaemon.Reply reply = daemon.send("POST", "/services/announce",
                ("a: " + "x".repeat(bytes)).getBytes(UTF_8), "Content-Type", "application/yaml");
        assertEquals(413, reply.status(), reply.text());
        assertFalse(reply.error().isEmpty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"0s", "0", "-5s", "banana", "", "5 m", "99999999999h"})
    void aTimeToLiveThatIsNoneIsRefused(String ttl) throws Exception {
        RunningDaemon.Reply reply = daemon.send("POST",
                "/services/announce?ttl=" + java.net.URLEncoder.encode(ttl, UTF_8), Manifests.bytes("evil", "1"),
                "Content-Type", "application/yaml");
        assertEquals(400, reply.status(), reply.text());
        assertTrue(reply.error().startsWith("ttl: "), reply.text());
    }

    @Test
    void aNameThatDiffersOnlyInCaseIsAConflict() throws Exception {
        RunningDaemon.Reply reply = daemon.announce(Manifests.yaml("MAIL", "1"));
        assertEquals(409, reply.status());
        assertTrue(reply.error().contains("'mail'"), reply.text());
    }

    private String status(String method, String target, String... headers) throws IOException {
        String answer = daemon.raw(method + " " + target + " HTTP/1.1\r\n" + String.join("\r\n", headers)
                + "\r\nConnection: close\r\n\r\n");
        return answer.lines().findFirst().orElse("") + (answer.contains("\"error\"") ? " error" : "");
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: evil.example", "Host: evil.example:PORT", "Host: 127.0.0.1", "Host: 127.0.0.1:1",
            "Host: 127.0.0.1.evil.example:PORT", "Host: 0.0.0.0:PORT",
            "Host: 127.0.0.1:PORT\r\nOrigin: http://evil.example",
            "Host: 127.0.0.1:PORT\r\nOrigin: null", "Host: 127.0.0.1:PORT\r\nOrigin: http://127.0.0.1:1",
            "Host: 127.0.0.1:PORT\r\nOrigin: https://127.0.0.1:PORT",
            "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: cross-site",
            "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: same-site", "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: ",
            "Host: 127.0.0.1:PORT\r\nOrigin: http://127.1.2.3:PORT",
            "Host: 127.0.0.1:PORT\r\nOrigin: http://[::1]:PORT"})
    void whatAForeignPageCouldSendIsRefusedBeforeAllElse(String header) throws IOException {
        String filled = header.replace("PORT", Integer.toString(daemon.port()));
        assertEquals("HTTP/1.1 403 Forbidden error", status("GET", "/health", filled));
        assertEquals("HTTP/1.1 403 Forbidden error", status("BREW", "/nowhere", filled));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Host: 127.0.0.1:PORT", "Host: localhost:PORT", "Host: LocalHost:PORT", "Host: [::1]:PORT",
            "Host: 127.1.2.3:PORT", "Host: 127.0.0.1:PORT\r\nOrigin: http://localhost:PORT",
            "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: same-origin", "Host: 127.0.0.1:PORT\r\nSec-Fetch-Site: none"})
    void whatThisMachinesProgramsSendPasses(String header) throws IOException {
        assertEquals("HTTP/1.1 200 OK", status("GET", "/health", header.replace("PORT",
                Integer.toString(daemon.port()))));
    }

    @ParameterizedTest
    @ValueSource(strings = {"GET /%zz", "GET /services/%", "GET /services/a%2", "GET /health?q=%zz"})
    void aBrokenEscapeIsABadRequest(String request) throws IOException {
        String[] words = request.split(" ", -1);
        assertEquals("HTTP/1.1 400 Bad Request error",
                status(words[0], words[1], "Host: 127.0.0.1:" + daemon.port()));
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST /reload", "POST /discover/scan"})
    void aBodyThatNobodyWantsIsBoundedToo(String request) throws IOException {
        String head = request + " HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                + "\r\nContent-Length: 100000000\r\n\r\n";
        assertTrue(daemon.raw(head + "x".repeat(100_000)).startsWith("HTTP/1.1 413 "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"zz\r\n", "-5\r\n", "ffffffffffffffff\r\n", "5\r\nab"})
    void chunksThatAreNoneAreABadRequest(String chunks) throws IOException {
        String answer = daemon.raw("POST /services/announce HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                + "\r\nContent-Type: application/yaml\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                + chunks
                + "\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 400 ") && answer.contains("\"error\""), answer);
    }

    @Test
    void aRequestMayNameTheWholeAddressIfItIsOurs() throws IOException {
        String host = "Host: 127.0.0.1:" + daemon.port();
        assertEquals("HTTP/1.1 200 OK", status("GET", "http://127.0.0.1:" + daemon.port() + "/health", host));
        assertEquals("HTTP/1.1 403 Forbidden error", status("GET", "http://evil.example/health", host));
    }

    @Test
    void aSecondHeaderHidesNothing() throws IOException {
        String host = "Host: 127.0.0.1:" + daemon.port();
        assertEquals("HTTP/1.1 403 Forbidden error", status("GET", "/health", host,
                "Origin: http://127.0.0.1:" + daemon.port(), "Origin: http://evil.example"));
        assertEquals("HTTP/1.1 403 Forbidden error",
                status("GET", "/health", host, "Sec-Fetch-Site: none", "Sec-Fetch-Site: cross-site"));
    }

    @Test
    void whatTheServerItselfRefusesHasTheSameEnvelope() throws IOException {
        String host = "Host: 127.0.0.1:" + daemon.port();
        assertEquals("HTTP/1.1 414 Request-URI Too Long error", status("GET", "/" + "a".repeat(9_000), host));
        assertTrue(status("GET", "/health", host, "X-Long: " + "a".repeat(20_000)).endsWith(" error"));
        assertTrue(status("GET", "/health").endsWith(" error"), "without a Host");
    }

    @Test
    void aConnectionIsClosedWhenTheClientAsksForIt() throws IOException {
        // raw() returns only when the server has closed.
        assertTrue(daemon.raw("GET /nowhere HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                + "\r\nConnection: close\r\n\r\n").startsWith("HTTP/1.1 404"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"G:T / HTTP/1.1", "G\u0001T / HTTP/1.1", "(GET) /health HTTP/1.1"})
    void anOddMethodIsABadRequest(String line) throws IOException {
        String answer = daemon.raw(line + "\r\nHost: 127.0.0.1:" + daemon.port() + "\r\nConnection: close\r\n\r\n");
        assertTrue(answer.startsWith("HTTP/1.1 400 ") && answer.contains("\"error\""), answer);
    }

    @Test
    void oddRequestsAreLoggedOnceAMinuteAtMost() throws IOException {
        for (int i = 0; i < 10; i++) {
            daemon.raw("G:T / HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port() + "\r\nConnection: close\r\n\r\n");
        }
        long lines = daemon.log().lines().filter(line -> line.contains("io.helidon")).count();
        assertTrue(lines <= 1, daemon.log());
    }

    @Test
    void anOldClientIsAnsweredWithALengthAndAClose() throws IOException {
        String host = "\r\nHost: 127.0.0.1:" + daemon.port() + "\r\nConnection: Keep-Alive\r\n\r\n";
        for (String path : List.of("/health", "/services", "/services/mail", "/capabilities?provides=mail.use",
                "/metrics",
                "/openapi.json", "/registry/vms")) {
            String answer = daemon.raw("GET " + path + " HTTP/1.0" + host);
            assertTrue(answer.startsWith("HTTP/1.1 200 "), answer);
            assertTrue(answer.contains("Content-Length: ") && answer.contains("Connection: close\r\n")
                    && !answer.toLowerCase(java.util.Locale.ROOT).contains("chunked"), answer);
        }
        assertTrue(daemon.raw("HEAD /services/mail HTTP/1.0" + host).startsWith("HTTP/1.1 200 "));
        assertTrue(daemon.raw("GET /nowhere HTTP/1.0" + host).startsWith("HTTP/1.1 404 "));
    }

    @Test
    void anOldClientGetsAStreamWithoutChunks() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("GET /events HTTP/1.0\r\nHost: 127.0.0.1:" + daemon.port() + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            StringBuilder answer = new StringBuilder();
            while (answer.indexOf("\r\n\r\n:\n\n") < 0) {
                int next = socket.getInputStream().read();
                assertTrue(next >= 0, answer.toString());
                answer.append((char) next);
            }
            assertFalse(answer.toString().toLowerCase(java.util.Locale.ROOT).contains("chunked"), answer.toString());
        }
    }

    @Test
    void anOldClientNeedsAHostForAllButItsHealth() throws IOException {
        assertTrue(daemon.raw("GET /health HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 200 "));
        assertTrue(daemon.raw("GET /services HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(daemon.raw("POST /health HTTP/1.0\r\n\r\n").startsWith("HTTP/1.1 400 "));
        assertTrue(daemon.raw("GET /services HTTP/1.0\r\nHost: evil.example\r\n\r\n").startsWith("HTTP/1.1 403 "));
        assertTrue(
                daemon.raw("GET /health HTTP/1.0\r\nOrigin: http://evil.example\r\n\r\n").startsWith("HTTP/1.1 403 "));
        assertTrue(daemon.raw("POST /reload HTTP/1.0\r\nHost: 127.0.0.1:" + daemon.port()
                + "\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").startsWith("HTTP/1.1 505 "));
    }

    @Test
    void everyAnswerForbidsGuessingAndForeignUse() throws Exception {
        for (String path : List.of("/health", "/nowhere", "/services/%zz")) {
            String answer = daemon.raw("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                    + "\r\nConnection: close\r\n\r\n");
            assertTrue(answer.contains("X-Content-Type-Options: nosniff\r\n"), answer);
            assertTrue(answer.contains("Cross-Origin-Resource-Policy: same-origin\r\n"), answer);
        }
    }

    @Test
    void aClientWhoseChunksAreNoneIsToldSoAtOnce() throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), daemon.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(("POST /services HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port()
                    + "\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzzz\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            String begin = new String(socket.getInputStream().readNBytes(12), StandardCharsets.US_ASCII);
            assertEquals("HTTP/1.1 400", begin);
        }
    }
}
