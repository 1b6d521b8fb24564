package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an announcement of approved content cannot change: its time to live, and its link. */
@Timeout(60)
class ApprovedContentTest {
    @TempDir
    private Path folder;
    private final TestClock clock = TestClock.somewhen();
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, clock, "policy: {requires_approval: true}\n");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    @Test
    void anApprovedAnnouncementGetsNoShorterLifeFromWhatWasNotApproved() throws Exception {
        announceFor("", "1");
        approveMail();
        assertEquals(201, announceFor("?ttl=1s", "1").status());
        assertEquals(202, announceFor("?ttl=1s", "1", "cat.pictures").status());
        assertTrue(isServedAfter(Duration.ofHours(1)), "what was approved without a time to live has none");
    }

    @Test
    void anApprovedTimeToLiveIsPutOffAndNotBroughtOn() throws Exception {
        announceFor("?ttl=10m", "1");
        approveMail();
        announceFor("?ttl=1s", "1");
        announceFor("?ttl=1s", "1", "cat.pictures");
        assertTrue(isServedAfter(Duration.ofMinutes(9)));
        announceFor("?ttl=10m", "1");
        assertTrue(isServedAfter(Duration.ofMinutes(9)));
        clock.advance(Duration.ofMinutes(2));
        daemon.post("/reload");
        daemon.awaitUntil(() -> "stale".equals(daemon.get("/services/mail").mapping().text("status")));
        assertEquals(201, announceFor("?ttl=10m", "1").status(), "the approval stays");
    }

    @Test
    void aRegistrationOfAnApprovedAnnouncementWaitsForTheOwner() throws Exception {
        announceFor("?ttl=10m", "1");
        assertEquals("10m", daemon.get("/services/mail").mapping().mapping("approval").text("ttl"));
        approveMail();
        assertEquals(202, daemon.send("POST", "/services", Manifests.bytes("mail", "1"), "Content-Type",
                "application/yaml").status());
        assertFalse(isServedAfter(Duration.ofMinutes(11)));
        announceFor("?ttl=10m", "1");
        approveMail();
        assertTrue(isServedAfter(Duration.ofHours(1)));
    }

    private RunningDaemon.Reply announceFor(String ttl, String version, String... provides) throws Exception {
        return daemon.send("POST", "/services/announce" + ttl, Manifests.bytes("mail", version, provides),
                "Content-Type",
                "application/yaml");
    }

    private void approveMail() throws Exception {
        String digest = daemon.get("/services/mail").mapping().mapping("approval").text("digest");
        assertEquals(200, daemon.asOwner("POST", "/services/mail/approve", "", String.valueOf(digest)).status());
    }

    /** Whether the entry would still not expire at a moment: the end of it is in its file. */
    private boolean isServedAfter(Duration time) throws Exception {
        clock.advance(time);
        daemon.post("/reload");
        String file = Files.readString(daemon.index("mail"));
        int at = file.indexOf("expires_at: ");
        boolean expires = at >= 0 && !Instant.parse(file.substring(at + 12, file.indexOf('\n', at)).replace("\"", ""))
                .isAfter(clock.instant());
        return !expires && "registered".equals(daemon.get("/services/mail").mapping().text("status"));
    }

    @Test
    void theLinkOfItsDisplayIsContentAndTheRestOfItOnlyDescribes() throws Exception {
        announceFor("", "1");
        approveMail();
        assertEquals(201, daemon.announce(Manifests.yaml("mail", "1") + "display: {icon: x}\n").status());
        assertEquals(202,
                daemon.announce(Manifests.yaml("mail", "1") + "display: {icon: x, url: http://evil}\n").status());
    }

    @ParameterizedTest
    @ValueSource(strings = {"description: see https://evil.example/x", "description: 'ask [here](javascript:evil())'",
            "description: mailto:evil@example.com", "version: '1 www.evil.example'",
            "display: {icon: //evil.example/i.png}",
            "display: {links: [{label: help, to: HTTP://evil.example}]}", "docs: https://evil.example",
            "endpoints: [{protocol: http, url: http://evil.example}]"})
    void aLinkIsContentWhereverItStands(String line) throws Exception {
        String yaml = "{asmp: '0.1', kind: service, name: mail, capabilities: {provides: [mail.use]}";
        assertEquals(202, daemon.announce(yaml + "}").status());
        approveMail();
        assertEquals(201, daemon.announce(yaml + ", description: something else}").status());
        assertEquals(202, daemon.announce(yaml + ", " + line + "}").status());
        approveMail();
        assertEquals(201, daemon.announce(yaml + ", " + line + "}").status());
        assertEquals(202, daemon.announce(yaml + ", " + line.replace("evil", "worse") + "}").status());
    }
}
