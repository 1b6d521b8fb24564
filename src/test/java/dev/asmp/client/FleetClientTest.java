package dev.asmp.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.manifest.Environment;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The address and token that requests to the fleet's registry use. */
class FleetClientTest {
    @TempDir
    private Path home;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, String> variables = new HashMap<>();
    private HttpServer server;
    private String url = "";

    FleetClientTest() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    }

    @BeforeEach
    void start() {
        server.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + exchange.getRequestHeaders().getFirst("Authorization") + " " + body);
            exchange.sendResponseHeaders(201, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        url = "http://127.0.0.1:" + server.getAddress().getPort();
        variables.put("HOME", home.toString());
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private FleetClient fleet() {
        return new FleetClient(new Environment(variables, FileSystems.getDefault()), request -> {
            asked.add("local " + request.method() + " " + request.path());
            return Reply.of(200);
        });
    }

    private Reply get(String path) {
        return fleet().call(Request.of("GET", path));
    }

    private void settings(String json) throws IOException {
        Files.createDirectories(home.resolve(".vers"));
        Files.writeString(home.resolve(".vers/agent-services.json"), json);
    }

    @Test
    void withoutSettingsTheLocalRegistryIsAsked() {
        get("/registry/vms");
        assertEquals(List.of("local GET /registry/vms"), asked);
    }

    @Test
    void theEnvironmentComesFirst() throws IOException {
        settings("{\"url\": \"http://127.0.0.1:1\", \"token\": \"file\"}");
        variables.put("VERS_INFRA_URL", url + "/");
        variables.put("VERS_AUTH_TOKEN", "secret");
        assertEquals(201, fleet()
                .call(Request.json("POST", "/registry/vms", "{\"id\": 1}".getBytes(StandardCharsets.UTF_8))).status());
        assertEquals(List.of("POST /registry/vms Bearer secret {\"id\": 1}"), asked);
    }

    @Test
    void theTokenOfTheFileGoesToTheAddressOfTheFileOnly() throws IOException {
        settings("{\"url\": \"http://127.0.0.1:1\", \"token\": \"file\"}");
        variables.put("VERS_INFRA_URL", url);
        get("/registry/vms");
        assertEquals(List.of("GET /registry/vms null "), asked);
    }

    @Test
    void anAddressOfNothingButBlanksIsNone() {
        variables.put("VERS_INFRA_URL", "  ");
        get("/registry/vms");
        assertEquals(List.of("local GET /registry/vms"), asked);
    }

    @Test
    void theFileMayBePutInPlaceWhileThisRuns() throws IOException {
        FleetClient fleet = fleet();
        fleet.call(Request.of("GET", "/registry/vms"));
        settings("{\"url\": \"" + url + "\", \"token\": \"file\"}");
        fleet.call(Request.of("GET", "/registry/vms?role=worker"));
        assertEquals(List.of("local GET /registry/vms", "GET /registry/vms?role=worker Bearer file "), asked);
    }

    @Test
    void aFailureNamesTheAddress() throws IOException {
        variables.put("VERS_INFRA_URL", "http://127.0.0.1:1");
        assertTrue(message().contains("no registry answers on http://127.0.0.1:1 (VERS_INFRA_URL: "), message());
        variables.put("VERS_INFRA_URL", "not a url");
        assertTrue(message().contains("is not an address"), message());
        variables.remove("VERS_INFRA_URL");
        for (String nonsense : List.of("{nonsense", "[]")) {
            settings(nonsense);
            assertTrue(message().contains("agent-services.json is not an object such as"), message());
        }
    }

    @Test
    void ofSeveralAddressesTheNextIsAskedWhereOneDoesNotAnswerAndTheOneThatAnswersIsKept() throws IOException {
        variables.put("VERS_INFRA_URL", "http://127.0.0.1:1, " + url + "/below/");
        variables.put("VERS_AUTH_TOKEN", "secret");
        assertEquals(201, get("/registry/vms").status());
        assertEquals(201, get("/registry/vms").status());
        assertEquals(List.of("GET /below/registry/vms Bearer secret ", "GET /below/registry/vms Bearer secret "),
                asked);
        variables.put("VERS_INFRA_URL", "http://127.0.0.1:1,http://127.0.0.1:2");
        assertTrue(message().contains("no registry answers on http://127.0.0.1:1,http://127.0.0.1:2 ("), message());
        variables.put("VERS_INFRA_URL", url + ",me:secret@there");
        assertTrue(message().contains("several with commas") && !message().contains("secret"), message());
    }

    @Test
    void aRegistryThatCannotReachTheFleetIsPassedOverAndToldOfWhereAllAreSo() throws IOException {
        HttpServer away = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        away.createContext("/", exchange -> {
            exchange.sendResponseHeaders(503, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        away.start();
        String other = "http://127.0.0.1:" + away.getAddress().getPort();
        variables.put("VERS_INFRA_URL", other + "," + url);
        assertEquals(201, get("/registry/vms").status());
        variables.put("VERS_INFRA_URL", other + ",http://127.0.0.1:1");
        assertEquals(503, get("/registry/vms").status());
        away.stop(0);
    }

    private String message() {
        return String.valueOf(
                assertThrows(RegistryException.class, () -> get("/registry/vms"))
                        .getMessage());
    }
}
