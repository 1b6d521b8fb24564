package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The way from a manifest in a repository to an entry and back, through a running daemon. */
class ScanCycleTest {
    @TempDir
    private Path folder;
    /** Far enough ahead of the real clock that every file counts as left alone. */
    private final TestClock clock = new TestClock(Instant.parse("2100-01-01T00:00:00Z"));
    private RunningDaemon daemon;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, clock, "");
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    /** A scan's five numbers: scanned, registered, updated, skipped, stale. */
    private String scan() throws Exception {
        return numbers(daemon.post("/discover/scan").mapping());
    }

    private static String numbers(Mapping scan) {
        return String.join(" ", scan.text("scanned"), scan.text("registered"), scan.text("updated"),
                scan.text("skipped"), scan.text("stale"));
    }

    private String entry(String name) throws Exception {
        Mapping entry = daemon.get("/services/" + name).mapping();
        return String.join(" ", entry.text("sync"), entry.text("status"), entry.text("generation"));
    }

    private Map<String, FileTime> indexTimes() throws IOException {
        Map<String, FileTime> times = new TreeMap<>();
        try (Stream<Path> files = Files.list(daemon.home().resolve("services"))) {
            for (Path file : files.toList()) {
                times.put(file.getFileName().toString(), Files.getLastModifiedTime(file));
            }
        }
        return times;
    }

    @Test
    void aSecondScanOfTheSameReadsAndWritesNothing() throws Exception {
        for (int i = 0; i < 50; i++) {
            daemon.write("repo-" + i, i % 10 == 9 ? "broken: [" : Manifests.yaml("service-" + i, "1"));
        }
        assertEquals("45 45 0 5 0", scan());
        Map<String, FileTime> before = indexTimes();
        Mapping again = daemon.post("/discover/scan").mapping();
        assertEquals("45 0 45 5 0", numbers(again));
        assertEquals("0 0", again.text("read") + " " + again.text("parsed"));
        assertEquals(5, again.list("problems").size());
        assertEquals(before, indexTimes());
    }

    @Test
    void aRestartParsesNothingThatTheIndexKnows() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        daemon.restart();
        assertEquals("scan registered 1", entry("mail"));
        Mapping again = daemon.post("/discover/scan").mapping();
        assertEquals("1 0 1 0 0", numbers(again));
        assertEquals("0", again.text("parsed"));
    }

    @Test
    void aDeletedManifestIsStaleAtOnceAndBackWhenItIsBack() throws Exception {
        Path manifest = daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        Files.delete(manifest);
        assertEquals("0 0 0 0 1", scan());
        assertEquals("scan stale 2", entry("mail"));
        assertTrue(Files.exists(daemon.index("mail")));
        assertEquals("0 0 0 0 1", scan());
        assertEquals("scan stale 2", entry("mail"));
        daemon.write("mail", Manifests.yaml("mail", "1"));
        assertEquals("1 0 1 0 0", scan());
        assertEquals("scan registered 3", entry("mail"));
    }

    @Test
    void aDeletedRepositoryIsStaleAtOnceToo() throws Exception {
        Path manifest = daemon.write("deep/mail", Manifests.yaml("mail", "1"));
        scan();
        Files.delete(manifest);
        Files.delete(daemon.source().resolve("deep/mail"));
        Files.delete(daemon.source().resolve("deep"));
        assertEquals("0 0 0 0 1", scan());
    }

    @Test
    void whenTheScanPathIsGoneAnEntryWaitsForItsTime() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        Path away = daemon.source().resolveSibling("away");
        Files.move(daemon.source(), away);
        clock.advance(Duration.ofSeconds(899));
        assertEquals("0 0 0 0 0", scan());
        assertEquals("scan registered 1", entry("mail"));
        daemon.restart();
        assertEquals("scan registered 1", entry("mail"));
        clock.advance(Duration.ofSeconds(1));
        assertEquals("0 0 0 0 1", scan());
        assertEquals("scan stale 2", entry("mail"));
        Files.move(away, daemon.source());
        assertEquals("1 0 1 0 0", scan());
        assertEquals("scan registered 3", entry("mail"));
    }

    @Test
    void aManifestThatBreaksKeepsItsLastGoodStateForAWhile() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        daemon.write("mail", "name: [");
        assertEquals("0 0 0 1 0", scan());
        assertEquals("scan registered 1", entry("mail"));
        clock.advance(Duration.ofMinutes(15));
        assertEquals("0 0 0 1 1", scan());
    }

    @Test
    void aManifestThatChangesItsNameLeavesTheOldOneStale() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        daemon.write("mail", Manifests.yaml("post", "1"));
        assertEquals("1 1 0 0 1", scan());
        assertEquals("scan stale 2", entry("mail"));
        assertEquals("scan registered 1", entry("post"));
    }

    @Test
    void aManifestThatChangesItsNameKeepsItsPort() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        daemon.write("mail", Manifests.yaml("mail", "1").replace("name: mail", "name: post"));
        assertEquals("1 1 0 0 1", scan());
    }

    @Test
    void whoIsRegisteredKeepsItsNameElseTheFirstPathHasIt() throws Exception {
        daemon.write("b", Manifests.yaml("mail", "b"));
        daemon.write("c", Manifests.yaml("mail", "c"));
        assertEquals("1 1 0 1 0", scan());
        daemon.write("a", Manifests.yaml("mail", "a"));
        Mapping scan = daemon.post("/discover/scan").mapping();
        assertEquals("1 0 1 2 0", numbers(scan));
        assertEquals("b", daemon.get("/services/mail").mapping().text("version"));
        Mapping conflict = (Mapping) scan.list("conflicts").getFirst();
        assertEquals("mail", conflict.text("name"));
        assertEquals(daemon.source().resolve("b/asmp.yaml").toString(), conflict.text("kept"));
        assertEquals(daemon.source().resolve("a/asmp.yaml").toString(), conflict.text("ignored"));
        Files.delete(daemon.source().resolve("b/asmp.yaml"));
        assertEquals("1 1 0 1 0", scan());
        assertEquals("a", daemon.get("/services/mail").mapping().text("version"));
        long told = daemon.log().lines().filter(line -> line.contains("conflict: 'mail' stays with "
                + daemon.source().resolve("b/asmp.yaml") + ", ignored " + daemon.source().resolve("c"))).count();
        assertEquals(1, told, daemon.log());
    }

    @Test
    void theManifestAtTheRootTakesOverFromTheOneInInfra() throws Exception {
        Path infra = daemon.write("mail/infra", Manifests.yaml("mail", "infra"));
        assertEquals("1 1 0 0 0", scan());
        daemon.write("mail", Manifests.yaml("mail", "root"));
        assertEquals("1 1 0 0 0", scan());
        assertEquals("root", daemon.get("/services/mail").mapping().text("version"));
        assertTrue(Files.exists(infra));
    }

    @Test
    void announcesCountAndAChangedSourceWinsAfterThem() throws Exception {
        Path manifest = daemon.write("mail", Manifests.yaml("mail", "1"));
        for (int generation = 1; generation <= 3; generation++) {
            assertEquals(Integer.toString(generation),
                    daemon.announce(Files.readString(manifest)).mapping().text("generation"));
        }
        daemon.restart(); // scans at its start
        assertEquals("announce registered 3", entry("mail"));
        assertEquals("4", daemon.announce(Files.readString(manifest)).mapping().text("generation"));
        Files.setLastModifiedTime(manifest, FileTime.from(Instant.now()));
        scan();
        assertEquals("announce registered 4", entry("mail"));
        daemon.write("mail", Manifests.yaml("mail", "22"));
        scan();
        assertEquals("scan registered 5", entry("mail"));
        assertEquals("22", daemon.get("/services/mail").mapping().text("version"));
    }

    @Test
    void anAnnounceOfOtherEndpointsIsLogged() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        daemon.announce(Manifests.yaml("mail", "1").replace("7100", "7199"));
        assertTrue(daemon.log().contains("announced endpoints differ from the manifest: mail"), daemon.log());
        Mapping entry = daemon.get("/services/mail").mapping();
        assertEquals(daemon.source().resolve("mail/asmp.yaml").toString(), entry.text("source"));
    }

    @Test
    void anAnnounceThatRunsOutGivesWayToTheManifestOrGoesStale() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        announceFor("mail", "2");
        announceFor("fax", "2");
        setForward(Duration.ofMinutes(1));
        daemon.awaitUntil(() -> entry("fax").equals("announce stale 2") && entry("mail").equals("scan registered 3"));
        assertEquals("1", daemon.get("/services/mail").mapping().text("version"));
        assertEquals("scan registered 3", entry("mail"));
    }

    /** Sets the clock; the alarm, which waits in real time, plans again with the next batch of the writer. */
    private void setForward(Duration duration) throws Exception {
        clock.advance(duration);
        daemon.post("/reload");
    }

    private void announceFor(String name, String version) throws Exception {
        assertEquals(201, daemon.send("POST", "/services/announce?ttl=1m", Manifests.bytes(name, version),
                "Content-Type", "application/yaml").status());
    }

    @Test
    void anIndexFileRemovedByHandIsRegisteredAgain() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        Files.delete(daemon.index("mail"));
        daemon.post("/reload");
        assertEquals(404, daemon.get("/services/mail").status());
        assertEquals("1 1 0 0 0", scan());
        assertEquals("scan registered 2", entry("mail"));
    }

    @Test
    void itIsRegisteredAgainByTheNextScanWithoutAReload() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        Files.delete(daemon.index("mail"));
        scan();
        assertTrue(Files.exists(daemon.index("mail")));
        assertEquals("scan registered 2", entry("mail"));
    }

    @Test
    void theManifestInInfraTakesOverWhenTheOneAtTheRootBreaks() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "root"));
        daemon.write("mail/infra", Manifests.yaml("mail", "infra"));
        assertEquals("1 1 0 0 0", scan());
        daemon.write("mail", "name: [");
        assertEquals("1 1 0 1 0", scan());
        assertEquals("infra", daemon.get("/services/mail").mapping().text("version"));
    }

    @Test
    void anIndexFileThatPointsNowhereSpoilsNoScan() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        Files.writeString(daemon.index("odd"),
                Manifests.yaml("odd", "1")
                        + "source: \"/a\\0b\"\nsync: scan\nlast_seen: +1000000000-12-31T23:59:59Z\n");
        assertEquals(200, daemon.post("/reload").status());
        assertEquals("1 1 0 0 0", scan());
        daemon.restart();
        assertEquals("register registered 1", entry("odd"));
    }

    @Test
    void aNewNameOfTheHostIsInEveryEntryAfterAReload() throws Exception {
        daemon.announce(Manifests.yaml("mail", "1"));
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile).replace("test-box", "renamed"));
        daemon.post("/reload");
        assertEquals("renamed", daemon.get("/services/mail").mapping().text("host"));
        assertTrue(daemon.get("/services?host=renamed").text().contains("\"name\":\"mail\""));
    }

    @Test
    void oneBadManifestNeverKeepsOutAnother() throws Exception {
        daemon.write("a", Manifests.yaml("a", "1").replace("provides: [a.use]", "[a]"));
        daemon.write("b", Manifests.yaml("b", "1").replace("[b.use]", "b.use"));
        daemon.write("c", Manifests.yaml("c", "1").replace("[c.use]", "[1, 2]"));
        daemon.write("d", Manifests.yaml("D", "1"));
        daemon.announce(Manifests.yaml("d", "1"));
        Files.createDirectories(daemon.source().resolve("e/asmp.yaml"));
        daemon.write("good", Manifests.yaml("good", "1"));
        Mapping scan = daemon.post("/discover/scan").mapping();
        assertEquals("1 1 0 5 0", numbers(scan), scan.toString());
        assertTrue(scan.toString().contains("differs only in case from the registered 'd'"), scan.toString());
    }

    @Test
    void aSeenServiceSaysWhenItWasLastSeen() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        clock.advance(Duration.ofMinutes(5));
        scan();
        assertEquals("2100-01-01T00:05:00.000Z", daemon.get("/services/mail").mapping().text("last_seen"));
        assertFalse(Files.readString(daemon.index("mail")).contains("00:05:00"));
    }

    @Test
    void anAnnounceThatRunsOutIsStaleWhereItsManifestMayNotTakeOver() throws Exception {
        daemon.close();
        daemon = new RunningDaemon(folder, clock, "policy: {unique_ports: true}\n");
        daemon.write("mail", Manifests.yaml("mail", "1"));
        scan();
        daemon.send("POST", "/services/announce?ttl=5m",
                Manifests.yaml("mail", "2").replace("7100", "7199").getBytes(StandardCharsets.UTF_8), "Content-Type",
                "application/yaml");
        String post = Manifests.yaml("post", "1").replace(Integer.toString(Manifests.port("post")), "7100");
        assertEquals(201, daemon.announce(post).status());
        Path profile = daemon.home().resolve("host.yaml");
        Files.writeString(profile, Files.readString(profile) + "policy: {unique_ports: true}\n");
        setForward(Duration.ofMinutes(6));
        daemon.awaitUntil(() -> entry("mail").startsWith("announce stale"));
        assertTrue(daemon.post("/discover/scan").text().contains("port 7100 is declared"));
        assertTrue(entry("mail").startsWith("announce stale"), entry("mail"));
    }
}
