package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lieutenants and the swarm over HTTP and by tools of MCP, against the API's document; for the owner, and for no other. */
class LieutenantApiTest {
    private static final Path FAKE = Path.of("src/test/resources/agent/fake-pi").toAbsolutePath();

    @TempDir
    private Path folder;
    private RunningDaemon daemon;
    private ApiContract contract;

    @BeforeEach
    void start() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/usr/bin/python3")), "there is no python3 here");
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        contract = new ApiContract(daemon.get("/openapi.json").response().body());
    }

    @AfterEach
    void stop() {
        if (daemon != null) {
            daemon.close();
        }
    }

    private Mapping owner(int status, String method, String path, String body) throws Exception {
        return contract.ask(daemon, status, method, path, body, "Content-Type", "application/json", "Authorization",
                "Bearer " + daemon.token()).mapping();
    }

    private static String born(String more) {
        return "{" + more + ",\"local\":true,\"command\":[\"/usr/bin/python3\",\"" + FAKE + "\"]}";
    }

    /** The text of an agent's last task, read in pieces as it was written. */
    private String awaitDone(String path) throws Exception {
        Mapping read = owner(200, "GET", path + "/read?wait=5s", "");
        StringBuilder text = new StringBuilder(String.valueOf(read.text("text")));
        while (!"true".equals(read.text("done"))) {
            read = owner(200, "GET", path + "/read?wait=5s&from=" + read.text("next"), "");
            text.append(read.text("text"));
        }
        return text.toString();
    }

    @Test
    void theOwnerHasLieutenantsAndASwarm() throws Exception {
        owner(202, "POST", "/lieutenants", born("\"name\":\"docs\""));
        Mapping docs = owner(200, "GET", "/lieutenants/docs?wait=20s", "");
        while ("starting".equals(docs.text("status"))) {
            docs = owner(200, "GET", "/lieutenants/docs?wait=20s&seen=" + docs.text("step"), "");
        }
        owner(200, "POST", "/lieutenants/docs/send", "{\"message\":\"hello\",\"mode\":\"steer\"}");
        assertEquals("echo: hello", awaitDone("/lieutenants/docs"));
        assertEquals(1, owner(200, "GET", "/lieutenants/docs/history", "").list("results").size());
        daemon.restart();
        assertEquals(1, owner(200, "GET", "/lieutenants", "").list("agents").size());
        byTools();
        owner(200, "DELETE", "/lieutenants/docs", "");
        owner(404, "GET", "/lieutenants/docs", "");
        owner(202, "POST", "/swarm/agents", born("\"labels\":[\"one\"]"));
        owner(200, "GET", "/swarm/agents?wait=20s", "");
        String task = owner(200, "POST", "/swarm/agents/one/tasks", "{\"task\":\"work\"}").text("taskId");
        Mapping done = owner(200, "POST", "/swarm/wait", "{\"tasks\":[\"" + task + "\"]}");
        assertEquals("false", done.text("timedOut"));
        owner(200, "GET", "/swarm/agents/one", "");
        assertEquals("echo: work", awaitDone("/swarm/agents/one"));
        owner(200, "POST", "/swarm/agents/one/abort", "");
        assertEquals("one", owner(200, "POST", "/swarm/teardown", "{}").texts("removed").getFirst());
    }

    private void byTools() throws Exception {
        Mapping sent = tool("lt_send", "\"name\":\"docs\",\"message\":\"by a tool\"");
        assertFalse(sent.mapping("structuredContent").text("taskId") == null, sent::toString);
        Mapping read = tool("lt_read", "\"name\":\"docs\",\"wait_s\":20");
        assertEquals("echo: by a tool", read.mapping("structuredContent").text("text"), read::toString);
        assertEquals("true", tool("lt_rm", "\"name\":\"docs\",\"confirm\":false").text("isError"));
        assertEquals("docs is idle", ((Mapping) tool("lt_status", "").list("content").getFirst()).text("text"));
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"lt_status\"}}";
        assertTrue(daemon.json("POST", "/mcp?tools=fleet", call).text().contains("owner only"), "not the owner");
    }

    private Mapping tool(String name, String arguments) throws Exception {
        String call = "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"" + name
                + "\",\"arguments\":{" + arguments + "}}}";
        return daemon.json("POST", "/mcp?tools=fleet", call, "Authorization", "Bearer " + daemon.token()).mapping()
                .mapping("result");
    }

    @Test
    void noneOfItIsOpenToOthersAndWrongRequestsAreExplained() throws Exception {
        for (ApiContract.Operation operation : contract.operations()) {
            if (operation.hasTag("lieutenants") || operation.hasTag("swarm")) {
                String path = operation.path().replace("{name}", "docs");
                contract.ask(daemon, 401, operation.method(), path, "");
                contract.ask(daemon, 403, operation.method(), path, "", "Authorization", "Bearer other");
            }
        }
        owner(400, "POST", "/lieutenants", "{\"name\":\"a b\"}");
        owner(400, "POST", "/lieutenants", "{\"name\":\"a\",\"colour\":\"red\"}");
        owner(409, "POST", "/lieutenants", "{\"name\":\"a\"}");
        owner(400, "POST", "/lieutenants/a/send", "{}");
        owner(404, "POST", "/lieutenants/a/send", "{\"message\":\"m\"}");
        owner(400, "POST", "/swarm/agents", "{\"count\":1,\"labels\":[\"a\",\"b\"]}");
        owner(409, "POST", "/swarm/discover", "");
        assertEquals("t", owner(200, "POST", "/swarm/wait", "{\"tasks\":[\"t\"]}").texts("unknown").getFirst());
    }
}
