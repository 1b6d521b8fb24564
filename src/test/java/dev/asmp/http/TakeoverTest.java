package dev.asmp.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A name taken over from what another source said: it is never silent, and the owner can undo it. */
@Timeout(60)
class TakeoverTest {
    private static final String THEIRS = Manifests.yaml("mail", "9", "cat.pictures");

    @TempDir
    private Path folder;
    private final TestClock clock = TestClock.somewhen();

    private RunningDaemon daemon(String policy) throws Exception {
        RunningDaemon daemon = new RunningDaemon(folder, clock, policy);
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.post("/discover/scan");
        return daemon;
    }

    private static RunningDaemon.Reply register(RunningDaemon daemon, String yaml) throws Exception {
        return daemon.send("POST", "/services", yaml.getBytes(UTF_8), "Content-Type",
                "application/yaml");
    }

    private static RunningDaemon.Reply undo(RunningDaemon daemon) throws Exception {
        return daemon.asOwner("POST", "/services/mail/undo", "", "any");
    }

    private static @Nullable String version(RunningDaemon daemon) throws Exception {
        return daemon.get("/services/mail").mapping().text("version");
    }

    private static String source(RunningDaemon daemon) {
        return daemon.source().resolve("mail/asmp.yaml").toString();
    }

    @Test
    void anAnnouncementWithoutACommonCapabilitySaysWhatItReplacesAndDropsItsSource() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            Mapping answer = daemon.announce(THEIRS).mapping();
            assertEquals(source(daemon), answer.mapping("replaces").text("source"), answer.toString());
            assertEquals("1", answer.mapping("replaces").text("generation"));
            assertNull(daemon.get("/services/mail").mapping().get("source"));
            assertTrue(daemon.log().contains("replaced " + source(daemon) + ", generation 1; asmp undo mail"),
                    daemon.log());
            assertNull(daemon.announce(THEIRS).mapping().get("replaces"), "renewing it replaces nothing");
        }
    }

    @Test
    void anAnnouncementOverAServicesOwnScannedEntryIsNone() throws Exception {
        try (RunningDaemon daemon = daemon("policy: {takeover: refuse}\n")) {
            Mapping answer = daemon.announce(Manifests.yaml("mail", "2", "mail.use", "mail.more")).mapping();
            assertNull(answer.get("replaces"), answer.toString());
            assertEquals(source(daemon), daemon.get("/services/mail").mapping().text("source"));
            assertEquals(404, undo(daemon).status());
        }
    }

    @Test
    void theFileThatWasReplacedIsNamedByEachScanAndDoesNotComeBackByItself() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            daemon.announce(THEIRS);
            for (int i = 0; i < 2; i++) {
                Mapping scan = daemon.post("/discover/scan").mapping();
                assertEquals("0 1", scan.text("scanned") + " " + scan.text("skipped"), scan.toString());
                assertTrue(scan.list("problems").toString().contains("was replaced by an announcement"),
                        scan.toString());
            }
            assertEquals("9", version(daemon));
            assertNull(daemon.get("/services/mail").mapping().get("source"));
        }
    }

    @Test
    void theOwnerUndoesItEvenAfterARestartAndOnlyOnce() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            daemon.announce(THEIRS);
            daemon.restart();
            assertEquals(401, daemon.post("/services/mail/undo").status());
            Mapping restored = undo(daemon).mapping();
            assertEquals("1 3 scan registered", restored.text("version") + " " + restored.text("generation") + " "
                    + restored.text("sync") + " " + restored.text("status"));
            assertEquals(source(daemon), restored.text("source"));
            assertEquals("1", daemon.post("/discover/scan").mapping().text("updated"));
            assertEquals(404, undo(daemon).status());
            daemon.restart();
            assertEquals(404, undo(daemon).status());
            assertEquals("1", version(daemon));
        }
    }

    @Test
    void aRegistrationOverWhatWasNotRegisteredIsOneAndASecondRegistrationIsNot() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            RunningDaemon.Reply taken = register(daemon, Manifests.yaml("mail", "2"));
            assertEquals(201, taken.status());
            assertEquals(source(daemon), taken.mapping().mapping("replaces").text("source"), taken.text());
            assertNull(register(daemon, Manifests.yaml("mail", "3")).mapping().get("replaces"));
            assertEquals("1", daemon.post("/discover/scan").mapping().text("skipped"));
            assertEquals("3", version(daemon));
            undo(daemon);
            assertEquals("1", version(daemon));
        }
    }

    @Test
    void aScanSaysWhichFileItReplacedByAnother() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            Files.delete(daemon.source().resolve("mail/asmp.yaml"));
            daemon.write("post", Manifests.yaml("mail", "2"));
            Mapping scan = daemon.post("/discover/scan").mapping();
            Mapping replaced = (Mapping) scan.list("replaces").getFirst();
            assertEquals("mail " + source(daemon), replaced.text("name") + " " + replaced.text("source"));
            undo(daemon);
            assertEquals("1", version(daemon));
        }
    }

    @Test
    void aManifestThatMovedWithItsContentIsNoTakeover() throws Exception {
        try (RunningDaemon daemon = daemon("policy: {takeover: refuse}\n")) {
            Files.move(daemon.source().resolve("mail"), daemon.source().resolve("post"));
            Mapping scan = daemon.post("/discover/scan").mapping();
            assertEquals("1", scan.text("registered"), scan.toString());
            assertNull(scan.get("replaces"));
            Path infra = Files.createDirectories(daemon.source().resolve("post/infra")).resolve("asmp.yaml");
            Files.delete(daemon.source().resolve("post/asmp.yaml"));
            Files.writeString(infra, Manifests.yaml("mail", "2"));
            assertEquals("1", daemon.post("/discover/scan").mapping().text("registered"));
            assertEquals("2", version(daemon));
        }
    }

    @Test
    void aPolicyRefusesEachKindWithTheHolder() throws Exception {
        try (RunningDaemon daemon = daemon("policy: {takeover: refuse}\n")) {
            RunningDaemon.Reply announced = daemon.announce(THEIRS);
            assertEquals(409, announced.status());
            assertTrue(announced.error().contains(source(daemon)) && announced.error().contains("policy.takeover"),
                    announced.text());
            assertEquals(409, register(daemon, Manifests.yaml("mail", "2")).status());
            Files.delete(daemon.source().resolve("mail/asmp.yaml"));
            daemon.write("post", Manifests.yaml("mail", "2"));
            Mapping scan = daemon.post("/discover/scan").mapping();
            assertTrue(scan.list("problems").toString().contains("policy.takeover"), scan.toString());
            assertEquals("1", version(daemon));
        }
    }

    @Test
    void whenTheAnnouncementsTimeIsOverTheFileThatItReplacedIsBack() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            daemon.send("POST", "/services/announce?ttl=30s", THEIRS.getBytes(UTF_8),
                    "Content-Type", "application/yaml");
            assertEquals("9", version(daemon));
            clock.advance(Duration.ofSeconds(31));
            daemon.post("/reload"); // the alarm waits in real time, and plans again with the next batch
            daemon.awaitUntil(() -> "1".equals(version(daemon)));
            assertEquals(404, undo(daemon).status());
        }
    }

    @Test
    void aFileThatDeclaresAnotherServiceIsNotTakenForTheSourceOfAnAnnouncedOne() throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, clock, "")) {
            daemon.announce(Manifests.yaml("mail", "1"));
            daemon.write("cats", THEIRS);
            Mapping scan = daemon.post("/discover/scan").mapping();
            assertTrue(scan.list("problems").toString().contains("no capability in common"), scan.toString());
            daemon.write("cats", Manifests.yaml("mail", "10", "cat.videos"));
            daemon.post("/discover/scan");
            assertEquals("1", version(daemon));
            assertNull(daemon.get("/services/mail").mapping().get("source"));
        }
    }

    @Test
    void aChangeOfTheReplacedFileTakesTheNameBackAndSaysSo() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            daemon.announce(THEIRS);
            daemon.write("mail", Manifests.yaml("mail", "2"));
            Mapping scan = daemon.post("/discover/scan").mapping();
            assertEquals("2", version(daemon));
            assertEquals(1, scan.list("replaces").size(), scan.toString());
        }
    }

    @Test
    void whatTheOwnerApprovesIsKeptForAnUndoToo() throws Exception {
        try (RunningDaemon daemon = daemon("policy: {requires_approval: true}\n")) {
            approve(daemon);
            RunningDaemon.Reply waits = daemon.announce(THEIRS);
            assertEquals(202, waits.status());
            assertNull(waits.mapping().get("replaces"));
            approve(daemon);
            assertEquals("9", version(daemon));
            undo(daemon);
            assertEquals("1", version(daemon));
        }
    }

    private static void approve(RunningDaemon daemon) throws Exception {
        String digest = daemon.get("/services/mail").mapping().mapping("approval").text("digest");
        assertEquals(200, daemon.asOwner("POST", "/services/mail/approve", "", String.valueOf(digest)).status());
    }

    @Test
    void aRemovedNameKeepsNothing() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            daemon.announce(THEIRS);
            assertEquals(200, daemon.send("DELETE", "/services/mail", new byte[0]).status());
            assertEquals(404, undo(daemon).status());
        }
    }
}
