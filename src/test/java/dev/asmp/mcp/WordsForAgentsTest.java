package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Resources, the introduction, and text that is cleaned on its way. */
class WordsForAgentsTest {
    private final FakeRegistry registry = FakeRegistry.ofTwo();
    private final Talk talk = new Talk(registry);

    @Test
    void theHostAndEachServiceAreResources() {
        Mapping listed = talk.ask("resources/list", "{}").mapping("result");
        assertEquals("asmp://host", ((Mapping) listed.list("resources").getFirst()).text("uri"));
        assertEquals("asmp://services/wiki", ((Mapping) listed.list("resources").getLast()).text("uri"));
        Mapping read = (Mapping) talk.ask("resources/read", "{\"uri\": \"asmp://services/mail\"}").mapping("result")
                .list("contents").getFirst();
        assertEquals("sends mail", ((Mapping) Json.read(Talk.bytes(String.valueOf(read.text("text")))))
                .text("description"));
        assertTrue(Talk.written(talk.ask("resources/read", "{\"uri\": \"asmp://host\"}")).contains("host_id"));
        assertEquals(1, talk.ask("resources/templates/list", "{}").mapping("result").list("resourceTemplates").size());
    }

    @Test
    void manyResourcesComeInPages() {
        for (int i = 0; i < 250; i++) {
            registry.put(Json.read(Talk.bytes("{\"name\": \"s%03d\"}".formatted(i))));
        }
        int seen = 0;
        String cursor = null;
        do {
            Mapping page = talk.ask("resources/list", cursor == null ? "{}" : "{\"cursor\": \"" + cursor + "\"}")
                    .mapping("result");
            seen += page.list("resources").size();
            cursor = page.text("nextCursor");
        } while (cursor != null);
        assertEquals(254, seen);
        assertEquals("-32602", talk.ask("resources/list", "{\"cursor\": \"x\"}").mapping("error").text("code"));
    }

    @Test
    void aReadThatFailsSaysWhy() {
        assertEquals("-32602", talk.ask("resources/read", "{}").mapping("error").text("code"));
        registry.goDown(true);
        assertTrue(Talk.written(talk.ask("resources/read", "{\"uri\": \"asmp://host\"}")).contains("asmp serve"));
        registry.goDown(false);
        registry.answer(503, "{\"error\": \"the disk is full\"}");
        assertTrue(Talk.written(talk.ask("resources/list", "{}")).contains("the disk is full"));
    }

    @Test
    void theIntroductionSaysWhatRunsHere() {
        String text = Introduction.text(registry);
        assertTrue(
                text.startsWith("You are on box (vm, 2 cores). 2 services are registered here. They offer: email, page."
                        + "\nBefore you build"),
                text);
        Mapping prompt = talk.ask("prompts/get", "{\"name\": \"this_machine\"}").mapping("result");
        assertEquals(text, ((Mapping) prompt.list("messages").getFirst()).mapping("content").text("text"));
        assertEquals(1, talk.ask("prompts/list", "{}").mapping("result").list("prompts").size());
        assertEquals("-32602", talk.ask("prompts/get", "{\"name\": \"x\"}").mapping("error").text("code"));
    }

    @Test
    void theIntroductionIsUnderAKilobyteWhateverTheManifestsSay() {
        String domain = "\u00e9".repeat(100);
        registry.put(Json.read(Talk.bytes("{\"name\": \"s\", \"capabilities\": {\"provides\": [\"" + "a,b".repeat(9)
                + "\"]}}")));
        for (int i = 0; i < 100; i++) {
            registry.put(
                    Json.read(Talk.bytes("{\"name\": \"s" + i + "\", \"capabilities\": {\"provides\": [\"" + i + domain
                            + ".x\"]}}")));
        }
        int bytes = Introduction.text(registry).getBytes(StandardCharsets.UTF_8).length;
        assertTrue(bytes <= 1_000 && bytes > 700, bytes + " bytes");
        assertTrue(Introduction.text(registry).contains(" and more.\n"));
    }

    @Test
    void theIntroductionSaysThatNoRegistryRuns() {
        registry.goDown(true);
        String text = Introduction.text(registry);
        assertTrue(text.contains("asmp serve") && text.contains("service_todo"), text);
        assertTrue(text.getBytes(StandardCharsets.UTF_8).length <= 1_000, text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"plain|plain", "'\u001b[1;31mred\u001b[0m'|red",
            "'\u001b]8;;http://x\u0007link'|link", "'\u009b2Jx'|x", "'a\u0000b\u007fc'|abc", "'\u202Ertl\u2066'|rtl",
            "'zero\u200Bwidth\uFEFF'|zerowidth", "'\uDB40\uDC49\uDB40\uDC47'|''", "👩\u200D💻|👩\u200D💻",
            "'\u001b'|''"})
    void whatCannotBeSeenIsTakenOut(String text, String clean) {
        assertEquals(clean, TextSanitizer.text(text));
    }

    @Test
    void textIsCutWithoutBreakingACharacter() {
        assertEquals("ab…", TextSanitizer.line("abcd", 3));
        assertEquals("a…", TextSanitizer.line("a💻cd", 3));
        assertEquals("a b", TextSanitizer.line(" a\n\tb ", 3));
        assertNull(TextSanitizer.line(null, 3));
    }

    @Test
    void longListsSayWhatWasLeftOut() {
        Document cut = TextSanitizer.document(Json.read(Talk.bytes("{\"a\": [1, 2, 3], \"b\": \"xyz\"}")), 2, 1);
        assertEquals("{\"a\":[1,\"… and 2 more\"],\"b\":\"x…\"}", Talk.written(cut));
    }
}
