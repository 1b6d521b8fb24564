package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.Until;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Entry;
import dev.asmp.registry.Registry;
import dev.asmp.registry.RegistryClock;
import dev.asmp.scan.FolderWatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The index keeps in step with the manifests between the scans; here every tick is made by hand. */
class ManifestWatcherTest {
    /** The duration of every look, on the clock that this test makes up. */
    private static final Duration LOOK = Duration.ofMillis(300);
    private long nanos;

    @TempDir
    private Path temporary;
    private final ByteArrayOutputStream log = new ByteArrayOutputStream();
    private Log lines;
    private volatile Instant now = Instant.now().plusSeconds(3600);
    private volatile HostProfile profile;
    private Path source;
    private Registry registry;
    private ScanCycle scans;
    private ManifestWatcher watching;

    @BeforeEach
    void open() throws IOException {
        source = Files.createDirectory(temporary.toRealPath().resolve("src"));
        profile = profile("");
        lines = new Log(new PrintStream(log, true, StandardCharsets.UTF_8), () -> now, temporary);
        registry = new Registry(temporary.resolve("services"), Files.createDirectory(temporary.resolve("state")),
                new RegistryClock(() -> now, () -> nanos), () -> profile, Registries.budgets(),
                change -> lines.info(change.kind() + " " + change.entry().name()),
                lines::warn);
        scans = new ScanCycle(registry, () -> profile, () -> now, lines);
        watching = new ManifestWatcher(scans, () -> profile, lines, () -> nanos += LOOK.toNanos());
    }

    @AfterEach
    void close() {
        watching.close();
        registry.close();
    }

    private HostProfile profile(String more) {
        return HostProfile.of(
                Yaml.read("host_id: box\ndevice_class: vm\ndiscovery: {scan_paths: ['" + source + "']}\n" + more),
                new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()));
    }

    private HostProfile withoutWatch() {
        return HostProfile.of(
                Yaml.read("host_id: box\ndevice_class: vm\ndiscovery: {watch: false, scan_paths: ['" + source + "']}"),
                new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()));
    }

    private void begin() {
        scans.scan();
        watching.look();
        settle();
    }

    private Path write(String folder, String text) throws IOException {
        return Files.writeString(Files.createDirectories(source.resolve(folder)).resolve("asmp.yaml"), text);
    }

    private void tickUntil(BooleanSupplier condition) {
        Until.holds(condition::getAsBoolean, watching::look, () -> "the log says:\n" + log());
    }

    /** Makes sure that what happened until now has been noticed and looked at. */
    private void settle() {
        try {
            write("zz-last", Manifests.yaml("last", "1"));
            tickUntil(() -> says("last").startsWith("registered"));
            Files.delete(source.resolve("zz-last/asmp.yaml"));
            Files.delete(source.resolve("zz-last"));
            tickUntil(() -> says("last").startsWith("stale"));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private String log() {
        lines.flush(Duration.ofSeconds(10));
        return log.toString(StandardCharsets.UTF_8);
    }

    private long told(String part) {
        return log().lines().filter(line -> line.contains(part)).count();
    }

    /** The status and version of an entry, and where below the scan path it comes from. */
    private String says(String name) {
        Entry entry = registry.catalog().find(name);
        if (entry == null) {
            return "none";
        }
        Path file = Path.of(Objects.requireNonNullElse(entry.state().source(), "/"));
        return entry.state().status().word() + " " + entry.manifest().document().text("version") + " "
                + source.relativize(file);
    }

    @Test
    void whatAppearsChangesAndGoesIsInTheIndexAndTheNextScanParsesNothing() throws IOException {
        begin();
        write("team/mail", Manifests.yaml("mail", "1"));
        tickUntil(() -> says("mail").equals("registered 1 team/mail/asmp.yaml"));
        write("team/mail", Manifests.yaml("mail", "2"));
        tickUntil(() -> says("mail").equals("registered 2 team/mail/asmp.yaml"));
        ScanOutcome scan = scans.scan();
        assertEquals("1 0 1 0 0", scan.scanned() + " " + scan.registered() + " " + scan.updated() + " " + scan.skipped()
                + " " + scan.effort().parsed());
        Files.move(source.resolve("team"), temporary.resolve("away"));
        tickUntil(() -> says("mail").startsWith("stale 2"));
        Files.move(temporary.resolve("away"), source.resolve("crew"));
        tickUntil(() -> says("mail").equals("registered 2 crew/mail/asmp.yaml"));
        assertEquals(1, told("watches 1 folder for manifests"), log());
    }

    @Test
    void whoIsRegisteredKeepsItsNameUntilItsFileGoes() throws IOException {
        begin();
        write("b", Manifests.yaml("mail", "b"));
        tickUntil(() -> says("mail").equals("registered b b/asmp.yaml"));
        write("a", Manifests.yaml("mail", "a"));
        write("c", Manifests.yaml("mail", "c"));
        settle();
        assertEquals("registered b b/asmp.yaml", says("mail"));
        assertEquals(1, told("conflict: 'mail' stays with " + source.resolve("b/asmp.yaml") + ", ignored "
                + source.resolve("a/asmp.yaml")), log());
        Files.delete(source.resolve("b/asmp.yaml"));
        tickUntil(() -> says("mail").equals("registered a a/asmp.yaml"));
        settle();
        assertEquals(1, told("conflict: 'mail' stays with " + source.resolve("a/asmp.yaml")), log());
        assertEquals(0, told("STALE mail"), log());
    }

    @Test
    void aManifestThatChangesItsNameFreesItsPortAtOnce() throws IOException {
        begin();
        write("mail", Manifests.yaml("mail", "1"));
        tickUntil(() -> says("mail").startsWith("registered"));
        write("mail", Manifests.yaml("mail", "2").replace("name: mail", "name: post"));
        tickUntil(() -> says("post").equals("registered 2 mail/asmp.yaml"));
        assertTrue(says("mail").startsWith("stale"));
        assertEquals(0, told("skipped"), log());
    }

    @Test
    void theManifestAtTheRootAndTheOneInInfraGiveWayToEachOther() throws IOException {
        begin();
        write("mail/infra", Manifests.yaml("mail", "infra"));
        tickUntil(() -> says("mail").equals("registered infra mail/infra/asmp.yaml"));
        Path own = write("mail", Manifests.yaml("mail", "own"));
        tickUntil(() -> says("mail").equals("registered own mail/asmp.yaml"));
        Files.delete(own);
        tickUntil(() -> says("mail").equals("registered infra mail/infra/asmp.yaml"));
        assertEquals(0, told("conflict"), log());
    }

    @Test
    void aHalfWrittenFileMakesNoNoise() throws IOException {
        begin();
        Path file = write("mail", Manifests.yaml("mail", "1"));
        tickUntil(() -> says("mail").startsWith("registered 1"));
        Files.writeString(file, "");
        watching.look();
        Files.writeString(file, Manifests.yaml("mail", "2"));
        tickUntil(() -> says("mail").startsWith("registered 2"));
        assertEquals(0, told("warn"), log());
    }

    @Test
    void aBrokenFileIsToldOnceKeepsItsLastGoodStateAndIsTakenWhenItIsRightAgain() throws IOException {
        begin();
        Path file = write("mail", Manifests.yaml("mail", "1"));
        tickUntil(() -> says("mail").startsWith("registered 1"));
        now = now.plus(Duration.ofHours(2)); // longer than stale_after since the last scan
        for (int i = 1; i <= 2; i++) {
            Files.writeString(file, "name: [" + " ".repeat(i));
            int times = i;
            tickUntil(() -> told("skipped " + file) == times);
            Files.setLastModifiedTime(file, Files.getLastModifiedTime(source));
            settle();
            assertEquals(i, told("skipped " + file), log());
            assertEquals("registered " + i + " mail/asmp.yaml", says("mail"));
            Files.writeString(file, Manifests.yaml("mail", "" + (i + 1)));
            tickUntil(() -> says("mail").startsWith("registered " + (times + 1)));
        }
    }

    @Test
    void policyHoldsAsInAScan() throws IOException {
        profile = profile("policy: {allowed_ports: [80]}\n");
        scans.scan();
        watching.look();
        write("mail", Manifests.yaml("mail", "1"));
        tickUntil(() -> told("skipped " + source.resolve("mail/asmp.yaml")) == 1);
        assertTrue(log().contains("port 7100"), log());
        assertEquals("none", says("mail"));
        write("mail", Manifests.yaml("mail", "1").replace("7100", "80"));
        tickUntil(() -> says("mail").startsWith("registered 1"));
    }

    @Test
    void itCanBeTurnedOffAndOn() throws IOException {
        begin();
        profile = withoutWatch();
        watching.look();
        write("mail", Manifests.yaml("mail", "1"));
        for (int i = 0; i < 10; i++) {
            watching.look();
        }
        assertEquals("none", says("mail"));
        profile = profile("");
        watching.look();
        assertTrue(says("mail").startsWith("registered 1"));
        write("mail", Manifests.yaml("mail", "2"));
        tickUntil(() -> says("mail").startsWith("registered 2"));
        assertEquals(1, told("watches 2 folders for manifests"), log());
    }

    @Test
    void itRestsTwiceAsLongAsALookTookAndOneTickAfterNone() throws IOException {
        assertEquals(Duration.ofMillis(200), watching.pause());
        begin();
        assertEquals(LOOK.multipliedBy(2), watching.pause());
        tickUntil(() -> watching.pause().equals(Duration.ofMillis(200)));
    }

    @Test
    void writesThatNeverEndPostponeNothingForEver() throws IOException {
        begin();
        int[] written = {0};
        write("mail", Manifests.yaml("mail", "1"));
        tickUntil(() -> {
            try {
                write("noise", "name: [" + written[0]++);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
            return says("mail").startsWith("registered 1");
        });
    }

    @Test
    void afterTheEndNothingIsWatched() throws IOException {
        begin();
        watching.close();
        write("mail", Manifests.yaml("mail", "1"));
        watching.look();
        watching.look();
        assertEquals("none", says("mail"));
    }

    @Test
    void whenItsShareOfWatchesIsUsedUpThatIsToldOnce() throws IOException {
        watching.close();
        watching = new ManifestWatcher(scans, () -> profile, lines, () -> nanos += LOOK.toNanos(),
                new FolderWatch.Limit(2, "half of this user's inotify watches are left to other programs"));
        for (int i = 0; i < 5; i++) {
            write("r" + i, Manifests.yaml("s" + i, "1"));
        }
        for (int i = 0; i < 3; i++) {
            scans.scan();
            watching.look();
        }
        assertEquals(1,
                told("watches only 2 of 6 folders: half of this user's inotify watches are left to other programs,"
                        + " which fs.inotify.max_user_watches sets; elsewhere a change is noticed by the next scan"),
                log());
    }
}
