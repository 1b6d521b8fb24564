package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.manifest.Environment;
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

/** Where the fleet's registry is, and with what it is asked. */
class FleetApiTest {
    @TempDir
    private Path home;
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private final Map<String, String> variables = new HashMap<>();
    private HttpServer server;
    private String url = "";

    FleetApiTest() throws IOException {
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

    private RegistryApi door() {
        return new FleetApi(new Environment(variables, FileSystems.getDefault()), (method, path, json) -> {
            asked.add("local " + method + " " + path);
            return new RegistryApi.Reply(200, new byte[0]);
        });
    }

    private void settings(String json) throws IOException {
        Files.createDirectories(home.resolve(".vers"));
        Files.writeString(home.resolve(".vers/agent-services.json"), json);
    }

    @Test
    void withoutSettingsTheLocalRegistryIsAsked() {
        door().call("GET", "/registry/vms", null);
        assertEquals(List.of("local GET /registry/vms"), asked);
    }

    @Test
    void theEnvironmentComesFirst() throws IOException {
        settings("{\"url\": \"http://127.0.0.1:1\", \"token\": \"file\"}");
        variables.put("VERS_INFRA_URL", url + "/");
        variables.put("VERS_AUTH_TOKEN", "secret");
        assertEquals(201, door().call("POST", "/registry/vms", Talk.bytes("{\"id\": 1}")).status());
        assertEquals(List.of("POST /registry/vms Bearer secret {\"id\": 1}"), asked);
    }

    @Test
    void theTokenOfTheFileGoesToTheAddressOfTheFileOnly() throws IOException {
        settings("{\"url\": \"http://127.0.0.1:1\", \"token\": \"file\"}");
        variables.put("VERS_INFRA_URL", url);
        door().call("GET", "/registry/vms", null);
        assertEquals(List.of("GET /registry/vms null "), asked);
    }

    @Test
    void anAddressOfNothingButBlanksIsNone() {
        variables.put("VERS_INFRA_URL", "  ");
        door().call("GET", "/registry/vms", null);
        assertEquals(List.of("local GET /registry/vms"), asked);
    }

    @Test
    void theFileMayBePutInPlaceWhileThisRuns() throws IOException {
        RegistryApi door = door();
        door.call("GET", "/registry/vms", null);
        settings("{\"url\": \"" + url + "\", \"token\": \"file\"}");
        door.call("GET", "/registry/vms?role=worker", null);
        assertEquals(List.of("local GET /registry/vms", "GET /registry/vms?role=worker Bearer file "), asked);
    }

    @Test
    void whoDoesNotAnswerIsNamed() throws IOException {
        variables.put("VERS_INFRA_URL", "http://127.0.0.1:1");
        assertTrue(message().contains("http://127.0.0.1:1 does not answer"), message());
        variables.put("VERS_INFRA_URL", "not a url");
        assertTrue(message().contains("is not an address"), message());
        variables.remove("VERS_INFRA_URL");
        for (String nonsense : List.of("{nonsense", "[]")) {
            settings(nonsense);
            assertTrue(message().contains("agent-services.json is not an object such as"), message());
        }
    }

    private String message() {
        return String.valueOf(
                assertThrows(RegistryApi.Unreachable.class, () -> door().call("GET", "/registry/vms", null))
                        .getMessage());
    }
}
