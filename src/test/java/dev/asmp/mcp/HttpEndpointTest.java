package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The protocol over HTTP: handshakes, sessions, statuses, the newest revision, and malformed messages. */
class HttpEndpointTest {
    private static final String META = "\"_meta\": {\"io.modelcontextprotocol/protocolVersion\": \"2026-07-28\","
            + " \"io.modelcontextprotocol/clientCapabilities\": {}}";
    private static final String PING = "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}";

    private final Talk talk = new Talk(FakeRegistry.ofTwo());

    private static String request(String method, String params) {
        return "{\"jsonrpc\": \"2.0\", \"id\": \"a\", \"method\": \"" + method + "\", \"params\": {" + params + "}}";
    }

    private static int status(Reply answer) {
        return answer.status();
    }

    private static String code(Reply answer) {
        return String.valueOf(Talk.json(answer).mapping("error").text("code"));
    }

    @ParameterizedTest
    @CsvSource({"2025-11-25, 2025-11-25", "2025-06-18, 2025-06-18", "2025-03-26, 2025-03-26", "2024-11-05, 2025-11-25",
            "2026-07-28, 2025-11-25", "nonsense, 2025-11-25"})
    void aHandshakeAgreesOnARevision(String asked, String agreed) {
        Reply answer = talk.post(request("initialize", "\"protocolVersion\": \"" + asked + "\""));
        assertEquals(agreed, Talk.json(answer).mapping("result").text("protocolVersion"));
        assertEquals("asmp", Talk.json(answer).mapping("result").mapping("serverInfo").text("name"));
        assertEquals(36, answer.headers().getOrDefault("Mcp-Session-Id", "").length());
    }

    @Test
    void aSessionEndsWhenItIsTold() {
        String session = talk.begin("2025-11-25");
        assertEquals(202, status(talk.post("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}",
                "Mcp-Session-Id", session)));
        assertEquals(200, status(talk.post(PING, "Mcp-Session-Id", session)));
        assertEquals(204, status(talk.send("DELETE", "", "Mcp-Session-Id", session)));
        Reply late = talk.post(PING, "Mcp-Session-Id", session);
        assertEquals(404, status(late));
        assertEquals("1", Talk.json(late).text("id"));
        assertEquals(404, status(talk.send("DELETE", "", "Mcp-Session-Id", session)));
        assertEquals(404, status(talk.send("GET", "", "Mcp-Session-Id", session)));
    }

    @Test
    void beyondALimitTheSessionUnusedForLongestEnds() {
        String first = talk.begin("2025-11-25");
        String second = talk.begin("2025-11-25");
        for (int i = 0; i < 1_023; i++) {
            assertEquals(200, status(talk.post(PING, "Mcp-Session-Id", first)));
            assertNotEquals("", talk.begin("2025-11-25"));
        }
        assertEquals(200, status(talk.post(PING, "Mcp-Session-Id", first)));
        assertEquals(404, status(talk.post(PING, "Mcp-Session-Id", second)));
    }

    @Test
    void withoutASessionARequestIsAnsweredToo() {
        assertEquals(Mapping.EMPTY, talk.ask("ping", "{}").get("result"));
        assertEquals(202, status(talk.post("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}")));
        assertEquals("-32600",
                talk.ask("resources/subscribe", "{\"uri\": \"asmp://host\"}").mapping("error").text("code"));
    }

    private static Reply inBackground(Callable<Reply> asking, Runnable meanwhile) throws Exception {
        FutureTask<Reply> answer = new FutureTask<>(asking);
        Thread.ofVirtual().start(answer);
        meanwhile.run();
        return answer.get(20, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @CsvSource({"call, true", "other, false"})
    void aCancelledCallOfASessionIsNotAnswered(String cancelled, boolean ends) throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch released = new CountDownLatch(1);
        FakeRegistry registry = FakeRegistry.ofTwo();
        Talk slow = new Talk(request -> {
            asked.countDown();
            await(released);
            return registry.call(request);
        });
        String session = slow.begin("2025-11-25");
        String call = "{\"jsonrpc\": \"2.0\", \"id\": \"call\", \"method\": \"tools/call\", \"params\":"
                + " {\"name\": \"service_scan\"}}";
        Reply answer = inBackground(() -> slow.post(call, "Mcp-Session-Id", session), () -> {
            await(asked);
            assertEquals(202, slow.post("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/cancelled\", \"params\":"
                    + " {\"requestId\": \"" + cancelled + "\"}}", "Mcp-Session-Id", session).status());
            released.countDown();
        });
        assertEquals(ends ? 202 : 200, answer.status());
        assertEquals(ends, answer.body().length == 0);
        assertEquals(200, slow.post(call, "Mcp-Session-Id", session).status());
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "waited in vain");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"{|400|-32700", "''|400|-32700", "[]|400|-32600", "5|400|-32600",
            "{}|400|-32600", "{\"jsonrpc\": \"1.0\", \"id\": 1, \"method\": \"ping\"}|400|-32600",
            "{\"jsonrpc\": \"2.0\", \"id\": null, \"method\": \"ping\"}|400|-32600",
            "{\"jsonrpc\": \"2.0\", \"id\": {}, \"method\": \"ping\"}|400|-32600",
            "{\"jsonrpc\": \"2.0\", \"id\": 1.5, \"method\": \"ping\"}|400|-32600",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": 5}|400|-32600",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\", \"params\": []}|400|-32600",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"id\": 2, \"method\": \"ping\"}|400|-32700",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"notifications/initialized\"}|200|-32600",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"nonsense\"}|200|-32601",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"server/discover\"}|200|-32601",
            "[{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}]|400|-32600"})
    void whatIsNoMessageIsAnError(String body, int status, String code) {
        Reply answer = talk.post(body);
        assertEquals(status, status(answer));
        assertEquals(code, code(answer));
    }

    @Test
    void anErrorCarriesTheIdWhereItCouldBeRead() {
        assertEquals("9", Talk.json(talk.post("{\"jsonrpc\": \"2.0\", \"id\": 9, \"method\": 5}")).text("id"));
        assertNull(Talk.json(talk.post("{\"id\": []}")).get("id"));
    }

    @Test
    void wrongHeadersAreRefused() {
        assertEquals(415, status(talk.post(PING, "Content-Type", "text/plain")));
        assertEquals(406, status(talk.post(PING, "Accept", "text/html")));
        assertEquals(400, status(talk.post(PING, "MCP-Protocol-Version", "1999-01-01")));
        assertEquals(405, status(talk.send("PUT", PING)));
        assertEquals("GET, POST, DELETE", talk.send("PUT", PING).headers().get("Allow"));
        assertEquals(413, status(talk.post("[" + " ".repeat(1 << 20) + "]")));
        assertEquals(406, status(talk.send("GET", "", "Accept", "text/html")));
        assertEquals(400, status(talk.send("GET", "")));
        assertEquals(400, status(talk.send("DELETE", "")));
    }

    @Test
    void aClientThatTakesEventsOnlyGetsAnEvent() {
        Reply answer = talk.post(PING, "Accept", "text/event-stream");
        assertEquals("text/event-stream", answer.headers().get("Content-Type"));
        assertEquals("event: message\ndata: {\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n\n",
                new String(answer.body(), StandardCharsets.UTF_8));
    }

    @Test
    void aListOfMessagesIsTakenWhereItWasAgreedOn() {
        String batch = "[" + PING + ", {\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}, 5]";
        String old = talk.begin("2025-03-26");
        Sequence answers = (Sequence) Json.read(talk.post(batch, "Mcp-Session-Id", old).body());
        assertEquals(2, answers.items().size());
        assertEquals(202, status(talk.post("[{\"jsonrpc\": \"2.0\", \"method\": \"x\"}]", "Mcp-Session-Id", old)));
        assertEquals(400, status(talk.post("[]", "Mcp-Session-Id", old)));
        for (String newer : List.of("2025-06-18", "2025-11-25")) {
            Reply refused = talk.post(batch, "Mcp-Session-Id", talk.begin(newer));
            assertEquals(400, status(refused));
            assertTrue(String.valueOf(Talk.json(refused).mapping("error").text("message")).contains(newer));
        }
    }

    private Reply modern(String method, String params, String... more) {
        String[] headers = new String[more.length + 4];
        headers[0] = "MCP-Protocol-Version";
        headers[1] = "2026-07-28";
        headers[2] = "Mcp-Method";
        headers[3] = method;
        System.arraycopy(more, 0, headers, 4, more.length);
        return talk.post(request(method, params.isEmpty() ? META : META + ", " + params), headers);
    }

    @Test
    void theNewestRevisionNeedsNoHandshake() {
        Mapping discovered = Talk.json(modern("server/discover", "")).mapping("result");
        assertEquals("2026-07-28", discovered.texts("supportedVersions").getFirst());
        assertEquals("complete", discovered.text("resultType"));
        assertEquals("asmp", discovered.mapping("_meta").mapping("io.modelcontextprotocol/serverInfo").text("name"));
        Mapping listed = Talk.json(modern("tools/list", "")).mapping("result");
        assertEquals("300000", listed.text("ttlMs"));
        assertEquals("public", listed.text("cacheScope"));
        Mapping called = Talk
                .json(modern("tools/call", "\"name\": \"service_find\", \"arguments\": {\"query\": \"mail\"}",
                        "Mcp-Name", "service_find"))
                .mapping("result");
        assertEquals("complete", called.text("resultType"));
        assertNull(called.text("ttlMs"));
        assertEquals("1", called.mapping("structuredContent").text("total"));
    }

    @Test
    void aResourceThatIsMissingHasTheCodeOfItsRevision() {
        assertEquals("-32602", code(modern("resources/read", "\"uri\": \"asmp://x\"", "Mcp-Name", "asmp://x")));
        assertEquals("-32002", talk.ask("resources/read", "{\"uri\": \"asmp://x\"}").mapping("error").text("code"));
    }

    @Test
    void whatTheNewestRevisionLeftOutIsNotThere() {
        for (String method : List.of("ping", "initialize", "resources/subscribe", "nonsense")) {
            assertEquals(404, status(modern(method, "")));
            assertEquals("-32601", code(modern(method, "")));
        }
    }

    @Test
    void headersMustSayWhatTheRequestSays() {
        String call = "\"name\": \"service_scan\"";
        assertEquals(200, status(modern("tools/call", call, "Mcp-Name", "=?base64?c2VydmljZV9zY2Fu?=")));
        for (Reply answer : List.of(modern("tools/call", call), modern("tools/call", call, "Mcp-Name", "other"),
                modern("tools/call", call, "Mcp-Name", "service_scan", "Mcp-Method", "tools/list"),
                modern("tools/list", "", "MCP-Protocol-Version", "2025-11-25"),
                talk.post(request("tools/list", META)))) {
            assertEquals(400, status(answer));
            assertEquals("-32020", code(answer));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-12-01", "2099-01-01"})
    void aRevisionThatIsNotSpokenIsAnsweredWithThoseThatAre(String revision) {
        Reply answer = talk.post(request("tools/list", META.replace("2026-07-28", revision)),
                "MCP-Protocol-Version", revision, "Mcp-Method", "tools/list");
        assertEquals(400, status(answer));
        assertEquals("-32022", code(answer));
        assertEquals(4, Talk.json(answer).mapping("error").mapping("data").texts("supported").size());
    }

    @Test
    void aHeaderOfTheNewestRevisionWantsAnEnvelope() {
        Reply answer = talk.post(request("tools/list", ""), "MCP-Protocol-Version", "2026-07-28", "Mcp-Method",
                "tools/list");
        assertEquals(400, status(answer));
        assertEquals("-32602", code(answer));
    }

    @Test
    void listeningIsAnsweredWithAStreamOrNotAtAll() {
        assertNotNull(talk.send("POST", request("subscriptions/listen", META),
                "MCP-Protocol-Version", "2026-07-28", "Mcp-Method", "subscriptions/listen").stream());
        assertEquals(406, status(modern("subscriptions/listen", "", "Accept", "application/json")));
    }
}
