package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The protocol over standard input and output: a message a line, whatever comes. */
class StdioServerTest {
    private static final String META = "\"_meta\": {\"io.modelcontextprotocol/protocolVersion\": \"2026-07-28\","
            + " \"io.modelcontextprotocol/clientCapabilities\": {}}";

    private final CountDownLatch released = new CountDownLatch(1);
    private final FakeRegistry registry = FakeRegistry.ofTwo();
    private final Talk talk = new Talk(request -> {
        if (request.path().equals("/discover/scan")) {
            await(released);
        }
        return registry.call(request);
    });
    private OutputStream toServer = OutputStream.nullOutputStream();
    private final CountDownLatch ended = new CountDownLatch(1);
    private BufferedReader fromServer = new BufferedReader(InputStreamReader.nullReader());

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS), "waited in vain");
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @BeforeEach
    void start() throws IOException {
        Pipe in = Pipe.open();
        Pipe out = Pipe.open();
        toServer = Channels.newOutputStream(in.sink());
        fromServer = new BufferedReader(
                new InputStreamReader(Channels.newInputStream(out.source()), StandardCharsets.UTF_8));
        Thread.ofPlatform().daemon().start(
                () -> serve(Channels.newInputStream(in.source()), Channels.newOutputStream(out.sink())));
    }

    private void serve(InputStream in, OutputStream out) {
        try (out) {
            talk.mcp.serve(in, out, null);
            ended.countDown();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @AfterEach
    void stop() throws IOException {
        released.countDown();
        toServer.close();
        await(ended);
    }

    private void send(String line) throws IOException {
        toServer.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        toServer.flush();
    }

    private Document receive() throws IOException {
        return Json.read(Talk.bytes(String.valueOf(fromServer.readLine())));
    }

    private Mapping ask(String line) throws IOException {
        send(line);
        return (Mapping) receive();
    }

    private static String request(String id, String method, String params) {
        return "{\"jsonrpc\": \"2.0\", \"id\": \"" + id + "\", \"method\": \"" + method + "\", \"params\": {" + params
                + "}}";
    }

    private static String code(Mapping answer) {
        return String.valueOf(answer.mapping("error").text("code"));
    }

    private void begin(String revision) throws IOException {
        assertEquals(revision, ask(request("i", "initialize", "\"protocolVersion\": \"" + revision + "\""))
                .mapping("result").text("protocolVersion"));
        send("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/initialized\"}");
    }

    @Test
    void aClientIsServedUntilItsInputEnds() throws Exception {
        begin("2025-11-25");
        assertEquals("p", ask(request("p", "ping", "")).text("id"));
        toServer.close();
        await(ended);
        assertEquals(-1, fromServer.read());
    }

    @Test
    void whatWasAskedIsAnsweredBeforeTheEnd() throws Exception {
        send(request("s", "tools/call", "\"name\": \"service_scan\""));
        toServer.close();
        released.countDown();
        assertEquals("s", ((Mapping) receive()).text("id"));
    }

    @Test
    void aLongRequestHoldsUpNoOther() throws Exception {
        send(request("s", "tools/call", "\"name\": \"service_scan\""));
        assertEquals("p", ask(request("p", "ping", "")).text("id"));
        released.countDown();
        assertEquals("s", ((Mapping) receive()).text("id"));
    }

    @Test
    void aCancelledRequestIsNotAnswered() throws Exception {
        send(request("s", "tools/call", "\"name\": \"service_scan\""));
        send("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/cancelled\", \"params\": {\"requestId\": \"s\"}}");
        send("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/cancelled\", \"params\": {\"requestId\": \"p\"}}");
        assertEquals("p", ask(request("p", "ping", "")).text("id"));
        released.countDown();
        toServer.close();
        await(ended);
        assertEquals(-1, fromServer.read());
    }

    @Test
    void noiseIsAnsweredAndNoEnd() throws Exception {
        assertEquals("-32700", code(ask("{nonsense")));
        assertEquals("-32700", code(ask("\u0000\u00ff")));
        assertEquals("-32600", code(ask("{\"jsonrpc\": \"2.0\", \"id\": null, \"method\": \"ping\"}")));
        assertEquals("-32600", code(ask("[{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}]")));
        assertEquals("-32600",
                code(ask("{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"notifications/initialized\"}")));
        send("");
        send("  \r");
        send("{\"jsonrpc\": \"2.0\", \"id\": 5, \"result\": {}}");
        assertEquals("p", ask(request("p", "ping", "") + "\r").text("id"));
    }

    @Test
    void aMessageOfTwoMegabytesIsPassedBy() throws Exception {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                send(request("big", "ping", "\"x\": \"" + "a".repeat(2 << 20) + "\""));
                send(request("p", "ping", ""));
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        assertEquals("-32600", code((Mapping) receive()));
        assertEquals("p", ((Mapping) receive()).text("id"));
    }

    @Test
    void aListOfMessagesIsTakenWhereItWasAgreedOn() throws Exception {
        begin("2025-03-26");
        send("[" + request("a", "ping", "") + "," + request("b", "ping", "") + "]");
        assertEquals(2, ((Sequence) receive()).items().size());
    }

    @Test
    void aWatchedServiceIsToldOf() throws Exception {
        begin("2025-11-25");
        ask(request("w", "resources/subscribe", "\"uri\": \"asmp://services/mail\""));
        talk.mcp.changed("mail");
        assertEquals("notifications/resources/updated", ((Mapping) receive()).text("method"));
        talk.mcp.listChanged();
        assertEquals("notifications/resources/list_changed", ((Mapping) receive()).text("method"));
    }

    @Test
    void theNewestRevisionIsServedBesideAHandshake() throws Exception {
        begin("2025-11-25");
        assertEquals("complete", ask(request("d", "server/discover", META)).mapping("result").text("resultType"));
        assertEquals("-32022", code(ask(request("d", "tools/list", META.replace("2026-07-28", "2030-01-01")))));
        assertEquals("-32602", code(ask(request("d", "tools/list",
                "\"_meta\": {\"io.modelcontextprotocol/protocolVersion\": \"2026-07-28\"}"))));
        assertEquals("p", ask(request("p", "ping", "")).text("id"));
    }

    @Test
    void aSubscriptionLastsUntilItIsCancelled() throws Exception {
        String listen = META + ", \"notifications\": {\"resourcesListChanged\": true}";
        assertEquals("notifications/subscriptions/acknowledged",
                ask(request("l1", "subscriptions/listen", listen)).text("method"));
        assertEquals("notifications/subscriptions/acknowledged",
                ask(request("l2", "subscriptions/listen", listen)).text("method"));
        send("{\"jsonrpc\": \"2.0\", \"method\": \"notifications/cancelled\", \"params\": {\"requestId\": \"l1\"}}");
        assertEquals("p", ask(request("p", "tools/list", META)).text("id"));
        talk.mcp.listChanged();
        assertEquals("l2", ((Mapping) receive()).mapping("params").mapping("_meta")
                .text("io.modelcontextprotocol/subscriptionId"));
        toServer.close();
        assertEquals("l2", ((Mapping) receive()).text("id"));
        await(ended);
        assertEquals(-1, fromServer.read());
    }
}
