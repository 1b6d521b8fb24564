package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.wire.Reply;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The groups of tools that are listed, and what the lists cost a model. */
class ToolGroupsTest {
    /** Room for the tools that other parts of this machine add to the default list. */
    private static final int MOST = 8_000;
    private static final int MOST_FOR_MODELS = 1_050;
    private static final int MOST_FOR_SERVICES = 5_500;
    private static final String LIST = "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/list\"}";

    private final FakeRegistry registry = FakeRegistry.ofTwo();
    private final Talk talk = new Talk(registry);

    static List<Document> listed(Talk talk, String path) {
        return Talk.json(talk.sendTo(path, "POST", LIST)).mapping("result").list("tools");
    }

    private static List<String> prefixes(List<Document> tools) {
        return tools.stream().map(tool -> String.valueOf(((Mapping) tool).text("name")).replaceAll("_.*", ""))
                .distinct()
                .toList();
    }

    @Test
    void theDefaultListIsShort() {
        int length = Talk.written(new Sequence(listed(talk, "/mcp"))).length();
        int withVms = Talk.written(new Sequence(listed(talk, "/mcp?tools=services,vms"))).length();
        int withModels = Talk.written(new Sequence(listed(talk, "/mcp?tools=models"))).length();
        System.out.printf("tools/list: %,d characters for services, %,d with VMs, %,d with models%n", length,
                withVms, withModels);
        assertTrue(length <= MOST_FOR_SERVICES, length + " characters");
        assertTrue(withVms <= MOST, withVms + " characters");
        assertTrue(withModels - length <= MOST_FOR_MODELS, withModels - length + " characters");
    }

    @Test
    void aGroupIsListedWhereItIsAskedFor() {
        assertEquals(List.of("service", "capability"), prefixes(listed(talk, "/mcp")));
        assertEquals(List.of("service", "capability", "model"), prefixes(listed(talk, "/mcp?tools=models")));
        assertEquals(List.of("service", "capability", "model", "registry"),
                prefixes(listed(talk, "/mcp?x=1&tools=VMs%2Cmodels")));
    }

    @Test
    void aGroupIsListedWhereItIsConfigured(@TempDir Path home) throws Exception {
        Map<String, String> withVariable = Map.of("HOME", home.toString(), "VERS_INFRA_URL", "http://127.0.0.1:1");
        assertEquals(14, listed(new Talk(registry, withVariable), "/mcp").size());
        assertEquals(10, listed(new Talk(registry, withVariable), "/mcp?tools=services").size());
        Talk withFile = new Talk(registry, Map.of("HOME", home.toString()));
        assertEquals(10, listed(withFile, "/mcp").size());
        Files.createDirectories(home.resolve(".vers"));
        Files.writeString(home.resolve(".vers/agent-services.json"), "{\"url\": \"http://127.0.0.1:1\"}");
        assertEquals(14, listed(withFile, "/mcp").size());
        Talk withProfile = new Talk(request -> new Reply(200, Talk.bytes(
                "{\"host_id\": \"box\", \"fleet\": {\"listen\": \"127.0.0.1:3000\"}}")));
        assertEquals(14, listed(withProfile, "/mcp").size());
    }

    @Test
    void aFleetElsewhereIsAskedForTheOwnerOnly() throws Exception {
        List<String> tokens = new CopyOnWriteArrayList<>();
        HttpServer fleet = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        fleet.createContext("/", exchange -> {
            tokens.add(exchange.getRequestHeaders().getFirst("Authorization"));
            byte[] body = Talk.bytes("{\"vms\": [], \"count\": 0}");
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        fleet.start();
        try {
            Talk withFleet = new Talk(registry,
                    Map.of("HOME", "/nowhere", "VERS_AUTH_TOKEN", "secret", "VERS_INFRA_URL",
                            "http://127.0.0.1:" + fleet.getAddress().getPort()));
            withFleet.isOwner = false;
            for (String tool : List.of("registry_list", "registry_discover", "registry_heartbeat",
                    "registry_register")) {
                String said = withFleet.failed(tool, "{" + arguments(tool) + "}");
                assertTrue(said.contains("does not act for the machine's owner"), said);
            }
            assertEquals(List.of(), tokens);
            withFleet.isOwner = true;
            withFleet.done("registry_list", "{}");
            assertEquals(List.of("Bearer secret"), tokens);
        } finally {
            fleet.stop(0);
        }
    }

    private static String arguments(String tool) {
        return switch (tool) {
            case "registry_discover" -> "\"role\": \"infra\"";
            case "registry_heartbeat" -> "\"id\": \"v\"";
            case "registry_register" -> "\"id\": \"v\", \"name\": \"v\", \"role\": \"infra\", \"address\": \"v\","
                    + " \"registeredBy\": \"v\"";
            default -> "";
        };
    }

    @Test
    void withoutAFleetElsewhereAnyClientAsksTheRegistryOfThisMachine() {
        talk.isOwner = false;
        assertEquals("0", talk.done("registry_list", "{}").text("count"));
    }

    @Test
    void aToolThatIsNotListedAnswers() {
        assertEquals("0", talk.done("registry_list", "{}").text("count"));
    }

    @Test
    void anUnknownGroupIsRefusedWithTheKnownOnes() {
        Reply reply = talk.sendTo("/mcp?tools=service", "POST", LIST);
        assertEquals(400, reply.status());
        String message = String.valueOf(Talk.json(reply).mapping("error").text("message"));
        assertTrue(message.contains("did you mean services?") && message.contains("vms"), message);
        assertThrows(IllegalArgumentException.class, () -> Mcp.checkTools("vm,nonsense"));
    }

    @Test
    void aSchemaOfAnswersNamesWhatEachHasAndNoMore() {
        for (Document item : listed(talk, "/mcp")) {
            Mapping output = ((Mapping) item).mapping("outputSchema");
            assertFalse(Talk.written(output).contains("description"), Talk.written(output));
            Mapping answer = switch (String.valueOf(((Mapping) item).text("name"))) {
                case "service_find" -> talk.done("service_find", "{\"query\": \"mail\"}");
                case "service_list" -> talk.done("service_list", "{}");
                case "capability_list" -> talk.done("capability_list", "{}");
                case "service_scan" -> talk.done("service_scan", "{}");
                case "service_todos" -> talk.done("service_todos", "{}");
                default -> null;
            };
            if (answer != null) {
                assertTrue(!output.texts("required").isEmpty()
                        && answer.fields().keySet().containsAll(output.texts("required")), Talk.written(answer));
            }
        }
    }
}
