package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the owner wants to see what comes in: nothing is in service that was not approved, and nobody else can approve. */
class ApprovalTest {
    private static final String OTHER_PORT = "7199";

    @TempDir
    private Path folder;

    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "policy: {requires_approval: true}\n");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private static String moved(String version) {
        return Manifests.yaml("mail", version).replace("7100", OTHER_PORT);
    }

    private String offered() throws Exception {
        return daemon.get("/capabilities?provides=mail.use").text();
    }

    private Mapping proposal() throws Exception {
        Sequence all = (Sequence) daemon.get("/services?status=pending").document();
        assertEquals(1, all.items().size(), all.toString());
        return (Mapping) all.items().getFirst();
    }

    private String digest() throws Exception {
        return String.valueOf(daemon.get("/services/mail").mapping().mapping("approval").text("digest"));
    }

    private RunningDaemon.Reply approve() throws Exception {
        return daemon.asOwner("POST", "/services/mail/approve", "", digest());
    }

    private RunningDaemon.Reply manifest(String name) throws Exception {
        return daemon.send("GET", "/services/" + name + "/manifest", new byte[0], "Authorization",
                "Bearer " + daemon.token());
    }

    @Test
    void theOwnerGetsTheFileOfAManifestWithItsComments() throws Exception {
        String text = Manifests.yaml("mail", "1") + "# told to nobody else\n";
        daemon.write("mail", text);
        daemon.post("/discover/scan");
        assertEquals(200, approve().status());
        assertEquals(401, daemon.get("/services/mail/manifest").status());
        RunningDaemon.Reply reply = manifest("mail");
        assertEquals(200, reply.status(), reply::text);
        assertEquals(text, reply.mapping().text("text"));
        assertEquals(daemon.source().resolve("mail/asmp.yaml").toString(), reply.mapping().text("source"));
        Files.delete(daemon.source().resolve("mail/asmp.yaml"));
        Files.createSymbolicLink(daemon.source().resolve("mail/asmp.yaml"), Path.of("/etc/hostname"));
        assertEquals(404, manifest("mail").status());
        assertEquals(404, manifest("nobody").status());
    }

    @Test
    void aNewNameWaitsAndIsNotFoundUntilItIsApproved() throws Exception {
        RunningDaemon.Reply reply = daemon.announce(Manifests.yaml("mail", "1"));
        assertEquals(202, reply.status(), reply.text());
        assertEquals("pending", reply.mapping().text("status"));
        assertEquals("[]", offered());
        assertEquals("[]", daemon.get("/services").text());
        assertEquals("{\"capabilities\":[]}", daemon.get("/capabilities").text());
        assertEquals("pending", daemon.get("/services/mail").mapping().text("status"));
        assertEquals("mail", proposal().text("name"));
        assertTrue(Files.exists(daemon.home().resolve("pending/mail.asmp.yaml")));
        assertFalse(Files.exists(daemon.index("mail")));
        daemon.restart();
        assertEquals("mail", proposal().text("name"));
        RunningDaemon.Reply approved = approve();
        assertEquals(200, approved.status(), approved.text());
        assertEquals("registered", approved.mapping().text("status"));
        assertEquals("2", approved.mapping().text("generation"));
        assertTrue(offered().contains("\"name\":\"mail\""), offered());
        assertFalse(Files.exists(daemon.home().resolve("pending/mail.asmp.yaml")));
        daemon.restart();
        assertTrue(offered().contains("\"name\":\"mail\""), offered());
        assertEquals("[]", daemon.get("/services?status=pending").text());
    }

    @Test
    void whatOnlyDescribesMayChangeAndAllElseIsShownToTheOwnerAgain() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        approve();
        assertEquals(201, daemon.announce(Manifests.yaml("mail", "1")).status());
        assertEquals(201, daemon.announce(Manifests.yaml("mail", "2").replace("the mail of", "all mail of")).status());
        assertEquals(202, daemon.announce(moved("3")).status());
        assertTrue(offered().contains("7100") && !offered().contains(OTHER_PORT), offered());
        Mapping proposal = proposal();
        assertTrue(proposal.list("endpoints").toString().contains(OTHER_PORT), proposal.toString());
        Mapping approved = proposal.mapping("approval").mapping("approved");
        assertTrue(approved.list("endpoints").toString().contains("7100"), proposal.toString());
        Mapping mail = daemon.get("/services/mail").mapping();
        assertEquals("registered", mail.text("status"));
        assertEquals("pending", mail.mapping("approval").text("status"));
        approve();
        assertTrue(offered().contains(OTHER_PORT), offered());
        assertEquals(null, daemon.get("/services/mail").mapping().get("approval"));
    }

    @Test
    void aPatchARegistrationAModAndAScanAreShownToTheOwnerToo() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        Mapping scan = daemon.post("/discover/scan").mapping();
        assertEquals("1", scan.text("skipped"));
        assertTrue(scan.list("problems").toString().contains("waits for the owner's approval"), scan.toString());
        approve();
        assertEquals("1", daemon.post("/discover/scan").mapping().text("updated"));
        assertEquals(200, daemon.json("PATCH", "/services/mail", "{\"version\":\"7\"}").status());
        RunningDaemon.Reply patched = daemon.json("PATCH", "/services/mail", "{\"owner\":\"me\"}");
        assertEquals(202, patched.status());
        assertEquals("pending", patched.mapping().text("status"));
        assertEquals(202, daemon.json("POST", "/services/mail/mods",
                "{\"name\":\"filter\",\"capabilities\":{\"provides\":[\"mail.filter\"]}}").status());
        assertEquals("[]", daemon.get("/capabilities?provides=mail.filter").text());
        approve();
        assertTrue(daemon.get("/capabilities?provides=mail.filter").text().contains("\"parent\":\"mail\""));
        daemon.write("mail", moved("8"));
        assertEquals("1", daemon.post("/discover/scan").mapping().text("skipped"));
        assertTrue(offered().contains("7100"), offered());
        assertEquals("1", daemon.post("/discover/scan").mapping().text("skipped"));
        approve();
        assertTrue(offered().contains(OTHER_PORT), offered());
    }

    @Test
    void aRejectedContentIsRememberedAndNotOfferedAgainUntilItChanges() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.post("/discover/scan");
        String digest = digest();
        RunningDaemon.Reply rejected = daemon.asOwner("POST", "/services/mail/reject", "{\"note\":\"no mail here\"}",
                digest);
        assertEquals(200, rejected.status(), rejected.text());
        assertEquals("rejected", rejected.mapping().text("status"));
        daemon.restart();
        Mapping scan = daemon.post("/discover/scan").mapping();
        assertTrue(scan.list("problems").toString().contains("was rejected") && scan.list("problems").toString()
                .contains("no mail here"), scan.toString());
        assertEquals("[]", daemon.get("/services?status=pending").text());
        RunningDaemon.Reply announced = daemon.announce(Manifests.yaml("mail", "2"));
        assertEquals(403, announced.status(), announced.text());
        assertTrue(announced.error().contains("no mail here"), announced.text());
        Sequence list = (Sequence) daemon.get("/services?status=rejected").document();
        assertEquals("no mail here", ((Mapping) list.items().getFirst()).mapping("approval").text("note"));
        assertEquals(401, daemon.send("DELETE", "/services/mail", new byte[0]).status());
        daemon.write("mail", moved("3"));
        daemon.post("/discover/scan");
        assertEquals("mail", proposal().text("name"));
        assertNotEquals(digest, digest());
    }

    @Test
    void aRejectedChangeLeavesTheApprovedVersionInService() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        approve();
        daemon.announce(moved("2"));
        daemon.asOwner("POST", "/services/mail/reject", "{}", digest());
        assertEquals(403, daemon.announce(moved("2")).status());
        assertEquals(201, daemon.announce(Manifests.yaml("mail", "1")).status());
        assertTrue(offered().contains("7100"), offered());
    }

    @Test
    void approvingNamesWhatWasShown() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        String shown = digest();
        daemon.announce(moved("1"));
        RunningDaemon.Reply late = daemon.asOwner("POST", "/services/mail/approve", "", shown);
        assertEquals(409, late.status(), late.text());
        assertEquals("[]", offered());
        assertEquals(428, daemon.json("POST", "/services/mail/approve", "", "Authorization",
                "Bearer " + daemon.token()).status());
        assertEquals(404, daemon.asOwner("POST", "/services/nobody/approve", "", shown).status());
        assertEquals(200, approve().status());
        assertEquals(404, daemon.asOwner("POST", "/services/mail/approve", "", shown).status());
    }

    @Test
    void onlyTheOwnersTokenApproves() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        String match = "\"" + digest() + "\"";
        for (String path : new String[]{"/services/mail/approve", "/services/mail/reject"}) {
            assertEquals(401, daemon.json("POST", path, "", "If-Match", match).status());
            for (String wrong : new String[]{"Bearer ", "Bearer 0000", "Basic " + daemon.token(), daemon.token(),
                    "Bearer " + daemon.token() + "0", "Bearer " + daemon.token().substring(1)}) {
                assertEquals(403, daemon.json("POST", path, "", "If-Match", match, "Authorization", wrong).status());
            }
        }
        assertEquals("[]", offered());
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.home().resolve("token"))));
        String before = daemon.token();
        daemon.restart();
        assertEquals(before, daemon.token());
    }

    @Test
    void whatTheOwnerApprovedOnlyTheOwnerRemoves() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        approve();
        assertEquals(401, daemon.send("DELETE", "/services/mail", new byte[0]).status());
        assertEquals(403, daemon.send("DELETE", "/services/mail", new byte[0], "Authorization", "Bearer x").status());
        assertTrue(offered().contains("mail"), offered());
        assertEquals(200, daemon.asOwner("DELETE", "/services/mail", "", "2").status());
        assertEquals("[]", offered());
        assertEquals(202, daemon.announce(Manifests.yaml("mail", "1")).status());
        assertEquals(200, daemon.send("DELETE", "/services/mail", new byte[0]).status());
        assertEquals("[]", daemon.get("/services?status=pending").text());
    }

    @Test
    void aServiceThatWasThereBeforeTheOwnerWantedToSeeIsApprovedAsItIs() throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        String strict = Files.readString(profile);
        Files.writeString(profile, strict.replace("requires_approval: true", "requires_approval: false"));
        daemon.post("/reload");
        daemon.announce(Manifests.yaml("mail", "1"));
        Files.writeString(profile, strict);
        daemon.post("/reload");
        assertEquals(201, daemon.announce(Manifests.yaml("mail", "1")).status());
        assertEquals(202, daemon.announce(moved("1")).status());
        Files.writeString(profile, strict.replace("requires_approval: true", "requires_approval: false"));
        daemon.post("/reload");
        assertEquals(201, daemon.announce(moved("1")).status());
        assertEquals("[]", daemon.get("/services?status=pending").text());
    }

    @Test
    void anApprovedServiceDoesNotGoStaleWhileAChangeOfItsManifestWaits() throws Exception {
        daemon.close();
        TestClock clock = TestClock.somewhen();
        daemon = new RunningDaemon(folder, clock, "policy: {requires_approval: true}\n");
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.post("/discover/scan");
        approve();
        daemon.write("mail", moved("2"));
        daemon.post("/discover/scan");
        clock.advance(Duration.ofHours(1));
        assertEquals("0", daemon.post("/discover/scan").mapping().text("stale"));
        assertTrue(offered().contains("\"status\":\"registered\""), offered());
    }

    private void require(boolean approval) throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replace("requires_approval: " + !approval,
                "requires_approval: " + approval));
        daemon.post("/reload");
    }

    @Test
    void ofTwoWhoChangeWhatWaitsTheSlowerIsTold() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        assertEquals(202, daemon.json("PATCH", "/services/mail", "{\"a\":1}", "If-Match", "\"1\"").status());
        assertEquals(412, daemon.json("PATCH", "/services/mail", "{\"b\":1}", "If-Match", "\"1\"").status());
        daemon.asOwner("POST", "/services/mail/reject", "{}", digest());
        assertEquals(412, daemon.json("PATCH", "/services/mail", "{\"b\":1}", "If-Match", "\"2\"").status());
    }

    @Test
    void theGenerationOfWhatWaitedDoesNotGoBack() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        daemon.announce(moved("1"));
        daemon.send("DELETE", "/services/mail", new byte[0]);
        daemon.restart();
        assertEquals("3", daemon.announce(Manifests.yaml("mail", "1")).mapping().text("generation"));
    }

    @Test
    void noKeyOfAManifestEscapesTheOwner() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        approve();
        assertEquals(202, daemon.json("PATCH", "/services/mail", "{\"mods+\":[1]}").status());
    }

    @Test
    void whatWaitedIsTakenByTheNextScanOnceNothingNeedsToWait() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.post("/discover/scan");
        assertEquals("[]", offered());
        require(false);
        assertEquals("1", daemon.post("/discover/scan").mapping().text("registered"));
        assertTrue(offered().contains("mail"), offered());
        assertEquals("[]", daemon.get("/services?status=pending").text());
    }

    @Test
    void aProposalThatACrashLeftBehindDoesNotComeBack() throws Exception {
        Path pending = daemon.home().resolve("pending/mail.asmp.yaml");
        daemon.announce(Manifests.yaml("mail", "1"));
        byte[] left = Files.readAllBytes(pending);
        approve();
        Files.write(pending, left);
        daemon.restart();
        require(false);
        daemon.announce(moved("2"));
        require(true);
        daemon.restart();
        assertEquals("[]", daemon.get("/services?status=pending").text());
    }

    @Test
    void aTokenThatIsNoTextIsMadeAnew() throws Exception {
        Files.write(daemon.home().resolve("token"), new byte[]{(byte) 0xFF, 0, 'x'});
        daemon.restart();
        assertEquals(64, daemon.token().length());
    }
}
