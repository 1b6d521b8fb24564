package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.wire.Reply;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Messages that no client would send: each is answered with a sentence, and none is a defect. */
class HostileMessagesTest {
    private static final List<String> GOOD = List.of(
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"initialize\", \"params\": {\"protocolVersion\": \"2025-11-25\","
                    + " \"capabilities\": {}, \"clientInfo\": {\"name\": \"x\", \"version\": \"1\"}}}",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\": {\"name\": \"service_find\","
                    + " \"arguments\": {\"capability\": \"a.b\", \"query\": \"q\", \"limit\": 5}}}",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\": {\"name\": \"service_register\","
                    + " \"arguments\": {\"name\": \"n\", \"description\": \"d\", \"provides\": [\"a.b\"], \"port\": 1}}}",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"tools/call\", \"params\": {\"name\": \"registry_register\","
                    + " \"arguments\": {\"id\": \"n\", \"name\": \"d\", \"role\": \"worker\", \"address\": \"a\","
                    + " \"registeredBy\": \"r\", \"services\": [{\"name\": \"a\", \"port\": 1}], \"metadata\": {}}}}",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"resources/read\", \"params\": {\"uri\": \"asmp://host\"}}",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"resources/list\", \"params\": {\"cursor\": \"1\"}}",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"prompts/get\", \"params\": {\"name\": \"this_machine\"}}",
            "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"subscriptions/listen\", \"params\": {\"_meta\":"
                    + " {\"io.modelcontextprotocol/protocolVersion\": \"2026-07-28\","
                    + " \"io.modelcontextprotocol/clientCapabilities\": {}}, \"notifications\":"
                    + " {\"resourcesListChanged\": true, \"resourceSubscriptions\": [\"asmp://host\"]}}}");
    private static final List<String> ODD = List.of("null", "true", "-1", "1e999", "99999999999999999999", "\"\"",
            "\"\\u0000\"",
            "[]", "[[]]", "{}", "{\"a\": null}", "\"../../etc\"", "\"\\ud83d\\udcbb\"", "\"asmp://services/%\"");

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void whateverIsChangedInAMessageItIsAnswered(long seed) {
        Random random = new Random(seed);
        Talk talk = new Talk(FakeRegistry.ofTwo());
        for (int i = 0; i < 1_500; i++) {
            Document message = Json.read(Talk.bytes(GOOD.get(random.nextInt(GOOD.size()))));
            for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
                message = changed(message, random);
            }
            String body = Talk.written(message);
            String[] headers = random.nextBoolean()
                    ? new String[0]
                    : new String[]{"MCP-Protocol-Version", random.nextBoolean() ? "2026-07-28" : "x", "Mcp-Method",
                            "tools/call"};
            Reply whole = talk.send("POST", body, headers);
            if (whole.body().length > 0) {
                assertTrue(Json.read(whole.body()) instanceof Mapping || whole.status() == 200, body);
            }
            assertEquals(List.of(), talk.log, body);
        }
        talk.mcp.close();
    }

    /** Replaces, removes or doubles something somewhere. */
    private static Document changed(Document document, Random random) {
        if (random.nextInt(4) == 0) {
            return Json.read(Talk.bytes(ODD.get(random.nextInt(ODD.size()))));
        }
        return switch (document) {
            case Scalar _ -> Json.read(Talk.bytes(ODD.get(random.nextInt(ODD.size()))));
            case Sequence list -> {
                List<Document> items = new ArrayList<>(list.items());
                items.replaceAll(item -> random.nextBoolean() ? changed(item, random) : item);
                yield new Sequence(items);
            }
            case Mapping mapping -> {
                List<String> keys = List.copyOf(mapping.fields().keySet());
                if (keys.isEmpty()) {
                    yield mapping.with("x", Scalar.NULL);
                }
                String key = keys.get(random.nextInt(keys.size()));
                LinkedHashMap<String, Document> fields = new LinkedHashMap<>(mapping.fields());
                switch (random.nextInt(5)) {
                    case 0 -> fields.remove(key);
                    case 1 -> fields.put(key + "x", Scalar.text("y"));
                    default -> fields.computeIfPresent(key, (_, value) -> changed(value, random));
                }
                yield new Mapping(fields);
            }
        };
    }

    @Test
    void depthAndCountAreLimited() {
        Talk talk = new Talk(FakeRegistry.ofTwo());
        for (String body : List.of("[".repeat(100_000), "{\"a\":".repeat(5_000), "[" + "1,".repeat(200_000) + "1]",
                "{\"jsonrpc\": \"2.0\", \"id\": " + "9".repeat(100_000) + ", \"method\": \"ping\"}")) {
            assertEquals(400, talk.post(body).status());
        }
        assertEquals("-32002",
                talk.ask("resources/read", "{\"uri\": \"" + "x".repeat(500_000) + "\"}").mapping("error").text("code"));
        assertEquals(List.of(), talk.log);
    }
}
