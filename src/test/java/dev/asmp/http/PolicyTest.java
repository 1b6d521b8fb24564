package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the owner's policy keeps out, from agents and from the scan alike. */
class PolicyTest {
    @TempDir
    private Path folder;

    private RunningDaemon daemon(String policy) throws Exception {
        return new RunningDaemon(folder, TestClock.somewhen(), "policy: " + policy + "\n");
    }

    @Test
    void programsMayBeForbiddenToRegisterWhileTheScanGoesOn() throws Exception {
        try (RunningDaemon daemon = daemon("{agent_can_register: false}")) {
            RunningDaemon.Reply reply = daemon.announce(Manifests.yaml("mail", "1"));
            assertEquals(403, reply.status());
            assertTrue(reply.error().contains("policy.agent_can_register"), reply.text());
            daemon.write("mail", Manifests.yaml("mail", "1"));
            assertEquals("1", daemon.post("/discover/scan").mapping().text("registered"));
        }
    }

    @Test
    void aNewNameBeyondTheLimitIsAConflictAndAKnownOneIsNot() throws Exception {
        try (RunningDaemon daemon = daemon("{max_services: 1}")) {
            assertEquals(201, daemon.announce(Manifests.yaml("mail", "1")).status());
            assertEquals(201, daemon.announce(Manifests.yaml("mail", "2")).status());
            assertEquals(409, daemon.announce(Manifests.yaml("fax", "1")).status());
            daemon.write("fax", Manifests.yaml("fax", "1"));
            Mapping scan = daemon.post("/discover/scan").mapping();
            assertEquals("1", scan.text("skipped"));
            assertTrue(scan.list("problems").toString().contains("at most 1 are allowed"), scan.toString());
        }
    }

    @Test
    void aPortOutsideTheAllowedOnesIsNamedWithThem() throws Exception {
        try (RunningDaemon daemon = daemon("{allowed_ports: [80, 8000-8999]}")) {
            RunningDaemon.Reply reply = daemon.announce(Manifests.yaml("mail", "1"));
            assertEquals(400, reply.status());
            assertTrue(reply.error().contains("port 7100") && reply.error().contains("80, 8000-8999"), reply.text());
            assertEquals(201, daemon.announce(Manifests.yaml("mail", "1").replace("7100", "8100")).status());
            assertEquals(201, daemon.announce(Manifests.yaml("far", "1").replace("127.0.0.1", "10.0.0.1")).status());
        }
    }

    @Test
    void aPortOfAnotherServiceIsAWarningInTheAnswerAndTheLog() throws Exception {
        try (RunningDaemon daemon = daemon("{}")) {
            assertEquals(null, daemon.announce(Manifests.yaml("mail", "1")).mapping().get("warnings"));
            RunningDaemon.Reply shared = daemon.announce(faxOnThePortOfMail());
            assertEquals(201, shared.status());
            assertEquals(List.of("port 7100 is also declared by 'mail'"), shared.mapping().texts("warnings"));
            assertTrue(daemon.log().contains("fax: port 7100 is also declared by 'mail'"), daemon.log());
            daemon.write("post", Manifests.yaml("post", "1").replace("port: " + Manifests.port("post"), "port: 7100"));
            Mapping scan = daemon.post("/discover/scan").mapping();
            assertEquals("1 0", scan.text("registered") + " " + scan.text("skipped"), scan.toString());
            assertEquals(List.of("port 7100 is also declared by 'fax' and 1 more"),
                    daemon.announce(Manifests.yaml("mail", "2")).mapping().texts("warnings"));
            assertEquals(null, daemon.announce(faxOnThePortOfMail().replace("127.0.0.1", "10.0.0.1")).mapping()
                    .get("warnings"));
        }
    }

    @Test
    void theFirstOfTwoServicesWithOnePortIsNamedAlsoAfterRenewalsAndARestart() throws Exception {
        TestClock clock = TestClock.somewhen();
        try (RunningDaemon daemon = new RunningDaemon(folder, clock, "")) {
            String mailCame = Timestamps.format(clock.instant());
            daemon.announce(Manifests.yaml("mail", "1"));
            clock.advance(Duration.ofSeconds(1));
            String faxCame = Timestamps.format(clock.instant());
            List<String> first = List.of("port 7100 is also declared by 'mail' (which came first, " + mailCame + ")");
            assertEquals(first, daemon.announce(faxOnThePortOfMail()).mapping().texts("warnings"));
            clock.advance(Duration.ofSeconds(1));
            List<String> later = List.of("port 7100 is also declared by 'fax' (which came later, " + faxCame + ")");
            assertEquals(later, daemon.announce(Manifests.yaml("mail", "2")).mapping().texts("warnings"));
            for (int start = 0; start < 2; start++) {
                assertEquals(List.of("port 7100 is declared by mail (first), fax"),
                        daemon.get("/status").mapping().texts("warnings"));
                daemon.restart();
                Files.deleteIfExists(daemon.home().resolve("snapshot.bin"));
            }
            daemon.restart();
            assertEquals(later, daemon.announce(Manifests.yaml("mail", "2")).mapping().texts("warnings"));
        }
    }

    private static String faxOnThePortOfMail() {
        return Manifests.yaml("fax", "1").replace("port: " + Manifests.port("fax"), "port: 7100");
    }

    @Test
    void withUniquePortsTwoServicesCannotDeclareOnePortOfThisHost() throws Exception {
        try (RunningDaemon daemon = daemon("{unique_ports: true}")) {
            daemon.announce(Manifests.yaml("mail", "1"));
            String fax = faxOnThePortOfMail();
            RunningDaemon.Reply clash = daemon.announce(fax);
            assertEquals(409, clash.status());
            assertTrue(clash.error().contains("port 7100") && clash.error().contains("'mail'"), clash.text());
            daemon.write("fax", fax);
            Mapping scan = daemon.post("/discover/scan").mapping();
            assertEquals("1", scan.text("skipped"));
            assertTrue(scan.list("problems").toString().contains("port 7100"), scan.toString());
            assertEquals(201, daemon.announce(fax.replace("127.0.0.1", "10.0.0.1")).status());
        }
    }

    @Test
    void aStaleServiceHoldsNoPortAndIsNotLetBackBesideTheOneThatTookIt() throws Exception {
        TestClock clock = TestClock.somewhen();
        try (RunningDaemon daemon = new RunningDaemon(folder, clock, "policy: {unique_ports: true}\n")) {
            daemon.write("mail", Manifests.yaml("mail", "1"));
            daemon.post("/discover/scan");
            Path manifest = daemon.source().resolve("mail/asmp.yaml");
            Files.delete(manifest);
            assertEquals("1", daemon.post("/discover/scan").mapping().text("stale"));
            String fax = Manifests.yaml("fax", "1").replace("port: " + Manifests.port("fax"), "port: 7100");
            assertEquals(201, daemon.announce(fax).status());
            daemon.write("mail", Manifests.yaml("mail", "1"));
            assertEquals("1", daemon.post("/discover/scan").mapping().text("skipped"));
            assertEquals("stale", daemon.get("/services/mail").mapping().text("status"));
        }
    }

    @Test
    void aSensitivityThatIsNotDeclaredIsFilledIntoTheEntryOnly() throws Exception {
        try (RunningDaemon daemon = daemon("{data_sensitivity_default: high}")) {
            String yaml = Manifests.yaml("mail", "1");
            Path source = daemon.write("mail", yaml);
            daemon.write("fax", Manifests.yaml("fax", "1") + "data: {sensitivity: low, stores: [faxes]}\n");
            daemon.post("/discover/scan");
            assertEquals("high", daemon.get("/services/mail").mapping().mapping("data").text("sensitivity"));
            assertEquals("low", daemon.get("/services/fax").mapping().mapping("data").text("sensitivity"));
            assertEquals(yaml, Files.readString(source));
            daemon.restart();
            Mapping again = daemon.post("/discover/scan").mapping();
            assertEquals("2", again.text("updated"));
            assertEquals("1", daemon.get("/services/mail").mapping().text("generation"));
        }
    }
}
