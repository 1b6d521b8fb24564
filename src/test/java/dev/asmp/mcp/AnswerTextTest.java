package dev.asmp.mcp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.wire.Reply;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The text of answers: a few plain lines, within the tokens that they may cost. */
class AnswerTextTest {
    private final FakeRegistry registry = FakeRegistry.ofTwo();
    private final Talk talk = new Talk(registry);

    private static Talk answering(int status, String json) {
        return new Talk(_ -> new Reply(status, Talk.bytes(json)));
    }

    private static Document entry(String name, String more) {
        return Json
                .read(Talk.bytes("{\"name\": \"" + name + "\", \"description\": \"" + "a long description ".repeat(20)
                        + "\", \"capabilities\": {\"provides\": [\"" + name + ".read\", \"thing.do\"]}, \"endpoints\":"
                        + " [{\"protocol\": \"http\", \"port\": 7200, \"path\": \"/some/longer/path\"}]" + more + "}"));
    }

    @Test
    void aHitIsALine() {
        assertEquals("mail at http://127.0.0.1:7100/api: sends mail (unchecked)",
                talk.told("service_find", "{\"capability\": \"email.send\"}"));
        registry.put(((Mapping) entry("long", "")).with("healthy", Scalar.bool(false)));
        String text = talk.told("service_find", "{\"capability\": \"long.read\"}");
        assertTrue(text.startsWith("long at http://127.0.0.1:7200/some/longer/path: a long")
                && text.endsWith("… (unhealthy)")
                && text.length() <= 240, text);
    }

    @Test
    void twentyFiveServicesCostLessThanNineHundredTokens() {
        for (int i = 0; i < 60; i++) {
            registry.put(entry("a-service-with-a-long-name-" + i, ""));
        }
        String list = talk.told("service_list", "{}");
        assertTrue(list.length() <= 3_600, list.length() + " characters");
        assertEquals(26, list.lines().count(), list);
        assertTrue(list.endsWith("25 of 62; for more: after=\"a-service-with-a-long-name-30\""), list);
        String found = talk.told("service_find", "{\"capability\": \"thing.do\", \"limit\": 25}");
        assertTrue(found.length() <= 3_600, found.length() + " characters");
        assertTrue(found.endsWith("35 more: narrow the search, or raise limit."), found);
    }

    @Test
    void aQuestionAnswersFiveAndSaysHowManyMore() {
        for (int i = 0; i < 14; i++) {
            registry.put(entry("long-" + i, ""));
        }
        Mapping found = talk.done("service_find", "{\"query\": \"long\"}");
        assertEquals(5, found.list("services").size());
        assertEquals("14", found.text("total"));
        String text = talk.told("service_find", "{\"query\": \"long\"}");
        assertTrue(text.lines().count() == 6 && text.contains("\n9 more: "), text);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"service_find|{\"capability\": \"no.such\"}|Nothing here provides 'no.such'.",
            "service_list|{}|mail at ", "service_health|{}|box is ok; 2 services: 0 healthy, 0 unhealthy, 2 unchecked",
            "service_health|{\"name\": \"mail\"}|mail at http://127.0.0.1:7100/api is unchecked",
            "service_get|{\"name\": \"mail\"}|mail at http://127.0.0.1:7100/api: sends mail (unchecked)",
            "service_scan|{}|2 manifests: 0 new, 2 known; 1 skipped, 0 stale.",
            "service_todo|{\"name\": \"fax\"}|Noted fax; with a note", "service_todos|{}|There are no open notes.",
            "service_register|{\"name\": \"a\", \"description\": \"b\", \"capabilities_provides\": [\"a.b\"]}|a is registered",
            "service_announce|{\"manifest\": {\"name\": \"a\", \"capabilities\": {\"provides\": [\"a.b\"]}}}|a is registered",
            "capability_list|{}|email.search, email.send, page.read", "registry_list|{}|None.",
            "registry_register|{\"id\": \"v\", \"name\": \"n\", \"role\": \"worker\", \"address\": \"h\", \"registeredBy\":"
                    + " \"me\"}|Registered v (worker, "})
    void everyTextIsPlain(String tool, String arguments, String beginning) {
        String text = talk.told(tool, arguments);
        assertTrue(text.startsWith(beginning), text);
        assertFalse(text.contains("{\""), text);
        assertTrue(text.length() <= 600, text);
    }

    @Test
    void aServiceIsShownInAFewLines() {
        registry.put(entry("pdf",
                ", \"lifecycle\": {\"start\": \"systemctl start pdf\"}, \"source\": \"/src/pdf/asmp.yaml\","
                        + " \"version\": \"1.10\""));
        String text = talk.told("service_get", "{\"name\": \"pdf\"}");
        assertTrue(text.contains("\nprovides: pdf.read, thing.do\n") && text.contains("\nstart: systemctl start pdf\n")
                && text.endsWith("\nmanifest: /src/pdf/asmp.yaml"), text);
        assertEquals("1.10", talk.done("service_get", "{\"name\": \"pdf\"}").mapping("service").text("version"));
    }

    @Test
    void capabilitiesAreListedByDomainAndPage() {
        for (int i = 0; i < 300; i++) {
            registry.put(Json.read(Talk.bytes("{\"name\": \"s%d\", \"capabilities\": {\"provides\": [\"x.y%03d\"]}}"
                    .formatted(i, i))));
        }
        assertEquals("email.search, email.send", talk.told("capability_list", "{\"domain\": \"email.*\"}"));
        Mapping first = talk.done("capability_list", "{\"domain\": \"x\"}");
        assertEquals("300", first.text("total"));
        assertEquals(100, first.texts("capabilities").size());
        assertEquals("x.y099", first.text("next_after"));
        Mapping last = talk.done("capability_list", "{\"domain\": \"x\", \"after\": \"x.y099\", \"limit\": 200}");
        assertEquals("x.y299", last.texts("capabilities").getLast());
        assertNull(last.text("next_after"));
        assertEquals("Nothing provides no.*", talk.told("capability_list", "{\"domain\": \"no\"}"));
    }

    @Test
    void aListAndAMissReadAPageAndNotEverything() {
        for (int i = 0; i < 2_000; i++) {
            registry.put(Json.read(Talk.bytes("{\"name\": \"s%04d\"}".formatted(i))));
        }
        long[] read = {0};
        Talk counting = new Talk(request -> {
            Reply reply = registry.call(request);
            read[0] += request.path().startsWith("/services?")
                    ? ((Sequence) Json.read(reply.body())).items().size()
                    : 0;
            return reply;
        });
        counting.done("service_list", "{\"after\": \"s1000\"}");
        assertEquals(25, read[0]);
        counting.ask("resources/list", "{}");
        assertEquals(125, read[0]);
        counting.done("service_find", "{\"capability\": \"such.thing\"}");
        assertTrue(read[0] <= 125 + 300, read[0] + " entries");
    }

    @Test
    void aStaleHitIsShownBelowALineThatSaysNothingLiveProvidesIt() {
        Talk stale = answering(200,
                """
                        [{"name": "old", "status": "stale", "provides": ["a.b"], "endpoints": [{"protocol": "http", "port": 7100}]}]""");
        String text = stale.told("service_find", "{\"capability\": \"a.b\"}");
        assertEquals("Nothing live provides a.b; what did is not seen any more:\nold at http://127.0.0.1:7100 (stale)",
                text);
        Talk both = answering(200, """
                [{"name": "old", "status": "stale"}, {"name": "new", "status": "registered"}]""");
        assertEquals("new (unchecked)\nold (stale)", both.told("service_find", "{\"capability\": \"a.b\"}"));
    }

    @Test
    void capabilityWinsOverQuery() {
        String asked = "{\"capability\": \"page.read\", \"query\": \"mail\"}";
        assertEquals("wiki: keeps notes (unchecked)", talk.told("service_find", asked));
        String otherwise = talk.told("service_find", "{\"capability\": \"no.such\", \"query\": \"mail\"}");
        assertTrue(otherwise.startsWith("Nothing provides no.such; found by the query:\nmail at "), otherwise);
    }

    @Test
    void aMissOffersNothingThatIsNearByLettersOnly() {
        registry.put(Json.read(Talk.bytes("{\"name\": \"feed\", \"capabilities\": {\"provides\": [\"feed.read\"]}}")));
        for (String arguments : List.of("{\"query\": \"I need a database\"}", "{\"capability\": \"need.database\"}")) {
            Mapping miss = talk.done("service_find", arguments);
            assertNull(miss.get("near"), Talk.written(miss));
        }
    }

    @ParameterizedTest
    @CsvSource({"I need a database, what-it-would-be-called", "Fax gateway, fax-gateway", "fax, fax",
            "!?, what-it-would-be-called"})
    void aMissedQuestionSuggestsANameOnlyWhereItIsOne(String query, String name) {
        String text = talk.told("service_find", "{\"query\": \"" + query + "\"}");
        assertTrue(
                text.startsWith("Nothing here answers '" + query + "'.")
                        && text.contains("service_todo(name=\"" + name + "\""),
                text);
    }

    @Test
    void aWordThatManyCapabilitiesHaveIsNoSuggestion() {
        List<String> sends = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            sends.add("topic" + i + ".send");
        }
        registry.put(Mapping.builder().put("name", "x").put("capabilities",
                Mapping.builder().put("provides", Sequence.ofTexts(sends)).build()).build());
        assertNull(talk.done("service_find", "{\"capability\": \"fax.send\"}").get("near"));
    }

    @Test
    void whatAnAnnounceReplacesAndWarnsOfIsSaid() {
        Talk taking = answering(201, """
                {"ok": true, "name": "mail", "generation": 4, "status": "registered",
                 "replaces": {"source": "/src/mail/asmp.yaml", "generation": 3},
                 "warnings": ["port 7100 is declared by wiki too"]}""");
        for (String call : List.of(
                "service_register|{\"name\": \"mail\", \"description\": \"d\", \"provides\": [\"a.b\"]}",
                "service_announce|{\"manifest\": {\"name\": \"mail\"}}")) {
            String[] parts = call.split("\\|", 2);
            String text = taking.told(parts[0], parts[1]);
            assertEquals(
                    """
                            mail is registered, generation 4.
                            It replaces the entry from /src/mail/asmp.yaml (generation 3). Tell your user; if that was not meant, \
                            asmp undo mail puts it back.
                            Warning: port 7100 is declared by wiki too""",
                    text);
            assertEquals("3", taking.done(parts[0], parts[1]).mapping("replaces").text("generation"));
        }
    }

    @Test
    void theNewestNotesAreShownWhereTheyComeInPages() {
        Talk paged = new Talk(request -> {
            boolean isLast = request.path().equals("/discoveries?after=1");
            Reply reply = new Reply(200, Talk.bytes("{\"discoveries\": [{\"name\": \"" + (isLast ? "new" : "old")
                    + "\", \"note\": \"n\"}]}"));
            return isLast ? reply : reply.with("Link", "</discoveries?after=1>; rel=\"next\"");
        });
        assertEquals("new: n\nold: n", paged.told("service_todos", "{}"));
        assertEquals("2", paged.done("service_todos", "{}").text("total"));
    }
}
