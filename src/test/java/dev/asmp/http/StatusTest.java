package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon says about the state of everything, and about the manifests that it cannot use. */
class StatusTest {
    private static final String BROKEN = "asmp: \"0.1\"\nname: [\n";

    @TempDir
    private Path folder;
    private final TestClock clock = TestClock.somewhen();
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, clock, "policy: {max_services: 2}\n");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private Mapping scan() throws Exception {
        return daemon.post("/discover/scan").mapping();
    }

    @Test
    void aQuietHostNeedsNoAttention() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        Mapping status = daemon.get("/status").mapping();
        assertEquals(List.of(), status.texts("attention"));
        assertEquals("1", status.mapping("services").text("total"));
        assertEquals("1", status.mapping("last_scan").text("registered"));
        assertEquals(daemon.url(), status.text("api"));
        assertEquals("0", status.mapping("unhealthy").text("count"));
    }

    @Test
    void aManifestBrokenAfterItsRegistrationIsToldByNameAndInTheStatus() throws Exception {
        Path file = daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        assertNull(daemon.get("/services/mail").mapping().text("problem"));
        daemon.write("mail", BROKEN);
        scan();
        String problem = String.valueOf(daemon.get("/services/mail").mapping().text("problem"));
        assertTrue(problem.startsWith(file + ": line 3"), problem);
        assertEquals(List.of(problem), daemon.get("/status").mapping().texts("attention"));
        daemon.write("mail", Manifests.yaml("mail", "2"));
        scan();
        assertNull(daemon.get("/services/mail").mapping().text("problem"));
        assertEquals(List.of(), daemon.get("/status").mapping().texts("attention"));
    }

    @Test
    void aBrokenManifestIsToldWhereverItsServiceIsFound() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        String row = daemon.get("/capabilities?provides=mail.use").text();
        assertFalse(row.contains("problem"), row);
        daemon.write("mail", BROKEN);
        scan();
        for (String path : List.of("/capabilities?provides=mail.use", "/services", "/services?q=mail")) {
            String found = daemon.get(path).text();
            assertTrue(found.contains("\"problem\":") && found.contains("line 3"), path + " " + found);
        }
        daemon.write("mail", Manifests.yaml("mail", "2"));
        scan();
        assertFalse(daemon.get("/capabilities?provides=mail.use").text().contains("problem"));
    }

    @Test
    void aMissSaysWhatKeepsTheServiceOut() throws Exception {
        for (String name : List.of("a", "b", "c")) {
            daemon.write("tree-" + name, Manifests.yaml(name, "1"));
        }
        daemon.write("wiki/infra", BROKEN);
        scan();
        RunningDaemon.Reply kept = daemon.get("/services/c");
        assertEquals(404, kept.status());
        assertEquals("Service 'c' not found", kept.error());
        assertTrue(kept.text().contains("tree-c/asmp.yaml: ") && kept.text().contains("the registry is full"),
                kept.text());
        assertTrue(daemon.get("/services/wiki").text().contains("wiki/infra/asmp.yaml: line 3"));
        assertEquals("{\"error\":\"Service 'fax' not found\"}", daemon.get("/services/fax").text());
    }

    @Test
    void aScanTellsHowManyManifestsDidNotChange() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.write("wiki", Manifests.yaml("wiki", "1"));
        assertEquals("0", scan().text("unchanged"));
        daemon.write("wiki", Manifests.yaml("wiki", "2"));
        Mapping second = scan();
        assertEquals("2 1", second.text("updated") + " " + second.text("unchanged"));
    }

    @Test
    void aUsualPlaceThatIsMadeLaterIsScannedAndAScanWithoutAnySaysSo() throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replaceAll("scan_paths: [^\\]]*\\], ", ""));
        Files.delete(daemon.source());
        daemon.post("/reload");
        assertTrue(String.valueOf(scan().text("message")).startsWith("nothing to scan: "));
        Path fax = Files.createDirectories(folder.resolve("code/fax"));
        Files.writeString(fax.resolve("asmp.yaml"), Manifests.yaml("fax", "1"));
        assertEquals("1", scan().text("registered"));
        assertTrue(daemon.get("/host").text().contains("~/code"));
        assertNull(scan().text("message"));
    }

    @Test
    void aSharedPortIsAWarning() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        daemon.announce(Manifests.yaml("post", "1").replace(Integer.toString(Manifests.port("post")), "7100"));
        Mapping status = daemon.get("/status").mapping();
        assertEquals(List.of("port 7100 is declared by mail, post"), status.texts("warnings"));
        assertEquals(List.of(), status.texts("attention"));
    }

    @Test
    void anAnnouncementExpiresWithoutATickThatLooksForIt() throws Exception {
        daemon.close();
        daemon = new RunningDaemon(folder, clock, "");
        daemon.send("POST", "/services/announce?ttl=2s", Manifests.bytes("mail", "1"), "Content-Type",
                "application/yaml");
        clock.advance(Duration.ofSeconds(3));
        daemon.awaitUntil(() -> daemon.get("/services/mail").text().contains("\"status\":\"stale\""));
    }

    @Test
    void listsAreCutAndCounted() throws Exception {
        for (int i = 0; i < 25; i++) {
            daemon.write("broken-" + i, BROKEN);
        }
        scan();
        Mapping status = daemon.get("/status").mapping();
        assertEquals("25", status.mapping("problems").text("count"));
        assertEquals(20, status.mapping("problems").list("first").size());
        assertEquals(6, status.texts("attention").size());
        assertEquals("20 more files cannot be used", status.texts("attention").getLast());
    }

    @Test
    void aVmThatSaidThatItStopsIsNotStaleHoweverLongItIsSilent() throws Exception {
        for (String id : List.of("one", "two")) {
            daemon.json("POST", "/registry/vms",
                    "{\"id\":\"" + id + "\",\"name\":\"n\",\"role\":\"worker\",\"address\":\"a\","
                            + "\"registeredBy\":\"t\"}");
        }
        daemon.json("PATCH", "/registry/vms/one", "{\"status\":\"stopped\"}");
        clock.advance(Duration.ofMinutes(6));
        Mapping status = daemon.get("/status").mapping();
        assertEquals("1", status.mapping("vms").text("stopped"));
        assertEquals("1", status.mapping("vms").text("stale"));
        assertEquals(List.of("1 VM is stale"), status.texts("attention"));
    }
}
