package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Messages with long words and many items: each is answered in time in proportion to its length, or refused. */
class LongInputTest {
    private static final Duration SOON = Duration.ofSeconds(2);

    private final FakeRegistry registry = FakeRegistry.ofTwo();
    private final Talk talk = new Talk(registry);

    @ParameterizedTest
    @CsvSource({"service_find, capability", "service_find, query", "service_get, name", "service_health, name",
            "capability_list, domain", "service_list, after", "service_todo, name", "registry_heartbeat, id"})
    void aWordOfSixtyThousandLettersIsRefusedBeforeItIsComparedWithAnything(String tool, String argument) {
        for (String word : List.of("w".repeat(60_000), "a.".repeat(30_000), "ab-".repeat(20_000))) {
            registry.put(Json.read(Talk.bytes("{\"name\": \"s\", \"capabilities\": {\"provides\": [\"x" + word
                    + "\", \"" + word + "\"]}}")));
            String said = assertTimeout(SOON,
                    () -> talk.failed(tool, "{\"" + argument + "\": \"" + word + "\"}"));
            assertTrue(said.contains(argument + " has 60000 characters; at most 4096 are allowed."), said);
        }
    }

    @Test
    void aSearchAmongVeryManyCapabilitiesTakesLessThanASecondOrTwo() {
        String provides = IntStream.range(0, 60_000).mapToObj(i -> "\"mail.send" + i + "\"")
                .collect(Collectors.joining(","));
        registry.put(Json.read(Talk.bytes("{\"name\": \"s\", \"capabilities\": {\"provides\": [" + provides + "]}}")));
        String wanted = "mail.sent-" + "ab-cd-ef-gh-ij-".repeat(200);
        Mapping found = assertTimeout(SOON, () -> talk.done("service_find", "{\"capability\": \"mail.sand\"}"));
        assertEquals("0", found.text("total"));
        assertEquals(5, found.list("near").size());
        assertTimeout(SOON, () -> talk.done("service_find", "{\"capability\": \"" + wanted + "\"}"));
        assertTimeout(SOON, () -> talk.done("service_find", "{\"capability\": \"" + "._".repeat(2_000) + "x\"}"));
    }

    @Test
    void comparisonsEndBeforeTheyTakeLong() {
        String parts = "-abc-abd-abe-abf-abg-abh-abi-abj-abk-abl-abm-abn-abo-abp-abq-abr-abs-abt-abu-abv-abw-abx";
        String provides = IntStream.range(0, 30_000).mapToObj(i -> "\"x" + i + parts + "\"")
                .collect(Collectors.joining(","));
        registry.put(Json.read(Talk.bytes("{\"name\": \"s\", \"capabilities\": {\"provides\": [" + provides + "]}}")));
        assertTimeout(SOON, () -> talk.done("service_find",
                "{\"capability\": \"zbc-zbd-zbe-zbf-zbg-zbh-zbi-zbj-zbk-zbl-zbm\"}"));
    }

    @Test
    void anAnswerNamesAFewOfManyUnknownArguments() {
        String many = IntStream.range(0, 20_000).mapToObj(i -> "\"capabilit" + i + "\": 1")
                .collect(Collectors.joining(",", "{", "}"));
        String said = assertTimeout(SOON, () -> talk.failed("service_find", many));
        assertTrue(said.length() < 2_000, said);
    }

    @Test
    void aLongNoteIsAcceptedAsLongAsTheRegistryAcceptsIt() {
        talk.done("service_todo", "{\"name\": \"fax\", \"note\": \"" + "n".repeat(8_000) + "\"}");
        assertTrue(talk.failed("service_todo", "{\"name\": \"fax\", \"note\": \"" + "n".repeat(8_193) + "\"}")
                .contains("at most 8192"));
    }

    @Test
    void anIdHasALimit() {
        String message = "{\"jsonrpc\": \"2.0\", \"id\": \"%s\", \"method\": \"ping\"}";
        assertEquals(200, talk.post(message.formatted("i".repeat(256))).status());
        assertEquals(400, talk.post(message.formatted("i".repeat(257))).status());
    }

    @Test
    void aListOfMessagesIsAnsweredUpToALimit() {
        registry.put(Json.read(Talk.bytes("{\"name\": \"long\", \"note\": \"" + "n".repeat(200_000) + "\"}")));
        String read = "{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"resources/read\", \"params\":"
                + " {\"uri\": \"asmp://services/long\"}}";
        byte[] answers = talk.post("[" + String.join(",", Collections.nCopies(100, read)) + "]", "MCP-Protocol-Version",
                "2025-03-26").body();
        assertTrue(answers.length > 1_000_000 && answers.length < 3_000_000, answers.length + " bytes");
        assertEquals(100, ((Sequence) Json.read(answers)).items().size());
    }
}
