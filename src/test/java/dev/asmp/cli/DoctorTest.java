package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.cli.Asmp.Run;
import dev.asmp.document.Json;
import dev.asmp.document.Sequence;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DoctorTest {
    @TempDir
    private Path folder;
    private RunningDaemon daemon;
    private Asmp asmp;

    @BeforeEach
    void start() throws Exception {
        daemon = new RunningDaemon(folder, TestClock.somewhen(), "");
        asmp = new Asmp(folder);
    }

    @AfterEach
    void stop() {
        daemon.close();
    }

    private static String shown(Run run) {
        return run.out() + run.err();
    }

    @Test
    void aHealthyMachineHasNoErrorAndAMissingUnitIsAHint() throws Exception {
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.post("/discover/scan");
        Run run = asmp.run("doctor");
        assertEquals(0, run.status(), shown(run));
        assertTrue(run.out().contains("hint    unit"), run.out());
        assertTrue(run.out().contains("ok      needs     everything that services require is provided"), run.out());
        assertTrue(run.out().contains("ok      scan      the last one looked into"), run.out());
        assertFalse(run.out().contains("error   "), run.out());
    }

    @Test
    void eightFaultsAreNamedEachWithWhatToDo() throws Exception {
        Path profile = daemon.home().resolve("host.yaml");
        daemon.write("mail", Manifests.yaml("mail", "1"));
        daemon.write("wiki", Manifests.yaml("wiki", "1"));
        daemon.write("needy", "asmp: \"0.1\"\nkind: service\nname: needy\ndescription: d\n"
                + "capabilities: {provides: [a.b], requires: [fax.send]}\n");
        daemon.post("/discover/scan");
        Files.delete(daemon.source().resolve("wiki/asmp.yaml"));
        daemon.write("mail", "asmp: [");
        daemon.write("twin", Manifests.yaml("needy", "1"));
        Files.setPosixFilePermissions(daemon.home(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Files.setLastModifiedTime(daemon.home().resolve("last-scan.json"),
                FileTime.from(Instant.now().plus(Duration.ofDays(2))));
        daemon.post("/discover/scan");
        Files.setLastModifiedTime(daemon.home().resolve("last-scan.json"),
                FileTime.from(Instant.now().plus(Duration.ofDays(2))));
        Files.writeString(profile, Files.readString(profile).replace("discovery:", "scan_path: x\ndiscovery:")
                + "\nhealt: 1\n");
        Run run = asmp.run("doctor");
        assertTrue(run.out().contains("warning profile   " + profile), run.out());
        assertTrue(run.out().contains("warning rights    other users may read or write " + daemon.home()), run.out());
        assertTrue(run.out().contains("warning clock     "), run.out());
        assertTrue(run.out().contains("warning manifest  " + daemon.source().resolve("mail/asmp.yaml")), run.out());
        assertTrue(run.out().contains("warning manifest  'needy' is claimed by"), run.out());
        assertTrue(run.out().contains("services  1 of 3 are stale: wiki"), run.out());
        assertTrue(run.out().contains("warning needs     nothing provides 'fax.send', which needy needs"), run.out());
        assertTrue(run.out().contains("→ asmp validate '"), run.out());
        assertEquals(0, run.status(), "warnings are no errors");
        daemon.close();
        Run down = asmp.run("doctor");
        assertEquals(1, down.status());
        assertTrue(down.out().contains("error   registry  no registry answers"), down.out());
    }

    @Test
    void aClientThatStartsWhatIsNotThereAndOneWithBrokenSettingsAreTold() throws IOException {
        Path home = Files.createDirectories(daemon.home().resolve("user"));
        Files.createDirectories(home.resolve(".cursor"));
        Files.writeString(home.resolve(".cursor/mcp.json"),
                "{\"mcpServers\": {\"asmp\": {\"command\": \"/gone/asmp\"}}}");
        Files.writeString(home.resolve(".claude.json"), "{ broken");
        Run run = asmp.with("HOME", home.toString()).run("doctor");
        assertTrue(run.out().contains("warning agents    Cursor starts /gone/asmp, which is not there"), run.out());
        assertTrue(run.out().contains("asmp mcp install cursor --write"), run.out());
        assertTrue(run.out().contains(home.resolve(".claude.json") + " is no valid JSON"), run.out());
    }

    @Test
    void aProfileOrTokenThatOthersCanChangeOrReadIsTold() throws IOException {
        Path profile = daemon.home().resolve("host.yaml");
        Path token = daemon.home().resolve("token");
        Files.setPosixFilePermissions(profile, PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r-----"));
        Run run = asmp.run("doctor", "--fix");
        assertTrue(run.out().contains("mended: other users may read or write " + profile), run.out());
        assertEquals("rw-r--r--", PosixFilePermissions.toString(Files.getPosixFilePermissions(profile)));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(token)));
    }

    @Test
    void fixTakesRightsFromOthersAndDoesNothingElse() throws IOException {
        Files.setPosixFilePermissions(daemon.home(), PosixFilePermissions.fromString("rwxr-xr-x"));
        Run run = asmp.run("doctor", "--fix");
        assertTrue(run.out().contains("ok      rights    mended: other users may read or write " + daemon.home()),
                run.out());
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(daemon.home()))
                .replace("rwxr-x---", "rwx------"));
    }

    @Test
    void asJsonItIsAList() {
        Run run = asmp.run("doctor", "--json");
        Sequence findings = (Sequence) Json.read(run.out().getBytes(StandardCharsets.UTF_8));
        assertTrue(findings.items().size() > 5, run.out());
    }
}
