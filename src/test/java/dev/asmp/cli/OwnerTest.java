package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.cli.Asmp.Run;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an owner looks at and decides. */
class OwnerTest {
    @TempDir
    private Path folder;
    private RunningDaemon daemon;
    private Asmp asmp;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "policy: {requires_approval: true}\n");
        asmp = new Asmp(folder);
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    @Test
    void theStatusIsOneScreenAndZeroWhereNothingNeedsAttention() {
        Run run = asmp.run("status");
        assertEquals(0, run.status(), run.out());
        assertTrue(run.out().startsWith("registry   " + daemon.url() + " on test-box, version "), run.out());
        assertTrue(run.out().contains("\nscans      " + daemon.source() + "\n"), run.out());
        assertTrue(run.out().contains("\nservices   0: 0 healthy, 0 unhealthy, 0 unchecked\n"), run.out());
        assertTrue(run.out().endsWith("nothing needs attention\n"), run.out());
    }

    @Test
    void theLinkToThePageWorksOnceAndIsOnlyPrintedWhereThereIsNoScreen() throws Exception {
        Run run = asmp.run("open", "--print");
        assertEquals(0, run.status(), run.err());
        assertTrue(run.out().startsWith(daemon.url() + "/#code="), run.out());
        String code = run.out().strip().substring(run.out().indexOf('=') + 1);
        assertEquals(201, daemon.json("POST", "/session", "{\"code\":\"" + code + "\"}").status());
        assertEquals(403, daemon.json("POST", "/session", "{\"code\":\"" + code + "\"}").status());
        assertTrue(asmp.run("open", "--json").out().contains(daemon.url() + "/#code="));
    }

    private void restartWith(String access) throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replaceFirst("(\"http://127.0.0.1:0\")(, tcp: [a-z]+)?",
                "$1, tcp: " + access));
        daemon.restart();
    }

    @Test
    void whereThePortIsForTheOwnerTheLinkBeginsASessionAndWithoutAPortItIsSaidWhatToDo() throws Exception {
        restartWith("token");
        Run run = asmp.run("open", "--print");
        assertEquals(0, run.status(), run.err());
        String code = run.out().strip().substring(run.out().indexOf('=') + 1);
        String session = String.valueOf(
                daemon.json("POST", "/session", "{\"code\":\"" + code + "\"}").mapping().text("session"));
        assertEquals(401, daemon.get("/services").status());
        assertEquals(200, daemon.send("GET", "/services", new byte[0], "Authorization", "Bearer " + session).status());
        restartWith("off");
        Run refused = asmp.run("open");
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("registry.tcp is off") && refused.err().contains("tcp: token"),
                refused.err());
    }

    @Test
    void theStatusNamesWhatNeedsAttentionAndIsOne() throws Exception {
        Path broken = daemon.write("broken", "[");
        daemon.announce(Manifests.yaml("fax", "1", "fax.send"));
        asmp.run("todo", "copier");
        asmp.run("scan");
        Run run = asmp.run("status");
        assertEquals(1, run.status());
        assertTrue(run.out().contains("\npending    1: fax\n"), run.out());
        assertTrue(run.out().contains("\nnotes      1: copier\n"), run.out());
        String attention = run.out().substring(run.out().indexOf("needs attention:"));
        assertTrue(attention.contains("waits for your approval: fax") && attention.contains(broken.toString()),
                attention);
        Run json = asmp.run("status", "--json");
        assertEquals(1, json.status());
        Mapping status = (Mapping) Json.read(json.out().getBytes(StandardCharsets.UTF_8));
        assertEquals(2, status.texts("attention").size());
        assertEquals("", json.err());
    }

    @Test
    void openNotesAreListedPageByPage() throws Exception {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < 2_500; i++) {
            lines.append("{\"name\":\"note-").append(i).append("\",\"status\":\"todo\"}\n");
        }
        Files.writeString(daemon.home().resolve("discoveries.jsonl"), lines);
        Run listed = asmp.run("todos");
        assertEquals(2_500, listed.out().lines().filter(line -> line.startsWith("note-")).count());
        Run json = asmp.run("todos", "--json");
        assertEquals(2_500, ((Sequence) Json.read(json.out().getBytes(StandardCharsets.UTF_8))).items().size());
        daemon.close();
        Run offline = asmp.run("todos", "--json");
        assertEquals(2_500, ((Sequence) Json.read(offline.out().getBytes(StandardCharsets.UTF_8))).items().size());
    }

    @Test
    void everythingThatWaitsIsShownAndApprovedWithItsDigest() throws Exception {
        assertEquals("nothing waits for approval\n", asmp.run("approve", "--all").out());
        daemon.announce(Manifests.yaml("fax", "1", "fax.send"));
        daemon.announce(Manifests.yaml("mail", "1", "email.send"));
        Run unasked = asmp.run("approve", "--all");
        assertEquals(1, unasked.status());
        assertTrue(unasked.out().contains("asmp approve fax --digest ") && unasked.out().contains("mail (new"));
        assertEquals("asmp: nothing was changed: --yes is needed to approve these 2 without being asked\n",
                unasked.err());
        assertEquals("", asmp.run("list", "-1").out());
        Run approved = asmp.run("approve", "--all", "--yes");
        assertEquals(0, approved.status(), approved.err());
        assertTrue(approved.out().contains("approved: fax is registered on test-box, generation 2\n"), approved.out());
        assertEquals("fax\nmail\n", asmp.run("list", "-1").out());
    }

    @Test
    void oneThatWaitsIsApprovedByTheDigestOfWhatWasShown() throws Exception {
        daemon.announce(Manifests.yaml("fax", "1", "fax.send"));
        Run unseen = asmp.run("approve", "fax");
        assertEquals(1, unseen.status());
        assertTrue(unseen.out().startsWith("fax (new"), unseen.out());
        String command = unseen.err().strip().substring(unseen.err().indexOf("asmp approve fax --digest "));
        assertEquals("", asmp.run("list", "-1").out());
        daemon.announce(Manifests.yaml("fax", "2", "fax.send", "fax.read"));
        String digest = command.substring(command.lastIndexOf(' ') + 1);
        Run changed = asmp.run("approve", "fax", "--digest", digest);
        assertEquals(1, changed.status());
        assertTrue(changed.err().contains("look at it again: asmp pending"), changed.err());
        assertEquals(0, asmp.run("approve", "fax", "--yes").status());
        assertEquals("fax\n", asmp.run("list", "-1").out());
        Run none = asmp.run("approve", "fax");
        assertTrue(none.err().contains("'fax' is not waiting for approval"), none.err());
    }

    @Test
    void staleServicesAreRemovedTogether() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1", "email.send"));
        daemon.write("fax", Manifests.yaml("fax", "1", "fax.send"));
        asmp.run("scan");
        asmp.run("approve", "--all", "--yes");
        assertEquals("no service is stale\n", asmp.run("prune").out());
        Files.delete(daemon.source().resolve("mail/asmp.yaml"));
        asmp.run("scan");
        Run unasked = asmp.run("prune");
        assertEquals(1, unasked.status());
        assertTrue(unasked.out().contains("mail  stale") && !unasked.out().contains("fax"), unasked.out());
        assertTrue(asmp.run("prune", "--yes").out().endsWith("removed mail\n"));
        assertEquals("fax\n", asmp.run("list", "-1").out());
    }

    @Test
    void stoppingWithoutADaemonSaysSo() {
        Run run = new Asmp(folder.resolve("elsewhere")).run("stop");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("no daemon serves "), run.err());
    }

    @Test
    void anOlderDaemonIsCalledSoInOneLine() throws IOException {
        Run run = runBeside(404, "{\"error\":\"there is no /status here\"}", "status");
        assertEquals(new Run(1, "", "asmp: the registry does not know GET /status: it is older than this program;"
                + " restart the daemon\n"), run);
    }

    /** Runs a command against a registry that answers everything with this. */
    private Run runBeside(int status, String answer, String... command) throws IOException {
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            byte[] body = answer.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        other.start();
        try {
            return asmp.with("ASMP_REGISTRY_URL", "http://127.0.0.1:" + other.getAddress().getPort()).run(command);
        } finally {
            other.stop(0);
        }
    }

    @Test
    void anUpgradeIsComparedWithTheDaemonThatRuns() throws IOException {
        Run same = asmp.run("upgrade", "--check");
        assertEquals(0, same.status(), same::toString);
        assertTrue(same.out().startsWith("the daemon runs what is installed: asmp "), same.out());
        Run other = runBeside(200, "{\"version\":\"0.0.9\",\"commit\":\"abc\"}", "upgrade", "--check");
        assertEquals(1, other.status());
        assertTrue(other.out().startsWith("the daemon runs asmp 0.0.9 (commit abc); installed is asmp "), other.out());
        assertTrue(other.out().contains("systemctl --user restart asmp"), other.out());
        Run without = asmp.run("upgrade");
        assertEquals(2, without.status());
        assertTrue(without.err().contains("does not fetch newer versions"), without.err());
    }

    @Test
    void thePortOfAStartIsANumber() {
        Run run = asmp.run("serve", "--port", "x");
        assertEquals(2, run.status());
        assertFalse(run.err().isEmpty());
    }
}
