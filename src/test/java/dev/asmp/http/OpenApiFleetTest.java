package dev.asmp.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the VM registry answers on its two sockets is what the OpenAPI document says, and its examples are made again. */
@Timeout(60)
class OpenApiFleetTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern LISTENS = Pattern.compile("listens for other hosts on (http://\\S+:[0-9]+)");
    private static final Set<String> FLEETING = Set.of("registeredAt", "lastSeen", "next", "uptime", "id");

    @TempDir
    private Path folder;
    private RunningDaemon daemon;
    private ApiContract contract;

    @BeforeEach
    void start() throws Exception {
        Files.writeString(folder.resolve("fleet-token"), "open sesame\n");
        daemon = new RunningDaemon(folder, TestClock.somewhen(),
                "fleet: {listen: '127.0.0.1:0', token_file: " + folder.resolve("fleet-token") + "}\n");
        contract = new ApiContract(daemon.get("/openapi.json").response().body());
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private RunningDaemon.Reply ask(int status, String method, String path, String body) throws Exception {
        return contract.ask(daemon, status, method, path, body, "Content-Type", "application/json");
    }

    /** Asks on the socket for other hosts. */
    private RunningDaemon.Reply askOutside(String method, String path, String... headers) throws Exception {
        Matcher matcher = LISTENS.matcher(daemon.log());
        assertTrue(matcher.find(), daemon.log());
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(matcher.group(1) + path)).method(method,
                HttpRequest.BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<byte[]> response = client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            return new RunningDaemon.Reply(response.statusCode(), new String(response.body(), UTF_8), response);
        }
    }

    private String example(String name) {
        return contract.example(name).toString();
    }

    private void like(String example, RunningDaemon.Reply reply) throws IOException {
        contract.like(example, reply.text(), FLEETING);
    }

    @Test
    void theExamplesAreWhatTheDaemonAnswers() throws Exception {
        like("vm", ask(201, "POST", "/registry/vms", example("newVm")));
        like("vms", ask(200, "GET", "/registry/discover/worker", ""));
        like("vms", ask(200, "GET", "/registry/vms?role=worker&status=running&q=BUILD", ""));
        like("vm", ask(200, "GET", "/registry/resolve/builder", ""));
        like("vmHeartbeat", ask(200, "POST", "/registry/vms/vm-7f3a/heartbeat", ""));
        like("noVms", ask(200, "GET", "/registry/discover/king", ""));
        like("noVms", ask(200, "GET", "/registry/stale", ""));
        like("vmsDeleted", ask(200, "DELETE", "/registry/stale", ""));
        ask(201, "POST", "/registry/vms", "{\"id\":\"vm-9c21\",\"name\":\"tester\",\"role\":\"worker\","
                + "\"address\":\"vm-9c21.vm.vers.sh\",\"registeredBy\":\"vm-lead\"}");
        like("vmPage", ask(200, "GET", "/registry/vms?limit=1", ""));
        like("vmStopped", ask(200, "PATCH", "/registry/vms/vm-7f3a", example("vmPatch")));
        like("vmDeleted", ask(200, "DELETE", "/registry/vms/vm-7f3a", ""));
        like("vmsImported", ask(200, "POST", "/registry/import", example("vmImport")));
        like("fleetHealth", ask(200, "GET", "/registry/health", ""));
        ask(200, "GET", "/registry/status", "");
        RunningDaemon.Reply health = askOutside("GET", "/health");
        like("fleetHealth", health);
        assertEquals(Set.of(), contract.complaints(
                contract.document().at("/components/schemas/FleetHealth"), JSON.readTree(health.text())));
    }

    @Test
    void everyDocumentedStatusIsMetAndEveryAnswerIsDocumented() throws Exception {
        ask(201, "POST", "/registry/vms", example("newVm"));
        ask(409, "POST", "/registry/vms", example("newVm"));
        for (ApiContract.Operation operation : contract.operations().stream().filter(one -> one.hasTag("vms"))
                .toList()) {
            String path = operation.path().replace("{id}", "vm-7f3a").replace("{role}", "worker").replace("{name}",
                    "builder");
            contract.ask(daemon, 403, operation.method(), path, "", "Sec-Fetch-Site", "cross-site");
            contract.check(operation.method(), path, askOutside(operation.method(), path));
            if (operation.statuses().contains("304")) {
                ask(200, "GET", path, "");
                contract.ask(daemon, 304, "GET", path, "", "If-None-Match", "*");
            }
        }
        contract.check("GET", "/registry/vms", askOutside("GET", "/registry/vms", "Authorization",
                "Bearer open sesame"));
        ask(400, "GET", "/registry/vms?limit=0", "");
        ask(400, "POST", "/registry/vms", "{}");
        contract.ask(daemon, 415, "POST", "/registry/vms", "id: a", "Content-Type", "application/yaml");
        contract.ask(daemon, 415, "PATCH", "/registry/vms/vm-7f3a", "id: a", "Content-Type", "application/yaml");
        ask(400, "PATCH", "/registry/vms/vm-7f3a", "{\"name\":\"\"}");
        ask(200, "PATCH", "/registry/vms/vm-7f3a", "{\"services\":null,\"metadata\":{\"k\":[1.50]},\"more\":1}");
        ask(404, "GET", "/registry/vms/nobody", "");
        ask(404, "PATCH", "/registry/vms/nobody", "{}");
        ask(404, "DELETE", "/registry/vms/nobody", "");
        ask(404, "POST", "/registry/vms/nobody/heartbeat", "");
        ask(404, "GET", "/registry/resolve/nobody", "");
        ask(200, "POST", "/registry/vms/vm-7f3a/heartbeat", "{\"instance\":\"i\",\"seq\":1}");
        ask(409, "POST", "/registry/vms/vm-7f3a/heartbeat", "{\"instance\":\"i\",\"seq\":1}");
        ask(400, "POST", "/registry/vms/vm-7f3a/heartbeat", "{\"instance\":\"i\"}");
        ask(200, "POST", "/registry/vms/vm-7f3a/heartbeat", "{\"instance\":\"i\",\"seq\":2}");
        ask(200, "DELETE", "/registry/vms/vm-7f3a", "");
        ask(200, "GET", "/registry/health", "");
        ask(200, "GET", "/registry/status", "");
        ask(200, "POST", "/registry/import", example("vmImport"));
        ask(400, "POST", "/registry/import", "{\"vms\":[{}]}");
        contract.ask(daemon, 415, "POST", "/registry/import", "", "Content-Type", "text/plain");
        ask(200, "DELETE", "/registry/stale", "");
        assertEquals(Set.of("streamVmEvents 200"), contract.unseen(one -> one.hasTag("vms")));
    }

    @Test
    void eventsAreDocumented() throws Exception {
        Set<String> kinds = new TreeSet<>();
        try (BufferedReader in = new BufferedReader(new InputStreamReader(
                URI.create(daemon.url() + "/registry/events?role=worker").toURL().openStream(), UTF_8))) {
            ask(201, "POST", "/registry/vms", example("newVm"));
            ask(200, "PATCH", "/registry/vms/vm-7f3a", example("vmPatch"));
            ask(200, "DELETE", "/registry/vms/vm-7f3a", "");
            while (kinds.size() < 3) {
                kinds.add(contract.nextEvent("/registry/events", in));
            }
        }
        assertEquals(Set.of("registered", "changed", "removed"), kinds);
    }
}
