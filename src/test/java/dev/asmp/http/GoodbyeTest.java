package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The end of an announcement, said by the service itself. */
@Timeout(60)
class GoodbyeTest {
    @TempDir
    private Path folder;

    private RunningDaemon daemon(String policy) throws Exception {
        return new RunningDaemon(folder, TestClock.somewhen(), policy);
    }

    private static RunningDaemon.Reply goodbye(RunningDaemon daemon, String body) throws Exception {
        return daemon.json("POST", "/services/mail/goodbye", body);
    }

    private static String state(RunningDaemon daemon) throws Exception {
        return daemon.get("/services/mail").mapping().text("sync") + " "
                + daemon.get("/services/mail").mapping().text("status");
    }

    @Test
    void anAnnouncementThatEndsIsStaleAtOnceWithItsReason() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            daemon.announce(Manifests.yaml("mail", "1"));
            RunningDaemon.Reply reply = goodbye(daemon, "{\"generation\":1,\"reason\":\"exit 3\"}");
            assertEquals(200, reply.status(), reply.text());
            assertEquals("stale 2", reply.mapping().text("status") + " " + reply.mapping().text("generation"));
            assertTrue(daemon.log().contains("stale mail (announce, stale, generation 2): exit 3"), daemon.log());
            daemon.restart();
            assertEquals("announce stale", state(daemon));
            assertEquals(201, daemon.announce(Manifests.yaml("mail", "1")).status());
            assertEquals("announce registered", state(daemon));
        }
    }

    @Test
    void aManifestOnDiskTakesOver() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            daemon.write("mail", Manifests.yaml("mail", "1"));
            daemon.post("/discover/scan");
            daemon.announce(Manifests.yaml("mail", "2"));
            assertEquals(200, goodbye(daemon, "{\"generation\":2}").status());
            daemon.awaitUntil(() -> state(daemon).equals("scan registered"));
        }
    }

    @Test
    void itIsRefusedForAnotherGenerationForWhatWasNotAnnouncedAndWithoutAGeneration() throws Exception {
        try (RunningDaemon daemon = daemon("")) {
            assertEquals(404, goodbye(daemon, "{\"generation\":1}").status());
            daemon.announce(Manifests.yaml("mail", "1"));
            daemon.announce(Manifests.yaml("mail", "1"));
            assertEquals(412, goodbye(daemon, "{\"generation\":1}").status());
            assertEquals(400, goodbye(daemon, "{\"reason\":\"bye\"}").status());
            assertEquals(400, goodbye(daemon, "{\"generation\":2,\"reason\":[]}").status());
            assertEquals("announce registered", state(daemon));
            daemon.send("POST", "/services", Manifests.bytes("mail", "2"), "Content-Type", "application/yaml");
            assertEquals(409, goodbye(daemon, "{\"generation\":3}").status());
        }
    }

    @Test
    void whatTheOwnerApprovedWithoutATimeToLiveOnlyTheOwnerEnds() throws Exception {
        try (RunningDaemon daemon = daemon("policy: {requires_approval: true}\n")) {
            daemon.announce(Manifests.yaml("mail", "1"));
            String digest = daemon.get("/services/mail").mapping().mapping("approval").text("digest");
            daemon.asOwner("POST", "/services/mail/approve", "", String.valueOf(digest));
            assertEquals(401, goodbye(daemon, "{\"generation\":2}").status());
            daemon.send("POST", "/services/announce?ttl=1m", Manifests.bytes("fax", "1"), "Content-Type",
                    "application/yaml");
            String ofFax = daemon.get("/services/fax").mapping().mapping("approval").text("digest");
            daemon.asOwner("POST", "/services/fax/approve", "", String.valueOf(ofFax));
            assertEquals(200, daemon.asOwner("POST", "/services/fax/goodbye", "{\"generation\":2}", "").status());
        }
    }

    @Test
    void aProgramThatReadTheGenerationOfAnApprovedAnnouncementDoesNotEndIt() throws Exception {
        try (RunningDaemon daemon = daemon("policy: {requires_approval: true}\n")) {
            daemon.send("POST", "/services/announce?ttl=1m", Manifests.bytes("mail", "1"), "Content-Type",
                    "application/yaml");
            String digest = daemon.get("/services/mail").mapping().mapping("approval").text("digest");
            daemon.asOwner("POST", "/services/mail/approve", "", String.valueOf(digest));
            RunningDaemon.Reply renewed = daemon.send("POST", "/services/announce?ttl=1m",
                    Manifests.bytes("mail", "1"), "Content-Type", "application/yaml");
            String body = "{\"generation\":" + renewed.mapping().text("generation") + "}";
            assertEquals(401, goodbye(daemon, body).status());
            assertEquals("announce registered", state(daemon));
            assertEquals(200, daemon.asOwner("POST", "/services/mail/goodbye", body, "").status());
            assertEquals("announce stale", state(daemon));
        }
    }
}
