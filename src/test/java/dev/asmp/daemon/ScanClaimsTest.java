package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names are registered while the scan goes on, and end with the same files as if it had waited. */
class ScanClaimsTest {
    /** Several groups of those that are claimed together. */
    private static final int MANY = 200;

    @TempDir
    private Path folder;
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

    private void restartWith(String policy) throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        String plain = Files.readString(profile).lines().filter(line -> !line.startsWith("policy:"))
                .reduce("", (all, line) -> all + line + "\n");
        Files.writeString(profile, plain + policy + "\n");
        daemon.restart();
    }

    private Mapping scan() throws Exception {
        return daemon.post("/discover/scan").mapping();
    }

    private static String numbers(Mapping scan) {
        return String.join(" ", scan.text("scanned"), scan.text("registered"), scan.text("updated"),
                scan.text("skipped"), scan.text("stale"));
    }

    private String of(String name, String key) throws Exception {
        return String.valueOf(daemon.get("/services/" + name).mapping().text(key));
    }

    private void writeMany() throws Exception {
        for (int i = 0; i < MANY; i++) {
            daemon.write("r%03d".formatted(i), Manifests.yaml("service-" + i, "1"));
        }
    }

    @Test
    void aNameKeepsItsFileHoweverLateThatIsFound() throws Exception {
        writeMany();
        daemon.write("r150-mail", Manifests.yaml("mail", "150"));
        assertEquals((MANY + 1) + " " + (MANY + 1) + " 0 0 0", numbers(scan()));
        daemon.write("r010-mail", Manifests.yaml("mail", "10"));
        daemon.write("r190-mail", Manifests.yaml("mail", "190"));
        assertEquals((MANY + 1) + " 0 " + (MANY + 1) + " 2 0", numbers(scan()));
        assertEquals("150 1", of("mail", "version") + " " + of("mail", "generation"));
        Files.delete(daemon.source().resolve("r150-mail/asmp.yaml"));
        assertEquals((MANY + 1) + " 1 " + MANY + " 1 0", numbers(scan()));
        assertEquals("10 2", of("mail", "version") + " " + of("mail", "generation"));
    }

    @Test
    void theFirstPathInStringOrderHasANewNameAlsoWhereAFileInInfraIsLookedAtEarlier() throws Exception {
        daemon.write("a", "broken: [");
        daemon.write("a/infra", Manifests.yaml("mail", "infra"));
        daemon.write("a/deep", Manifests.yaml("mail", "deep"));
        daemon.write("b/infra", Manifests.yaml("fax", "infra"));
        daemon.write("b/a", Manifests.yaml("fax", "a"));
        assertEquals("2 2 0 3 0", numbers(scan()));
        assertEquals("deep 1 a 1", of("mail", "version") + " " + of("mail", "generation") + " " + of("fax", "version")
                + " " + of("fax", "generation"));
    }

    @Test
    void aPortOfAServiceThatIsGoneIsFreeForANewOneInTheSameScan() throws Exception {
        restartWith("policy: {unique_ports: true}");
        Path mail = daemon.write("z", Manifests.yaml("mail", "1"));
        scan();
        Files.delete(mail);
        daemon.write("a", Manifests.yaml("mail", "1").replace("name: mail", "name: post"));
        assertEquals("1 1 0 0 1", numbers(scan()));
        daemon.write("b", Manifests.yaml("mail", "1").replace("name: mail", "name: late"));
        Mapping refused = scan();
        assertEquals("1 0 1 1 1", numbers(refused));
        assertTrue(refused.toString().contains("is declared by the service 'post' already"), refused.toString());
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void randomTreesEndAsTheRuleSays(int seed) throws Exception {
        Random random = new Random(seed);
        TreeMap<String, String> files = new TreeMap<>();
        TreeMap<String, String> holders = new TreeMap<>();
        for (int round = 0; round < 4; round++) {
            for (int i = 0; i < 60; i++) {
                String repository = "r" + random.nextInt(100) + List.of("", "/a", "-b", "/z").get(random.nextInt(4));
                Path file = daemon.source().resolve(repository).resolve("asmp.yaml");
                if (random.nextInt(3) == 0 && Files.deleteIfExists(file)) {
                    files.remove(file.toString());
                } else {
                    String name = "s" + random.nextInt(40);
                    daemon.write(repository, Manifests.yaml(name, "v" + random.nextInt(1_000)));
                    files.put(file.toString(), name);
                }
            }
            Mapping scan = scan();
            Map<String, String> expected = expected(files, holders);
            for (var winner : expected.entrySet()) {
                assertEquals(winner.getValue(), of(winner.getKey(), "source"), "round " + round);
                assertEquals("registered", of(winner.getKey(), "status"));
            }
            holders.putAll(expected);
            assertEquals(expected.size() + "", scan.text("scanned"));
            assertEquals(files.size() - expected.size() + "", scan.text("skipped"));
        }
    }

    private static Map<String, String> expected(Map<String, String> files, Map<String, String> holders) {
        TreeMap<String, String> winners = new TreeMap<>();
        files.forEach((file, name) -> {
            boolean holds = file.equals(holders.get(name));
            if (holds || !winners.containsKey(name)) {
                winners.put(name, file);
            }
        });
        return winners;
    }

    @Test
    void thousandsOfBrokenManifestsAreCountedAndTheFirstAreNamed() throws Exception {
        for (int i = 0; i < 1_500; i++) {
            daemon.write("r" + i, "broken: [");
        }
        daemon.write("zz", Manifests.yaml("mail", "1"));
        Mapping scan = scan();
        assertEquals("1 1 0 1500 0", numbers(scan));
        assertEquals("1000 500", scan.list("problems").size() + " " + scan.text("more"));
        assertEquals("1 0 1 1500 0", numbers(scan()));
    }

    @Test
    void aPinnedFileHasItsNameAlsoAfterAnotherOne() throws Exception {
        daemon.write("a", Manifests.yaml("mail", "squatter"));
        scan();
        Path real = daemon.write("b", Manifests.yaml("mail", "real"));
        Mapping conflict = (Mapping) scan().list("conflicts").getFirst();
        assertEquals("2100-01-01T00:00:00.000Z", conflict.text("since"));
        assertTrue(daemon.log().contains("ignored " + real + " (registered as it is since 2100-01-01T00:00:00.000Z);"
                + " policy.pin in host.yaml can decide otherwise"), daemon.log());
        restartWith("policy: {pin: {mail: " + real + "}}");
        assertEquals("real", of("mail", "version"));
        assertEquals(409, daemon.announce(Manifests.yaml("mail", "other").replace("mail.use", "other.use")).status());
        assertEquals(201, daemon.announce(Manifests.yaml("mail", "renewed")).status());
        Files.delete(real);
        assertEquals("0 0 0 1 0", numbers(scan()));
        daemon.write("b", Manifests.yaml("mail", "back"));
        scan();
        assertEquals("back", of("mail", "version"));
    }

    @Test
    void aPinnedFileTakesItsNameBackFromAProgramAndNoneCanClaimItBefore() throws Exception {
        assertEquals(201, daemon.announce(Manifests.yaml("mail", "squatter").replace("mail.use", "x.y")).status());
        Path real = daemon.source().resolve("b/asmp.yaml");
        restartWith("policy: {pin: {mail: " + real + ", fax: " + real.resolveSibling("fax.yaml") + "}}");
        assertEquals("mail " + real, "mail " + Files.writeString(Files.createDirectories(real.getParent())
                .resolve("asmp.yaml"), Manifests.yaml("mail", "real")));
        scan();
        assertEquals("real scan", of("mail", "version") + " " + of("mail", "sync"));
        RunningDaemon.Reply refused = daemon.announce(Manifests.yaml("fax", "1"));
        assertEquals("409 'fax' is pinned to " + real.resolveSibling("fax.yaml")
                + ", and nothing else may provide it (policy.pin)", refused.status() + " " + refused.error());
        assertEquals(List.of(), scan().list("problems"));
    }

    @Test
    void whatThePolicyKeepsOutIsParsedAgainOnlyWhenItChanges() throws Exception {
        restartWith("policy: {allowed_ports: [" + Manifests.port("mail") + "]}");
        daemon.write("a-mail", Manifests.yaml("mail", "1"));
        daemon.write("b-fax", Manifests.yaml("fax", "1").replace(String.valueOf(Manifests.port("fax")), "9"));
        Mapping first = scan();
        assertEquals("1 1 0 1 0, 2 parsed", numbers(first) + ", " + first.text("parsed") + " parsed");
        Mapping again = scan();
        assertEquals("1 0 1 1 0, 0 parsed", numbers(again) + ", " + again.text("parsed") + " parsed");
        assertTrue(again.list("problems").getFirst().toString().contains("port 9 is not among"), again.toString());
        daemon.write("b-fax", Manifests.yaml("fax", "2").replace(String.valueOf(Manifests.port("fax")), "9"));
        assertEquals("1 parsed", scanParsed());
        assertEquals("0 parsed", scanParsed());
    }

    private String scanParsed() throws Exception {
        return scan().text("parsed") + " parsed";
    }

    @Test
    void whatAnotherServiceKeepsOutIsLetInWhenThatIsGone() throws Exception {
        restartWith("policy: {unique_ports: true}");
        Path first = daemon.write("a-mail", Manifests.yaml("mail", "1"));
        daemon.write("b-fax", Manifests.yaml("fax", "1").replace(String.valueOf(Manifests.port("fax")),
                String.valueOf(Manifests.port("mail"))));
        assertEquals("1 1 0 1 0", numbers(scan()));
        assertEquals("0 parsed", scanParsed());
        Files.delete(first);
        assertEquals("1 1 0 0 1", numbers(scan()));
        assertEquals("registered", of("fax", "status"));
    }
}
