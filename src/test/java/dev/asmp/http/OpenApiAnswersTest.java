package dev.asmp.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a running daemon answers is what the OpenAPI document says: each status that is documented is brought about, each answer
 * is held against its schema, and the examples are made again.
 */
@Timeout(60)
class OpenApiAnswersTest {
    private static final String WITHOUT_APPROVAL = "policy: {requires_approval: false}\n";
    private static final String WITH_APPROVAL = "policy: {requires_approval: true}\n";
    /** What is another at each run. */
    private static final Set<String> FLEETING = Set.of("last_seen", "last_check", "checked_at", "since", "at",
            "discovered_at", "started_at", "uptime", "free_bytes", "bytes", "duration_ms", "latency_ms", "id", "read",
            "parsed");

    private static final String WIKI = """
            asmp: "0.1"
            kind: service
            name: wiki
            description: a wiki for notes that several people keep
            section: tools
            capabilities: {provides: [page.read, page.write]}
            endpoints: [{protocol: http, host: 127.0.0.1, port: 7200, path: /api}]
            """;

    private static final String FAX = """
            asmp: "0.1"
            kind: service
            name: fax
            capabilities: {provides: [fax.send]}
            """;

    @TempDir
    private Path folder;
    private HttpServer probed;
    private RunningDaemon daemon;
    private ApiContract contract;

    @BeforeEach
    void start() throws Exception {
        probed = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        probed.createContext("/health", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        probed.start();
        daemon = new RunningDaemon(folder.toRealPath(), TestClock.somewhen(), WITHOUT_APPROVAL);
        contract = new ApiContract(daemon.get("/openapi.json").response().body());
    }

    @AfterEach
    void stop() {
        daemon.close();
        probed.stop(0);
    }

    private RunningDaemon.Reply ask(int status, String method, String path, String body, String... headers)
            throws Exception {
        return contract.ask(daemon, status, method, path, body, headers);
    }

    private RunningDaemon.Reply json(int status, String method, String path, String body) throws Exception {
        return ask(status, method, path, body, "Content-Type", "application/json");
    }

    private RunningDaemon.Reply owner(int status, String method, String path, String body, String ifMatch)
            throws Exception {
        return ask(status, method, path, body, "Content-Type", "application/json", "Authorization",
                "Bearer " + daemon.token(), "If-Match", "\"" + ifMatch + "\"");
    }

    private RunningDaemon.Reply get(String path) throws Exception {
        return ask(200, "GET", path, "");
    }

    private String example(String name) {
        return contract.example(name).toString();
    }

    /** Holds an answer against the example that shows it. */
    private void like(String example, RunningDaemon.Reply reply) throws IOException {
        String real = reply.text().replace(daemon.home().toString(), "/home/ada/.asmp")
                .replace(daemon.source().toString(), "/home/ada/src").replace(daemon.url(), "http://127.0.0.1:7700")
                .replace("test-box", "vm").replace(":" + probed.getAddress().getPort(), ":7100");
        contract.like(example, real, FLEETING);
    }

    private String digest(String name) throws Exception {
        return String.valueOf(get("/services/" + name).mapping().mapping("approval").text("digest"));
    }

    private void setPolicy(String policy) throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replaceAll("policy: .*\n", policy));
        json(200, "POST", "/reload", "");
    }

    @Test
    void theExamplesAreWhatTheDaemonAnswers() throws Exception {
        String mail = example("mail").replace("7100", Integer.toString(probed.getAddress().getPort()));
        daemon.write("mail", mail);
        daemon.write("wiki/infra", WIKI);
        json(200, "POST", "/discover/scan", "");
        daemon.awaitUntil(() -> get("/services/mail").text().contains("\"healthy\":true"));
        like("mailEntry", get("/services/mail"));
        like("services", get("/services?q=notes"));
        like("capabilities", get("/capabilities"));
        like("offers", get("/capabilities?provides=email.send"));
        like("nothing", get("/capabilities?provides=fax.send"));
        like("health", get("/health"));
        models();
        like("status", get("/status"));
        like("root", get("/"));
        daemon.write("mail-old", mail);
        daemon.write("broken", "asmp: \"0.1\"\nname: [\n");
        like("scanned", json(200, "POST", "/discover/scan", ""));
        Files.delete(daemon.write("mail-old", ""));
        Files.delete(daemon.write("broken", ""));
        like("reloaded", json(200, "POST", "/reload", ""));
        like("note", json(201, "POST", "/discoveries", example("newNote")));
        like("notes", get("/discoveries"));
        like("announced", ask(201, "POST", "/services/announce?ttl=5m", FAX, "Content-Type", "application/yaml"));
        like("registered", json(201, "POST", "/services", example("backup")));
        like("backupEntry", ask(200, "PATCH", "/services/backup", example("patch"), "Content-Type",
                "application/merge-patch+json", "If-Match", "\"1-5e1f\""));
        json(200, "POST", "/mcp", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}");
        like("mcpResult", json(200, "POST", "/mcp", example("mcpCall")));
        like("mailEntryWithMod", json(201, "POST", "/services/mail/mods", example("spamFilter")));
        like("modOffers", get("/capabilities?provides=email.filter"));
        ask(200, "DELETE", "/services/mail/mods/spam-filter", "");
        like("removed", ask(200, "DELETE", "/services/backup", ""));
        setPolicy(WITH_APPROVAL);
        daemon.write("wiki/infra", WIKI.replace("7200", "7201"));
        json(200, "POST", "/discover/scan", "");
        like("wikiEntryWithProposal", get("/services/wiki"));
        like("wikiEntry", owner(200, "POST", "/services/wiki/approve", "", digest("wiki")));
        like("wikiProposal", json(202, "PATCH", "/services/wiki", "{\"owner\":\"ada\"}"));
        ask(200, "DELETE", "/services/wiki", "", "Authorization", "Bearer " + daemon.token());
        like("waits", json(202, "POST", "/services/announce", example("backup")));
        like("backupProposal", get("/services/backup"));
        like("proposals", get("/services?status=pending"));
        like("backupRejected",
                owner(200, "POST", "/services/backup/reject", example("rejection"), digest("backup")));
    }

    private void models() throws Exception {
        String model = "asmp: '0.1'\nkind: ai-model\n";
        for (String yaml : List.of(
                model + """
                        name: qwen
                        description: a small model on this machine
                        model: {provider: ollama, model_id: 'qwen3:8b', base_url: 'http://127.0.0.1:11434/v1', context_window: 32768}
                        capabilities: {provides: [llm.inference, llm.code_generation], strengths: [code]}
                        pricing: {input_per_1m: 0, output_per_1m: 0, tier: free}
                        """,
                model + """
                        name: glm
                        capabilities: {provides: [llm.code_generation]}
                        secret: {env_var: OPENROUTER_API_KEY}
                        """)) {
            ask(201, "POST", "/services", yaml, "Content-Type", "application/yaml");
        }
        like("models", get("/models?max_cost=0"));
        like("recommendation", get("/models/recommend?task=llm.code_generation&keys="));
        get("/models/health");
        json(200, "POST", "/models/verify", "");
        for (String name : List.of("qwen", "glm")) {
            ask(200, "DELETE", "/services/" + name, "");
        }
    }

    @Test
    void servicesOfTheWildAreDocumentedToo() throws Exception {
        try (Stream<Path> manifests = Files.list(Path.of("src/test/resources/manifests"))) {
            for (Path manifest : manifests.toList()) {
                String name = ask(201, "POST", "/services/announce", Files.readString(manifest), "Content-Type",
                        "application/yaml").mapping().text("name");
                for (String capability : get("/services/" + name).mapping().mapping("capabilities").texts("provides")) {
                    assertNotEquals("[]", get("/capabilities?provides=" + capability).text());
                }
            }
        }
        get("/services");
    }

    @Test
    void everyDocumentedStatusIsMetAndEveryAnswerIsDocumented() throws Exception {
        json(201, "POST", "/services", example("backup"));
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        whatIsAnsweredEverywhere();
        whatGoesInAndWhatDoesNot();
        whatChangesAndWhatDoesNot();
        setPolicy(WITH_APPROVAL);
        whatTheOwnerDecides();
        howTheOwnersPageGetsASession();
        whatAgentsHear();
        whatNoEndpointAnswers();
        assertEquals(Set.of("addNote 409", "streamEvents 200", "streamMcpMessages 200"),
                contract.unseen(OpenApiAnswersTest::isOurs));
    }

    /** All but those of the fleet and of agents, which have tests of their own. */
    private static boolean isOurs(ApiContract.Operation operation) {
        return !operation.hasTag("vms") && !operation.hasTag("lieutenants") && !operation.hasTag("swarm")
                && !operation.hasTag("fleet");
    }

    private void whatIsAnsweredEverywhere() throws Exception {
        for (ApiContract.Operation operation : contract.operations().stream().filter(OpenApiAnswersTest::isOurs)
                .toList()) {
            String path = operation.path().replace("/schemas/{name}", "/schemas/host.schema.json")
                    .replace("{name}", "mail").replace("{mod}", "filter").replace("{file}", "app.js");
            ask(403, operation.method(), path, "", "Sec-Fetch-Site", "cross-site");
            if (operation.statuses().contains("304")) {
                get(path);
                ask(304, "GET", path, "", "If-None-Match", "*");
            }
        }
        get("/metrics");
        get("/status");
        ask(400, "GET", "/models?max_cost=nan", "");
        ask(400, "GET", "/hosts/history?limit=0", "");
        json(200, "POST", "/federate", "");
        ask(400, "GET", "/models/recommend?budget=inf", "");
        json(200, "POST", "/models/verify", "");
        get("/capabilities?provides=email.send");
        get("/capabilities?provides=email.*&wait=50ms&index=5");
        ask(400, "GET", "/capabilities?wait=1s", "");
        ask(404, "GET", "/services/nobody", "");
        ask(404, "GET", "/services/nobody/history", "");
        ask(404, "GET", "/schemas/nothing", "");
        ask(404, "GET", "/ui/nothing.js", "");
        ask(200, "GET", "/", "", "Accept", "text/html");
        get("/ui/style.css");
        get("/ui/icon.svg");
        json(201, "POST", "/discoveries", "{\"name\":\"fax\",\"note\":null,\"more\":1}");
        json(400, "POST", "/discoveries", "{}");
        ask(415, "POST", "/discoveries", "{}", "Content-Type", "text/plain");
        get("/discoveries?pending=false");
        json(200, "POST", "/discover/scan", "");
    }

    private void whatGoesInAndWhatDoesNot() throws Exception {
        String mod = "{\"name\":\"m\",\"capabilities\":{\"provides\":[\"email.filter\"]}}";
        json(201, "POST", "/services/mail/mods", mod);
        ask(404, "DELETE", "/services/mail/mods/nothing", "");
        json(404, "POST", "/services/nobody/mods", mod);
        String twin = Manifests.yaml("MAIL", "1");
        for (String path : List.of("/services", "/services/announce")) {
            ask(201, "POST", path, Manifests.yaml("mail", "1", "email.send"), "Content-Type", "text/yaml");
            ask(409, "POST", path, twin, "Content-Type", "application/yaml");
        }
        for (String path : List.of("/services", "/services/announce", "/services/mail/mods")) {
            json(400, "POST", path, "{");
            ask(415, "POST", path, "{}", "Content-Type", "text/plain");
            json(413, "POST", path, "{\"a\":\"" + "x".repeat(257 * 1024) + "\"}");
        }
        json(409, "POST", "/services/MAIL/mods", mod);
        ask(409, "DELETE", "/services/MAIL/mods/m", "");
    }

    private void whatChangesAndWhatDoesNot() throws Exception {
        json(200, "PATCH", "/services/mail", "{\"section\":\"office\",\"aliases\":null}");
        json(400, "PATCH", "/services/mail", "{\"generation\":99}");
        json(404, "PATCH", "/services/nobody", "{}");
        json(409, "PATCH", "/services/Mail", "{}");
        json(413, "PATCH", "/services/mail", "{\"a\":\"" + "x".repeat(257 * 1024) + "\"}");
        ask(415, "PATCH", "/services/mail", "{}", "Content-Type", "application/yaml");
        ask(412, "PATCH", "/services/mail", "{}", "Content-Type", "application/json", "If-Match", "\"77\"");
        ask(412, "DELETE", "/services/mail", "", "If-Match", "\"77-ab\"");
        ask(400, "DELETE", "/services/mail", "", "If-Match", "77");
        ask(404, "DELETE", "/services/nobody", "");
        ask(409, "DELETE", "/services/Mail", "");
        setPolicy("policy: {allowed_ports: 1-2}\n");
        ask(400, "DELETE", "/services/mail/mods/m", "");
        setPolicy(WITHOUT_APPROVAL);
        ask(200, "DELETE", "/services/mail/mods/m", "");
        json(201, "POST", "/services/announce", "{\"asmp\":\"0.1\",\"kind\":\"service\",\"name\":\"backup\","
                + "\"capabilities\":{\"provides\":[\"cat.pictures\"]}}");
        json(404, "POST", "/services/nobody/goodbye", "{\"generation\":1}");
        json(400, "POST", "/services/backup/goodbye", "{}");
        json(412, "POST", "/services/backup/goodbye", "{\"generation\":999}");
        ask(415, "POST", "/services/backup/goodbye", "bye", "Content-Type", "text/plain");
        json(413, "POST", "/services/backup/goodbye", " ".repeat(1024 * 1024 + 1));
        json(200, "POST", "/services/backup/goodbye", "{\"generation\":"
                + get("/services/backup").mapping().text("generation") + "}");
        json(409, "POST", "/services/Backup/goodbye", "{\"generation\":1}");
        ask(401, "POST", "/services/backup/undo", "");
        owner(409, "POST", "/services/Backup/undo", "", "x");
        owner(200, "POST", "/services/backup/undo", "", "x");
        owner(404, "POST", "/services/backup/undo", "", "x");
        ask(200, "DELETE", "/services/backup", "");
        daemon.write("wiki/infra", WIKI);
        json(200, "POST", "/discover/scan", "");
        owner(200, "GET", "/services/wiki/manifest", "", "x");
        owner(404, "GET", "/services/mail/manifest", "", "x");
        ask(401, "GET", "/services/wiki/manifest", "");
    }

    private void whatTheOwnerDecides() throws Exception {
        json(202, "PATCH", "/services/mail", "{\"owner\":\"ada\"}");
        json(202, "POST", "/services/mail/mods", "{\"name\":\"n\",\"capabilities\":{\"provides\":[\"email.x\"]}}");
        get("/services/mail");
        get("/services?status=pending");
        json(401, "POST", "/services/mail/goodbye", "{\"generation\":"
                + get("/services/mail").mapping().text("generation") + "}");
        ask(401, "DELETE", "/services/mail", "");
        ask(403, "DELETE", "/services/mail", "", "Authorization", "Bearer x");
        json(202, "POST", "/services", example("backup"));
        json(202, "POST", "/services/announce", example("backup"));
        for (String verb : List.of("/reject", "/approve")) {
            String path = "/services/mail" + verb;
            ask(401, "POST", path, "");
            ask(428, "POST", path, "", "Authorization", "Bearer " + daemon.token());
            ask(400, "POST", path, "", "Authorization", "Bearer " + daemon.token(), "If-Match", "x");
            owner(404, "POST", "/services/nobody" + verb, "", "x");
            owner(409, "POST", path, "", "x");
            owner(200, "POST", path, "", digest("mail"));
        }
        ask(202, "DELETE", "/services/mail/mods/n", "");
        ask(415, "POST", "/services/backup/reject", "why", "Content-Type", "text/plain", "Authorization",
                "Bearer " + daemon.token(), "If-Match", "\"" + digest("backup") + "\"");
        owner(200, "POST", "/services/backup/reject", example("rejection"), digest("backup"));
        json(403, "POST", "/services/announce", example("backup"));
        get("/services?status=rejected");
    }

    private void howTheOwnersPageGetsASession() throws Exception {
        ask(401, "POST", "/session/code", "");
        ask(403, "POST", "/session/code", "", "Authorization", "Bearer x");
        String code = ask(201, "POST", "/session/code", "", "Authorization", "Bearer " + daemon.token()).mapping()
                .text("code");
        json(400, "POST", "/session", "{}");
        ask(415, "POST", "/session", "{}", "Content-Type", "text/plain");
        json(201, "POST", "/session", "{\"code\":\"" + code + "\"}");
        json(403, "POST", "/session", "{\"code\":\"" + code + "\"}");
    }

    private void whatAgentsHear() throws Exception {
        String ping = "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"ping\"}";
        String session = json(200, "POST", "/mcp",
                "{\"jsonrpc\":\"2.0\",\"id\":\"a\",\"method\":\"initialize\",\"params\":{}}").response().headers()
                .firstValue("Mcp-Session-Id").orElseThrow();
        json(200, "POST", "/mcp", "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"nothing\"}");
        json(202, "POST", "/mcp", "{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
        json(400, "POST", "/mcp", "{");
        ask(415, "POST", "/mcp", ping, "Content-Type", "text/plain");
        ask(406, "POST", "/mcp", ping, "Content-Type", "application/json", "Accept", "text/html");
        ask(404, "POST", "/mcp", ping, "Content-Type", "application/json", "Mcp-Session-Id", "none");
        ask(403, "POST", "/mcp", ping, "Content-Type", "application/json", "Authorization", "Bearer another");
        ask(406, "GET", "/mcp", "");
        ask(400, "GET", "/mcp", "", "Accept", "text/event-stream");
        ask(404, "GET", "/mcp", "", "Accept", "text/event-stream", "Mcp-Session-Id", "none");
        ask(400, "DELETE", "/mcp", "");
        ask(204, "DELETE", "/mcp", "", "Mcp-Session-Id", session);
        ask(404, "DELETE", "/mcp", "", "Mcp-Session-Id", session);
    }

    private void whatNoEndpointAnswers() throws Exception {
        ask(404, "GET", "/nowhere", "");
        ask(405, "PUT", "/services", "");
        ask(413, "POST", "/reload", "x".repeat(1024 * 1024 + 1));
        ask(414, "GET", "/services/" + "a".repeat(9_000), "");
    }

    @Test
    void eachKindOfEventIsDocumented() throws Exception {
        Set<String> kinds = new TreeSet<>();
        HttpURLConnection connection = (HttpURLConnection) URI.create(daemon.url() + "/events").toURL()
                .openConnection();
        connection.setReadTimeout(20_000);
        connection.setRequestProperty("Last-Event-ID", "7");
        try (BufferedReader in = new BufferedReader(new InputStreamReader(connection.getInputStream(), UTF_8))) {
            JsonNode documented = contract.document().at("/paths/~1events/get/responses/200");
            assertTrue(documented.path("content").has(connection.getContentType()));
            assertEquals("no-store", connection.getHeaderField("Cache-Control"));
            makeEverythingHappen();
            while (kinds.size() < 8) {
                kinds.add(contract.nextEvent("/events", in));
            }
        }
        assertEquals(Set.of("reset", "registered", "changed", "discovery", "health", "removed", "pending", "host"),
                kinds);
    }

    private void makeEverythingHappen() throws Exception {
        String yaml = Manifests.yaml("mail", "1") + "health: {method: tcp, target: '127.0.0.1:%d'}\n"
                .formatted(probed.getAddress().getPort());
        daemon.announce(yaml);
        daemon.announce(yaml + "owner: ada\n");
        json(201, "POST", "/discoveries", "{\"name\":\"fax\"}");
        daemon.awaitUntil(() -> get("/services/mail").text().contains("\"healthy\":true"));
        ask(200, "DELETE", "/services/mail", "");
        setPolicy(WITH_APPROVAL);
        json(202, "POST", "/services", example("backup"));
        owner(200, "POST", "/services/backup/reject", example("rejection"), digest("backup"));
    }
}
