package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Mods: attached to a service that has what they need, found by what they add, and kept through all that happens to it. */
class ModsTest {
    private static final String FILTER = """
            {"name":"spam-filter","description":"keeps spam out","attaches_to":["email.read"],
             "capabilities":{"provides":["email.filter"],"requires":["email.read"]},"agent":"guard"}""";

    @TempDir
    private Path folder;

    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        announce("1", "email.read", "email.send");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private void announce(String version, String... provides) throws Exception {
        assertEquals(201, daemon.announce(Manifests.yaml("mail", version, provides)).status());
    }

    private RunningDaemon.Reply attach(String json) throws Exception {
        return daemon.json("POST", "/services/mail/mods", json);
    }

    private Mapping mod() throws Exception {
        return (Mapping) daemon.get("/services/mail").mapping().list("mods").getFirst();
    }

    private String found() throws Exception {
        return daemon.get("/capabilities?provides=email.filter").text();
    }

    @Test
    void anAttachedModIsShownAndFoundWithItsParent() throws Exception {
        RunningDaemon.Reply reply = attach(FILTER);
        assertEquals(201, reply.status(), reply.text());
        assertEquals("2", reply.mapping().text("generation"));
        assertEquals("attached", mod().text("state"));
        assertEquals("guard", mod().text("agent"));
        assertTrue(found().contains("\"name\":\"spam-filter\",\"parent\":\"mail\""), found());
        assertTrue(daemon.get("/capabilities").text().contains("email.filter"));
        assertEquals("2", attach(FILTER).mapping().text("generation"));
    }

    @Test
    void itStaysWhenItsParentIsAnnouncedScannedOrRestarted() throws Exception {
        attach(FILTER);
        announce("2", "email.read");
        assertEquals("attached", mod().text("state"));
        daemon.write("mail", Manifests.yaml("mail", "3", "email.read"));
        daemon.post("/discover/scan");
        daemon.write("mail", Manifests.yaml("mail", "4", "email.read"));
        daemon.post("/discover/scan");
        assertEquals("4", daemon.get("/services/mail").mapping().text("version"));
        assertEquals("attached", mod().text("state"));
        daemon.restart();
        assertTrue(found().contains("spam-filter"), found());
        assertEquals("4", daemon.get("/services/mail").mapping().text("generation"));
    }

    @Test
    void itIsDisabledWhileItsParentLacksWhatItNeedsAndSaysSo() throws Exception {
        attach(FILTER);
        announce("2", "email.send");
        assertEquals("disabled", mod().text("state"));
        assertEquals("requires 'email.read', which mail does not provide", mod().text("reason"));
        assertEquals("[]", found());
        announce("3", "email.read");
        assertEquals("attached", mod().text("state"));
        assertTrue(found().contains("spam-filter"), found());
    }

    @Test
    void detachingChangesNothingElse() throws Exception {
        String before = daemon.get("/services/mail").mapping().without(List.of("generation")).toString();
        attach(FILTER);
        RunningDaemon.Reply reply = daemon.send("DELETE", "/services/mail/mods/spam-filter", new byte[0]);
        assertEquals(200, reply.status(), reply.text());
        assertEquals(before,
                daemon.get("/services/mail").mapping().without(List.of("generation")).toString());
        assertEquals("[]", found());
        assertEquals(404, daemon.send("DELETE", "/services/mail/mods/spam-filter", new byte[0]).status());
    }

    @Test
    void theManifestsOwnModsAreKeptBesideAndAWholeEntryCanBePostedBack() throws Exception {
        assertEquals(201, daemon.announce(Manifests.yaml("mail", "2", "email.read")
                + "mods: [{name: own, state: available}]\n").status());
        attach(FILTER);
        assertEquals(2, daemon.get("/services/mail").mapping().list("mods").size());
        String whole = daemon.get("/services/mail").text();
        assertEquals(201, daemon.json("POST", "/services", whole).status());
        assertEquals(2, daemon.get("/services/mail").mapping().list("mods").size());
        daemon.send("DELETE", "/services/mail/mods/spam-filter", new byte[0]);
        assertEquals(1, daemon.get("/services/mail").mapping().list("mods").size());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "{\"name\":\"m\",\"capabilities\":{\"provides\":[\"a.b\"],\"requires\":[\"fax.send\"]}} | requires 'fax.send'",
            "{\"name\":\"m\",\"capabilities\":{\"provides\":[\"a.b\"]},\"attaches_to\":[\"fax.send\"]} | attaches to 'fax.send'",
            "{\"name\":\"m\",\"capabilities\":{\"provides\":[\"email.send\"]}} | provides already",
            "{\"name\":\"m\"} | capabilities.provides",
            "{\"name\":\"../m\",\"capabilities\":{\"provides\":[\"a.b\"]}} | name",
            "{\"capabilities\":{\"provides\":[\"a.b\"]}} | name: is required", "[] | a mod is a mapping",
            "{\"name\":\"m\",\"capabilities\":{\"provides\":\"a.b\"}} | must be a list",
            "{\"name\":\"m\",\"capabilities\":{\"provides\":[7]}} | must hold capabilities as text"})
    void aModThatDoesNotFitIsRefusedWithWhatIsMissing(String json, String reason) throws Exception {
        RunningDaemon.Reply reply = attach(json);
        assertEquals(400, reply.status(), reply.text());
        assertTrue(reply.error().contains(reason), reply.text());
        assertEquals("1", daemon.get("/services/mail").mapping().text("generation"));
    }

    @Test
    void aMissingParentIsNotFound() throws Exception {
        assertEquals(404, daemon.json("POST", "/services/nobody/mods", FILTER).status());
        assertEquals(404, daemon.send("DELETE", "/services/nobody/mods/x", new byte[0]).status());
    }
}
