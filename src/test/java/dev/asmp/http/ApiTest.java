package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every endpoint through a real server: the shapes of the answers, and what bad requests get. */
class ApiTest {
    @TempDir
    private Path folder;
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    @Test
    void anAnnounceIsAcknowledgedAndFound() throws Exception {
        RunningDaemon.Reply reply = daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        assertEquals(201, reply.status(), reply.text());
        assertEquals(
                "{\"name\":\"mail\",\"host\":\"test-box\",\"generation\":1,\"status\":\"registered\",\"index_url\":\""
                        + daemon.url() + "/services/mail\"}",
                reply.text());
        assertTrue(Files.exists(daemon.index("mail")));
        Mapping offer = only(daemon.get("/capabilities?provides=email.send"));
        assertEquals(List.of("name", "description", "kind", "provides", "endpoints", "repo", "source", "status", "sync",
                "generation", "host", "healthy"), List.copyOf(offer.fields().keySet()));
        assertEquals("registered", offer.text("status"));
        assertEquals("7100", ((Mapping) offer.list("endpoints").getFirst()).text("port"));
    }

    private static Mapping only(RunningDaemon.Reply reply) {
        assertEquals(200, reply.status(), reply.text());
        List<?> items = ((Sequence) reply.document()).items();
        assertEquals(1, items.size(), reply.text());
        return (Mapping) items.getFirst();
    }

    @Test
    void anEntryIsTheManifestThenTheRegistrysOwnKeysThenItsHealth() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1.10"));
        assertEquals(
                "{\"asmp\":\"0.1\",\"kind\":\"service\",\"name\":\"mail\",\"description\":\"the mail of this machine\","
                        + "\"version\":\"1.10\",\"capabilities\":{\"provides\":[\"mail.use\"]},\"endpoints\":[{\"protocol\":\"http\","
                        + "\"host\":\"127.0.0.1\",\"port\":7100}],\"generation\":1,\"sync\":\"announce\",\"status\":\"registered\","
                        + "\"host\":\"test-box\",\"last_seen\":\"2026-11-20T10:00:00.000Z\",\"healthy\":null}",
                daemon.get("/services/mail").text());
    }

    @Test
    void aWholeEntryMayBePostedBack() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        String entry = daemon.get("/services/mail").text();
        assertEquals(201, daemon.announceJson(entry).status());
        assertEquals(entry.replace("\"generation\":1", "\"generation\":2"), daemon.get("/services/mail").text());
    }

    @Test
    void anUnknownServiceIsNotFound() throws Exception {
        RunningDaemon.Reply reply = daemon.get("/services/nobody");
        assertEquals(404, reply.status());
        assertEquals("{\"error\":\"Service 'nobody' not found\"}", reply.text());
        assertEquals("Service 'a/b' not found", daemon.get("/services/a%2Fb").error());
    }

    @Test
    void healthCountsAndAssumesNothing() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        assertEquals(
                "{\"status\":\"ok\",\"host\":\"test-box\",\"total\":1,\"healthy\":0,\"unhealthy\":0,\"unchecked\":1,"
                        + "\"degraded\":0,\"stale\":0,\"pending\":0,\"checked_at\":null}",
                daemon.get("/health").text());
    }

    @Test
    void theHostProfileIsShownWithItsUnknownKeys() throws Exception {
        Mapping host = daemon.get("/host").mapping();
        assertEquals("test-box", host.text("host_id"));
        assertTrue(daemon.get("/host").text().contains("\"shoe_size\":1.50"));
    }

    @ParameterizedTest
    @CsvSource({"'', 3", "?section=tools, 1", "?q=BROWSER, 1", "?q=email, 1", "?healthy=true, 0", "?host=test-box, 3",
            "?host=other, 0", "?kind=service, 2", "?kind=tool, 1", "?status=registered, 3", "?status=stale, 0",
            "?sync=announce, 3", "?sync=scan, 0", "?kind=service&q=web, 1"})
    void servicesAreFiltered(String query, int expected) throws Exception {
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        daemon.announce(Manifests.yaml("web", "1", "page.show") + "section: tools\naliases: [browser]\n");
        daemon.announce(Manifests.yaml("hammer", "1", "nail.hit").replace("kind: service", "kind: tool"));
        assertEquals(expected, ((Sequence) daemon.get("/services" + query).document()).items().size());
    }

    @Test
    void servicesComeInPagesByName() throws Exception {
        for (String name : List.of("b", "C", "a", "d", "e")) {
            daemon.announce(Manifests.yaml(name, "1", "x.use"));
        }
        String path = "/services?limit=2&kind=service";
        List<String> pages = new ArrayList<>();
        while (path != null) {
            RunningDaemon.Reply reply = daemon.get(path);
            pages.add(String.join(" ", ((Sequence) reply.document()).items().stream()
                    .map(item -> ((Mapping) item).text("name")).toList()));
            path = next(reply);
        }
        assertEquals(List.of("a b", "C d", "e"), pages);
        assertEquals(5, ((Sequence) daemon.get("/services?limit=1000").document()).items().size());
        assertEquals(1, ((Sequence) daemon.get("/services?q=x&limit=1").document()).items().size());
        for (String wrong : List.of("limit=0", "limit=1001", "limit=x", "q=x&after=a")) {
            assertEquals(400, daemon.get("/services?" + wrong).status(), wrong);
        }
    }

    private static @Nullable String next(RunningDaemon.Reply reply) {
        return reply.response().headers().firstValue("Link")
                .map(link -> link.replaceFirst("^<(/[^>]*)>; rel=\"next\"$", "$1")).orElse(null);
    }

    @Test
    void notesComeInPagesThatDoNotMoveWhenOneIsDone() throws Exception {
        for (String name : List.of("one", "two", "three", "four")) {
            daemon.send("POST", "/discoveries", ("{\"name\":\"" + name + "\"}").getBytes(StandardCharsets.UTF_8),
                    "Content-Type", "application/json");
        }
        RunningDaemon.Reply first = daemon.get("/discoveries?limit=2");
        assertTrue(first.text().contains("\"two\"") && !first.text().contains("\"three\""), first.text());
        daemon.announce(Manifests.yaml("one", "1"));
        RunningDaemon.Reply second = daemon.get(Objects.requireNonNull(next(first)));
        assertTrue(second.text().contains("\"three\"") && second.text().contains("\"four\"")
                && !second.text().contains("\"two\""), second.text());
        assertNull(next(second));
    }

    @ParameterizedTest
    @CsvSource({"/services?sttus=stale, status", "/services?Kind=tool, kind", "/capabilities?provide=x, provides",
            "/events?nmae=x, name", "/discoveries?pendin=false, pending"})
    void aMisspeltParameterIsRefusedWithASuggestion(String path, String meant) throws Exception {
        RunningDaemon.Reply reply = daemon.get(path);
        assertEquals(400, reply.status(), reply.text());
        assertTrue(reply.error().endsWith("did you mean '" + meant + "'?"), reply.error());
    }

    @Test
    void otherUnknownParametersAreIgnored() throws Exception {
        for (String path : List.of("/services?color=red", "/services?v=1", "/health?t=12", "/host?name=x",
                "/registry/vms?sttus=running", "/capabilities?provides=x&verbose")) {
            assertEquals(200, daemon.get(path).status(), path);
        }
    }

    @Test
    void metricsAreInPlainDecimalsAndCountWhatNoRouteAnswers() throws Exception {
        daemon.get("/nowhere");
        daemon.get("/nothing");
        String metrics = daemon.get("/metrics").text();
        assertTrue(metrics.contains("le=\"0.0005\""), metrics);
        assertFalse(metrics.contains("E-"), metrics);
        assertTrue(metrics.contains("route=\"none\",status=\"404\"} 2\n"), metrics);
    }

    @Test
    void capabilitiesAreSortedAndDistinctAndAMissIsAnEmptyList() throws Exception {
        daemon.announce(Manifests.yaml("b", "1", "x.two", "x.one"));
        daemon.announce(Manifests.yaml("a", "1", "x.one"));
        assertEquals("{\"capabilities\":[\"x.one\",\"x.two\"]}", daemon.get("/capabilities").text());
        assertEquals("{\"capabilities\":[\"x.one\",\"x.two\"]}", daemon.get("/capabilities?provides=").text());
        assertEquals("[]", daemon.get("/capabilities?provides=x.three").text());
        assertEquals("[]", daemon.get("/capabilities?provides=x").text());
        assertEquals(2, ((Sequence) daemon.get("/capabilities?provides=x.*").document()).items().size());
    }

    @Test
    void aScanReportsWhatItDidAndWhatItCouldNot() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.write("broken", "asmp: \"0.1\"\nname: [\n");
        Mapping scan = daemon.post("/discover/scan").mapping();
        assertEquals("1 1 0 1 0", String.join(" ", scan.text("scanned"), scan.text("registered"), scan.text("updated"),
                scan.text("skipped"), scan.text("stale")));
        Mapping problem = (Mapping) scan.list("problems").getFirst();
        assertTrue(String.valueOf(problem.text("path")).endsWith("/broken/asmp.yaml"), problem.toString());
        assertTrue(String.valueOf(problem.text("error")).startsWith("line 3"), problem.toString());
    }

    @Test
    void aReloadTakesInFilesAndTheProfileButNotTheAddress() throws Exception {
        Files.writeString(daemon.index("hand"), Manifests.yaml("hand", "1"));
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replace("test-box", "renamed").replace(":0", ":9"));
        Mapping reloaded = daemon.post("/reload").mapping();
        assertEquals("1", reloaded.text("total"));
        assertEquals("renamed", daemon.get("/host").mapping().text("host_id"));
        Files.writeString(profile, "nonsense: [");
        assertTrue(daemon.post("/reload").text().contains("the profile stays as it was"));
        assertEquals("renamed", daemon.get("/host").mapping().text("host_id"));
    }

    @Test
    void aNoteIsPendingUntilItsServiceIsThere() throws Exception {
        RunningDaemon.Reply reply = daemon.send("POST", "/discoveries",
                "{\"name\":\"fax\",\"note\":\"seen in the cellar\",\"hint\":null}".getBytes(StandardCharsets.UTF_8),
                "Content-Type", "application/json");
        assertEquals(201, reply.status());
        assertEquals("{\"name\":\"fax\",\"note\":\"seen in the cellar\",\"discovered_at\":\"2026-11-20T10:00:00.000Z\","
                + "\"status\":\"todo\"}", reply.text());
        assertEquals("{\"discoveries\":[" + reply.text() + "]}", daemon.get("/discoveries").text());
        daemon.announce(Manifests.yaml("office", "1") + "aliases: [fax]\n");
        assertEquals("{\"discoveries\":[]}", daemon.get("/discoveries").text());
        assertTrue(daemon.get("/discoveries?pending=false").text().contains("\"status\":\"registered\""));
        daemon.restart();
        assertTrue(daemon.get("/discoveries?pending=false").text().contains("seen in the cellar"));
    }

    @Test
    void aNoteOfACapabilityIsDoneWhileSomethingProvidesIt() throws Exception {
        daemon.send("POST", "/discoveries", "{\"name\":\"fax.send\"}".getBytes(StandardCharsets.UTF_8), "Content-Type",
                "application/json");
        daemon.announce(Manifests.yaml("mail", "1", "fax.send.later"));
        assertTrue(daemon.get("/discoveries").text().contains("\"fax.send\""));
        daemon.announce(Manifests.yaml("office", "1", "fax.send"));
        assertEquals("{\"discoveries\":[]}", daemon.get("/discoveries").text());
        assertTrue(daemon.get("/discoveries?pending=false").text().contains("\"status\":\"registered\""));
    }

    @Test
    void filesOfOtherHostsAreNamedAsProblemsAndNotLoaded() throws Exception {
        String entry = Manifests.yaml("wiki", "1") + "sync: federate\nhost: attic\n";
        Files.writeString(daemon.index("wiki"), entry);
        Files.writeString(daemon.index("mail@cellar"), Manifests.yaml("mail", "1"));
        for (int i = 0; i < 2; i++) {
            Mapping reloaded = daemon.post("/reload").mapping();
            assertEquals("0", reloaded.text("total"), reloaded.toString());
            assertTrue(reloaded.list("problems").toString().contains("is an entry of the host 'attic'"),
                    reloaded.toString());
            assertTrue(reloaded.list("problems").toString().contains("is an entry of the host 'cellar'"),
                    reloaded.toString());
            daemon.restart();
            assertTrue(daemon.log().contains("wiki.asmp.yaml: is an entry of the host 'attic'"), daemon.log());
        }
        assertEquals(404, daemon.get("/services/wiki").status());
        assertEquals(entry, Files.readString(daemon.index("wiki")));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"name\":\"../x\"}", "{\"name\":\"x\",\"note\":[]}", "[]", "{"})
    void aBadNoteIsRefused(String note) throws Exception {
        assertEquals(400, daemon.send("POST", "/discoveries", note.getBytes(StandardCharsets.UTF_8), "Content-Type",
                "application/json").status());
        assertEquals("{\"discoveries\":[]}", daemon.get("/discoveries?pending=false").text());
    }

    @Test
    void aPostWithoutABodyMayHaveAnyContentType() throws Exception {
        assertEquals(200, daemon.send("POST", "/reload", new byte[0], "Content-Type", "text/plain").status());
    }

    @ParameterizedTest
    @CsvSource({"DELETE, /health, GET", "PUT, /services, 'GET, POST'", "PUT, /discoveries, 'GET, POST'",
            "GET, /discover/scan, POST", "OPTIONS, /reload, POST"})
    void aKnownPathNamesTheMethodsItKnows(String method, String path, String allowed) throws Exception {
        RunningDaemon.Reply reply = daemon.send(method, path, new byte[0]);
        assertEquals(405, reply.status());
        assertEquals(allowed, reply.response().headers().firstValue("Allow").orElse(""));
        assertTrue(reply.error().contains(path), reply.text());
    }

    @Test
    void anUnknownPathIsNotFound() throws Exception {
        assertEquals(404, daemon.get("/nowhere").status());
        assertEquals(404, daemon.get("/services/mail/more/and/more").status());
        assertFalse(daemon.get("/nowhere").error().isEmpty());
    }

    @Test
    void aHeadIsAGetWithoutItsBody() throws Exception {
        RunningDaemon.Reply reply = daemon.send("HEAD", "/health", new byte[0]);
        assertEquals(200, reply.status());
        assertEquals("", reply.text());
    }
}
