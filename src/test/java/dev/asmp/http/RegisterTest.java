package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Registering, changing and removing services, and doing so only if nobody was faster. */
class RegisterTest {
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

    private RunningDaemon.Reply register(String name, String version) throws Exception {
        String json = new String(Json.write(Yaml.read(Manifests.yaml(name, version))), StandardCharsets.UTF_8);
        return daemon.json("POST", "/services", json);
    }

    private RunningDaemon.Reply patch(String json, String... headers) throws Exception {
        return daemon.json("PATCH", "/services/mail", json, headers);
    }

    private RunningDaemon.Reply delete(String name, String... headers) throws Exception {
        return daemon.send("DELETE", "/services/" + name, new byte[0], headers);
    }

    private Mapping mail() throws Exception {
        return daemon.get("/services/mail").mapping();
    }

    @Test
    void aRegistrationSaysWhereItsEntryLies() throws Exception {
        RunningDaemon.Reply reply = register("mail", "1");
        assertEquals(201, reply.status(), reply.text());
        assertEquals("true", reply.mapping().text("ok"));
        assertEquals(daemon.index("mail").toString(), reply.mapping().text("path"));
        assertEquals("register", mail().text("sync"));
        assertEquals("1", mail().text("generation"));
    }

    @Test
    void theSameRegistrationAgainIsNoNewGenerationAndAnotherIs() throws Exception {
        register("mail", "1");
        assertEquals("1", register("mail", "1").mapping().text("generation"));
        assertEquals("2", register("mail", "2").mapping().text("generation"));
        daemon.announce(Manifests.yaml("mail", "2"));
        assertEquals("4", register("mail", "2").mapping().text("generation"));
        assertEquals("register", mail().text("sync"));
    }

    @Test
    void aWholeEntryCanBePostedBack() throws Exception {
        register("mail", "1");
        RunningDaemon.Reply again = daemon.json("POST", "/services", daemon.get("/services/mail").text());
        assertEquals(201, again.status(), again.text());
        assertEquals("1", again.mapping().text("generation"));
    }

    @Test
    void aPatchChangesWhatItNamesAndNothingElse() throws Exception {
        register("mail", "1");
        RunningDaemon.Reply reply = patch("{\"version\":\"2\",\"owner\":{\"team\":\"post\"},\"description\":null}");
        assertEquals(200, reply.status(), reply.text());
        assertEquals("2", reply.mapping().text("version"));
        assertEquals("post", reply.mapping().mapping("owner").text("team"));
        assertEquals(null, reply.mapping().get("description"));
        assertEquals("2", reply.mapping().text("generation"));
        assertEquals("[mail.use]", mail().mapping("capabilities").texts("provides").toString());
        assertEquals("2", patch("{\"version\":\"2\"}").mapping().text("generation"));
        daemon.restart();
        assertEquals("2", mail().text("version"));
    }

    @Test
    void aPatchedScannedEntryKeepsItsPatchUntilItsManifestChanges() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.post("/discover/scan");
        patch("{\"version\":\"9\"}");
        daemon.post("/discover/scan");
        assertEquals("9", mail().text("version"));
        daemon.restart();
        assertEquals("9", mail().text("version"));
        daemon.write("mail", Manifests.yaml("mail", "3"));
        daemon.post("/discover/scan");
        assertEquals("3", mail().text("version"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"name\":\"post\"}", "{\"name\":null}", "{\"generation\":7}",
            "{\"source\":\"/etc/passwd\"}",
            "{\"last_seen\":\"2030-01-01T00:00:00Z\"}", "{\"status\":\"stale\"}", "{\"x-asmp\":{}}", "{\"kind\":null}",
            "{\"capabilities\":{\"provides\":[]}}", "{\"capabilities\":null}", "[1]", "7", "{", "{\"asmp\":\"9\"}"})
    void aPatchThatMayNotBeIsRefusedAndChangesNothing(String patch) throws Exception {
        register("mail", "1");
        String before = daemon.get("/services/mail").text();
        RunningDaemon.Reply reply = patch(patch);
        assertEquals(400, reply.status(), reply.text());
        assertFalse(reply.error().isBlank());
        assertEquals(before, daemon.get("/services/mail").text());
    }

    @Test
    void aWholeEntryThatWasNotChangedIsAPatchThatChangesNothing() throws Exception {
        register("mail", "1");
        RunningDaemon.Reply reply = patch(daemon.get("/services/mail").text());
        assertEquals(200, reply.status(), reply.text());
        assertEquals("1", reply.mapping().text("generation"));
    }

    @Test
    void aPatchOfNobodyIsNotFoundAndOneInAnotherFormatIsNotTaken() throws Exception {
        assertEquals(404, patch("{}").status());
        register("mail", "1");
        assertEquals(415, daemon.send("PATCH", "/services/mail", "version: 2".getBytes(StandardCharsets.UTF_8),
                "Content-Type", "application/yaml").status());
        assertEquals(200, daemon.send("PATCH", "/services/mail", "{}".getBytes(StandardCharsets.UTF_8), "Content-Type",
                "application/merge-patch+json").status());
    }

    @ParameterizedTest
    @CsvSource({"'\"1\"', 200", "'\"1-abc\"', 200", "'W/\"1-abc\"', 200", "*, 200", "'\"7\", \"1\"', 200",
            "'\"2\"', 412",
            "'\"banana\"', 412", "banana, 400", "'\"1', 400", "1, 400", "'', 400", "'\"1\" \"2\"', 400"})
    void aChangeMayNameTheGenerationItMeans(String ifMatch, int status) throws Exception {
        register("mail", "1");
        RunningDaemon.Reply reply = patch("{\"version\":\"2\"}", "If-Match", ifMatch);
        assertEquals(status, reply.status(), reply.text());
        assertEquals(status == 200 ? "2" : "1", mail().text("generation"));
        assertEquals(status == 200 ? 412 : status, delete("mail", "If-Match", ifMatch.equals("*") ? "\"1\"" : ifMatch)
                .status());
    }

    @Test
    void aReaderIsSparedWhatItHasAlready() throws Exception {
        register("mail", "1");
        RunningDaemon.Reply first = daemon.get("/services/mail");
        String tag = first.response().headers().firstValue("ETag").orElseThrow();
        assertTrue(tag.startsWith("\"1-"), tag);
        RunningDaemon.Reply second = daemon.send("GET", "/services/mail", new byte[0], "If-None-Match",
                "\"x\", W/" + tag);
        assertEquals(304, second.status());
        assertEquals("", second.text());
        assertEquals(tag, second.response().headers().firstValue("ETag").orElseThrow());
        patch("{\"version\":\"2\"}");
        assertEquals(200, daemon.send("GET", "/services/mail", new byte[0], "If-None-Match", tag).status());
        for (String path : new String[]{"/services", "/capabilities", "/capabilities?provides=mail.use", "/host",
                "/health", "/discoveries"}) {
            String whole = daemon.get(path).response().headers().firstValue("ETag").orElseThrow();
            assertEquals(304, daemon.send("GET", path, new byte[0], "If-None-Match", whole).status(), path);
        }
        assertTrue(daemon.get("/metrics").response().headers().firstValue("ETag").isEmpty());
    }

    @Test
    void whatWasRemovedIsGoneAndItsGenerationGoesOn() throws Exception {
        register("mail", "1");
        register("mail", "2");
        assertEquals(412, delete("mail", "If-Match", "\"1\"").status());
        assertEquals(200, delete("mail", "If-Match", "\"2\"").status());
        assertEquals(404, daemon.get("/services/mail").status());
        assertFalse(Files.exists(daemon.index("mail")));
        assertEquals(404, delete("mail").status());
        daemon.restart();
        assertEquals(404, daemon.get("/services/mail").status());
        assertEquals("3", register("mail", "2").mapping().text("generation"));
    }

    @Test
    void aRemovedScannedServiceStaysAwayUntilItsContentChanges() throws Exception {
        Path source = daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.post("/discover/scan");
        delete("mail");
        Mapping scan = daemon.post("/discover/scan").mapping();
        assertEquals("1", scan.text("skipped"));
        assertTrue(scan.list("problems").toString().contains("was removed"), scan.toString());
        Files.setLastModifiedTime(source, FileTime.fromMillis(1_000));
        daemon.restart();
        daemon.post("/discover/scan");
        assertEquals(404, daemon.get("/services/mail").status());
        daemon.write("mail", Manifests.yaml("mail", "2"));
        assertEquals("1", daemon.post("/discover/scan").mapping().text("registered"));
        assertEquals("2", mail().text("generation"));
    }

    @Test
    void aRemovedServiceComesBackWhenSomebodyRegistersItAndAFileRemovedByHandAtTheNextScan() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.post("/discover/scan");
        delete("mail");
        assertEquals(201, register("mail", "1").status());
        daemon.post("/discover/scan");
        assertEquals("register", mail().text("sync"));
        Files.delete(daemon.index("mail"));
        daemon.post("/reload");
        assertEquals(404, daemon.get("/services/mail").status());
        assertEquals("1", daemon.post("/discover/scan").mapping().text("registered"));
    }

    @Test
    void aRequestWhoseBodyIsRefusedHasDoneNothing() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        assertEquals(413, daemon.send("DELETE", "/services/mail", new byte[2_000_000]).status());
        assertEquals(200, daemon.get("/services/mail").status());
    }

    @Test
    void anAnswerThatWasSparedIsCountedAsSuch() throws Exception {
        String tag = daemon.get("/host").response().headers().firstValue("etag").orElseThrow();
        daemon.send("GET", "/host", new byte[0], "If-None-Match", tag);
        String metrics = daemon.get("/metrics").text();
        assertTrue(metrics.contains("route=\"/host\",status=\"304\"} 1"), metrics);
    }

    @Test
    void aRemovedNameSaysThatItWasRemoved() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        daemon.send("DELETE", "/services/mail", new byte[0]);
        RunningDaemon.Reply gone = daemon.get("/services/mail");
        assertEquals(404, gone.status());
        assertTrue(String.valueOf(gone.mapping().text("problem")).contains("was removed from the registry"),
                gone.text());
        assertEquals(null, daemon.get("/services/nobody").mapping().get("problem"));
        daemon.restart();
        assertTrue(daemon.get("/services/mail").text().contains("was removed from the registry"));
    }
}
