package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryFinder;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The Unix socket of the registry, and what the port still allows beside it. */
class UnixSocketTest {
    private static final String JSON = "Content-Type: application/yaml\r\n";

    @TempDir
    private Path folder;
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "policy: {requires_approval: true}\n");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private void restartWith(String access) throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replaceFirst("(\"http://127.0.0.1:0\")(, tcp: [a-z]+)?",
                "$1, tcp: " + access));
        daemon.restart();
    }

    private Mapping info() throws IOException {
        return (Mapping) Json.read(Files.readAllBytes(daemon.home().resolve("daemon.json")));
    }

    private Path socket() throws IOException {
        return Path.of(String.valueOf(info().text("socket")));
    }

    private String ask(String request, String headers, String body) throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket()))) {
            Channels.newOutputStream(channel).write((request + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + headers + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body)
                    .getBytes(StandardCharsets.UTF_8));
            return new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private String port(String request, String headers, String body) throws IOException {
        return daemon
                .raw(request + " HTTP/1.1\r\nHost: 127.0.0.1:" + daemon.port() + "\r\nConnection: close\r\n" + headers
                        + (body.isEmpty() ? "" : "Content-Length: " + body.length() + "\r\n") + "\r\n" + body);
    }

    private static int status(String answer) {
        return Integer.parseInt(answer.substring(9, 12));
    }

    private Environment environment() {
        return new Environment(Map.of("HOME", folder.toString(), "ASMP_HOME", daemon.home().toString()),
                FileSystems.getDefault());
    }

    @Test
    void onlyTheOwnerCanOpenItAndNothingElseIsLeftInTheFolder() throws IOException {
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket())));
        assertEquals(daemon.home().resolve("asmp.sock"), socket());
        try (Stream<Path> files = Files.list(daemon.home())) {
            assertEquals(List.of(), files.filter(file -> file.getFileName().toString().startsWith(".s")).toList());
        }
        assertEquals(200, status(ask("GET /health", "", "")));
        assertEquals(404, status(ask("GET http://any/where", "", "")));
        assertEquals(403, status(ask("GET /health", "Origin: http://localhost\r\n", "")));
        assertEquals(403, status(ask("GET /health", "Sec-Fetch-Site: same-site\r\n", "")));
    }

    @Test
    void theOwnerDecidesOverItWithoutAToken() throws Exception {
        assertEquals(202, status(ask("POST /services/announce?ttl=1m", JSON, Manifests.yaml("mail", "1"))));
        String digest = String.valueOf(daemon.get("/services/mail").mapping().mapping("approval").text("digest"));
        assertEquals(401, status(port("POST /services/mail/approve", "If-Match: \"" + digest + "\"\r\n", "")));
        assertEquals(200, status(ask("POST /services/mail/approve", "If-Match: \"" + digest + "\"\r\n", "")));
        String type = "Content-Type: application/json\r\n";
        assertEquals(401, status(port("POST /services/mail/goodbye", type, "{\"generation\":2}")));
        assertEquals(200, status(ask("POST /services/mail/goodbye", type, "{\"generation\":2}")));
    }

    @Test
    void aSocketThatAKilledDaemonLeftIsReplacedAndALiveOneIsNot() throws Exception {
        Path socket = socket();
        daemon.close();
        assertFalse(Files.exists(socket));
        try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            other.bind(UnixDomainSocketAddress.of(socket));
            SocketFile second = new SocketFile(socket, false);
            IOException refused = assertThrows(IOException.class, () -> second.bind(1).close());
            assertTrue(String.valueOf(refused.getMessage()).contains("another program listens"), refused.toString());
        }
        assertTrue(Files.exists(socket)); // closed, and still there, as after a kill
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        assertEquals(200, status(ask("GET /health", "", "")));
    }

    @Test
    void whatIsNoSocketIsNotReplaced() throws Exception {
        Path target = Files.writeString(folder.resolve("precious"), "precious");
        Path socket = socket();
        daemon.close();
        Files.createSymbolicLink(socket, target);
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        assertTrue(daemon.log().contains("asmp.sock is in the way: it is not a socket"), daemon.log());
        assertEquals("precious", Files.readString(target));
        assertEquals(200, daemon.get("/health").status());
    }

    @Test
    void whereThePathIsTooLongItIsInAFolderForTemporaryFiles() throws Exception {
        Path deep = folder.resolve("x".repeat(100));
        try (RunningDaemon far = new RunningDaemon(deep, TestClock.somewhen(), "")) {
            Mapping info = (Mapping) Json.read(Files.readAllBytes(far.home().resolve("daemon.json")));
            Path socket = Path.of(String.valueOf(info.text("socket")));
            assertTrue(socket.toString().length() < 107 && Files.exists(socket), socket.toString());
            assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(socket.getParent())));
        }
    }

    @Test
    void clientsPreferItAndAVariableWins() throws Exception {
        restartWith("off");
        assertEquals("", String.valueOf(info().text("url")).replace("null", ""));
        RegistryFinder finder = new RegistryFinder(environment());
        assertEquals(200, finder.call(Request.of("GET", "/health")).status());
        Reply reload = new OwnerClient(environment()).call(Request.of("POST", "/reload"));
        assertEquals(200, reload.status());
        RegistryFinder elsewhere = new RegistryFinder(environment().with("ASMP_REGISTRY_URL", "http://127.0.0.1:1"));
        assertThrows(RuntimeException.class, () -> elsewhere.call(Request.of("GET", "/health")));
    }

    @Test
    void whereThePortDoesNotAnswerTheOwnersCommandsUseIt() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Files.copy(daemon.home().resolve("token"), copy.resolve("token"));
        Files.write(copy.resolve("daemon.json"), Json.write(info().with("url", Scalar.text("http://127.0.0.1:1"))));
        List<String> lines = new ArrayList<>();
        new OwnerClient(environment().with("ASMP_HOME", copy.toString())).stream(Request.of("GET", "/health"), 5_000,
                line -> lines.add(line) && line.isEmpty());
        assertTrue(lines.getFirst().contains("\"status\":\"ok\""), lines.toString());
    }

    @Test
    void whereThePortDoesNotAnswerAQuickCommandUsesIt() throws Exception {
        Path copy = Files.createDirectory(folder.resolve("copy"));
        Files.writeString(copy.resolve("daemon.json"),
                "{\"url\":\"http://127.0.0.1:1\",\"socket\":\"" + socket() + "\",\"tcp\":\"open\"}");
        RegistryFinder finder = new RegistryFinder(environment().with("ASMP_HOME", copy.toString()));
        assertEquals("http://127.0.0.1:1", finder.url());
        assertEquals(200, finder.call(Request.of("GET", "/health")).status());
        assertEquals(200, RegistryFinder.lasting(environment()).call(Request.of("GET", "/health")).status());
    }

    @Test
    void aPortForReadingRefusesChangesWithoutTheToken() throws Exception {
        restartWith("read");
        String manifest = Manifests.yaml("mail", "1");
        assertEquals(200, status(port("GET /services", "", "")));
        assertEquals(401, status(port("POST /services/announce", JSON, manifest)));
        assertEquals(401, status(port("POST /registry/vms", "", "")));
        assertEquals(202, status(port("POST /services/announce",
                JSON + "Authorization: Bearer " + daemon.token() + "\r\n", manifest)));
        assertEquals(202, status(ask("POST /services/announce", JSON, manifest)));
    }

    @Test
    void overAPortForReadingMcpReadsOnly() throws Exception {
        restartWith("read");
        String call = """
                {"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"%s","arguments":%s}}""";
        String type = "Content-Type: application/json\r\n";
        String find = port("POST /mcp", type, call.formatted("service_list", "{}"));
        assertEquals(200, status(find));
        assertFalse(find.contains("\"isError\":true"), find);
        String change = call.formatted("service_scan", "{}");
        String refused = port("POST /mcp", type, change);
        assertTrue(refused.contains("registry.tcp is read"), refused);
        String taken = port("POST /mcp", type + "Authorization: Bearer " + daemon.token() + "\r\n", change);
        assertFalse(taken.contains("registry.tcp is read"), taken);
    }

    @Test
    void aPortWithATokenAnswersNothingElseButHealthAndThePageWithoutContent() throws Exception {
        restartWith("token");
        String owner = "Authorization: Bearer " + daemon.token() + "\r\n";
        assertEquals(200, status(port("GET /health", "", "")));
        assertEquals(401, status(port("GET /services", "", "")));
        String page = port("GET /", "Accept: text/html\r\n", "");
        assertTrue(status(page) == 200 && page.contains("registry.tcp is token"), page);
        assertEquals(401, status(port("GET /status", "", "")));
        assertEquals(401, status(port("GET /events", "", "")));
        assertEquals(401, status(port("GET /services", "Authorization: Bearer wrong\r\n", "")));
        assertEquals(200, status(port("GET /services", owner, "")));
        assertEquals(200, status(ask("GET /services", "", "")));
    }
}
