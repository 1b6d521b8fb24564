package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.wire.Reply;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tools of the fleet over HTTP: what a client is told while one runs, and their names in pi-vers. */
class FleetToolsTest {
    private static final String RUNS = "\n{\"stream\":\"stdout\",\"data_b64\":\"aGk=\"}\n\n"
            + "{\"outcome\":\"exited\",\"code\":0}\n";
    private static final String AGENTS = "{\"agents\": [{\"name\": \"a\", \"last\": {\"taskId\": \"a-1\"}},"
            + " {\"name\": \"b\", \"task\": {\"id\": \"b-2\"}, \"last\": {\"taskId\": \"b-1\"}}, {\"name\": \"c\"}],"
            + " \"timedOut\": false}";
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer daemon;
    private Talk talk;

    @BeforeEach
    void begin(@TempDir Path home) throws IOException {
        daemon = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        daemon.createContext("/", exchange -> {
            asked.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                    + new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
            byte[] body = Talk.bytes(exchange.getRequestURI().getPath().endsWith("/exec") ? RUNS : AGENTS);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        daemon.start();
        Path state = Files.createDirectory(home.resolve(".asmp"));
        Files.writeString(state.resolve("token"), "secret");
        Files.write(state.resolve("daemon.json"), Json.write(Mapping.builder()
                .put("url", "http://127.0.0.1:" + daemon.getAddress().getPort())
                .put("pid", ProcessHandle.current().pid())
                .put("started", ProcessHandle.current().info().startInstant().orElseThrow().toString()).build()));
        talk = new Talk(FakeRegistry.ofTwo(), Map.of("HOME", home.toString()));
    }

    @AfterEach
    void end() {
        daemon.stop(0);
    }

    private Reply exec(String path, String meta, String... headers) {
        return talk.sendTo(path, "POST", "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\":"
                + " {\"name\": \"vm_exec\", \"arguments\": {\"vm\": \"v\", \"command\": \"make\"}" + meta + "}}",
                headers);
    }

    private static List<Mapping> messages(Reply reply) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertEquals("text/event-stream", reply.header("Content-Type"));
        if (reply.stream() == null) {
            throw new AssertionError("the answer is complete: " + new String(reply.body(), StandardCharsets.UTF_8));
        }
        reply.stream().writeTo(out);
        return out.toString(StandardCharsets.UTF_8).lines().filter(line -> line.startsWith("data: "))
                .map(line -> (Mapping) Json.read(Talk.bytes(line.substring(6)))).toList();
    }

    @Test
    void aCallReportsHowFarItIsUnderTheTokenOfItsClient() throws Exception {
        List<Mapping> told = messages(exec("/mcp?tools=fleet", ", \"_meta\": {\"progressToken\": \"mine\"}"));
        assertEquals(3, told.size());
        for (int i = 0; i < 2; i++) {
            assertEquals("notifications/progress", told.get(i).text("method"));
            Mapping params = told.get(i).mapping("params");
            assertEquals("mine", params.text("progressToken"));
            assertEquals(String.valueOf(i + 1), params.text("progress"));
            assertEquals("runs, " + 2 * i + " bytes of output", params.text("message"));
        }
        Mapping result = told.getLast().mapping("result");
        assertTrue(Talk.text(result).startsWith("hi\n"), Talk.text(result));
    }

    @Test
    void withoutATokenOrEventsTheAnswerIsWhole() {
        assertNull(exec("/mcp?tools=fleet", "").stream());
        assertNull(
                exec("/mcp?tools=fleet", ", \"_meta\": {\"progressToken\": 1}", "Accept", "application/json").stream());
        assertNull(exec("/mcp", ", \"_meta\": {\"progressToken\": 1}").stream());
        talk.isOwner = false;
        assertNull(exec("/mcp?tools=fleet", ", \"_meta\": {\"progressToken\": 1}").stream());
    }

    private String vers(String tool, String arguments) {
        Reply reply = talk.sendTo("/mcp?tools=vers", "POST", "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\":"
                + " \"tools/call\", \"params\": {\"name\": \"" + tool + "\", \"arguments\": " + arguments + "}}");
        return Talk.text(Talk.json(reply).mapping("result"));
    }

    @Test
    void theToolsOfPiVersAnswerByTheirNamesWithTheirArguments() {
        List<Document> listed = ToolGroupsTest.listed(talk, "/mcp?tools=vers");
        assertEquals(10 + 29, listed.size());
        assertTrue(vers("vers_bash", "{\"vmId\": \"v\", \"command\": \"make\", \"timeout\": 9}").startsWith("hi\n"));
        assertTrue(asked.getLast().startsWith("POST /fleet/vms/v/exec {\"argv\":[\"sh\",\"-c\",\"make\"]"),
                asked.getLast());
        assertTrue(asked.getLast().contains("\"timeout\":\"9s\""), asked.getLast());
        vers("vers_vm_state", "{\"vmId\": \"v\", \"state\": \"Paused\"}");
        assertTrue(asked.getLast().startsWith("POST /fleet/vms/v/pause"), asked.getLast());
        vers("vers_lt_send", "{\"name\": \"l\", \"message\": \"go\", \"mode\": \"prompt\"}");
        assertEquals("POST /lieutenants/l/send {\"message\":\"go\"}", asked.getLast());
        vers("vers_swarm_spawn", "{\"count\": 1, \"commitId\": \"c\", \"llmProxyKey\": \"k\"}");
        assertTrue(asked.stream().anyMatch(one -> one.equals(
                "POST /swarm/agents {\"count\":1,\"commit\":\"c\",\"env\":{\"LLM_PROXY_KEY\":\"k\"}}")),
                asked::toString);
        vers("vers_lt_read", "{\"name\": \"l\", \"history\": 3}");
        assertEquals("GET /lieutenants/l/history ", asked.getLast());
        vers("vers_lt_destroy", "{\"name\": \"*\", \"confirm\": true}");
        assertEquals("DELETE /lieutenants/c ", asked.getLast());
        assertTrue(vers("vers_lt_destroy", "{\"name\": \"*\", \"confirm\": false}").contains("confirm must be true"));
        vers("vers_swarm_wait", "{\"agentIds\": [\"a\", \"b\"], \"timeoutSeconds\": 5}");
        assertTrue(asked.getLast().contains("\"tasks\":[\"a-1\",\"b-2\"]"), asked.getLast());
        int before = asked.size();
        assertTrue(vers("vers_swarm_wait", "{\"agentIds\": [\"c\"]}").contains("None of these workers has a task"));
        assertEquals(before + 1, asked.size());
        assertTrue(vers("vers_vm_delete", "{\"vmId\": \"v\"}").contains("confirm is missing"));
        assertTrue(vers("vers_vm_use", "{\"vmId\": \"v\"}").contains("There is no active VM"));
        assertTrue(vers("vers_vm_copy", "{\"src\": \"/etc/hosts\", \"dst\": \"vm:v:/x\"}").contains("asmp vm cp"));
        assertEquals(before + 1, asked.size());
    }

    @Test
    void aClientThatIsGoneEndsTheCall() throws Exception {
        Reply reply = exec("/mcp?tools=fleet", ", \"_meta\": {\"progressToken\": 1}");
        int[] writes = {0};
        OutputStream broken = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                writes[0]++;
                throw new IOException("Broken pipe");
            }
        };
        try {
            if (reply.stream() != null) {
                reply.stream().writeTo(broken);
            }
        } catch (IOException e) {
            assertEquals("Broken pipe", e.getMessage());
        }
        assertEquals(2, writes[0], "the first notice, and the answer");
        assertEquals(List.of(), talk.log);
    }
}
