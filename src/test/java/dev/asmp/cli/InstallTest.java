package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.cli.Asmp.Run;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Installation as a service, with managers that only note how they were called. */
class InstallTest {
    @TempDir
    private Path home;
    private Path programs;
    private Path calls;
    private Asmp asmp;

    @BeforeEach
    void aManager() throws IOException {
        programs = Files.createDirectories(home.resolve("programs"));
        calls = home.resolve("calls");
        fake("asmp", "exit 0");
        asmp = new Asmp(home).with("PATH", programs.toString()).with("ASMP_REGISTRY_URL", "http://127.0.0.1:9");
    }

    private void fake(String name, String script) throws IOException {
        Path program = programs.resolve(name);
        Files.writeString(program, "#!/bin/sh\necho \"" + name + " $*\" >> '" + calls + "'\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private List<String> calls() throws IOException {
        return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
    }

    private void assertGolden(String golden, Path file) throws IOException {
        String launcher = Launcher.path(new Environment(Map.of("PATH", programs.toString()), FileSystems.getDefault()));
        assertEquals(Files.readString(Path.of("src/test/resources/install", golden)), Files.readString(file)
                .replace(launcher, "/opt/asmp/bin/asmp").replace(home.toString(), "/home/ada"));
    }

    @Test
    void systemdGetsAUnitOnceAndLosesItAgain() throws IOException {
        fake("systemctl", "exit 0");
        Path unit = home.resolve(".config/systemd/user/asmp.service");
        Run refused = asmp.run("install");
        assertEquals(1, refused.status());
        assertTrue(refused.err().contains("--yes"), refused.err());
        assertFalse(Files.exists(unit));

        Run done = asmp.run("install", "--yes");
        assertEquals(0, done.status(), done.err());
        assertTrue(done.out().contains("  write " + unit + "\n  run systemctl --user daemon-reload\n"), done.out());
        assertTrue(done.out().endsWith("asmp uninstall undoes this\n"), done.out());
        List<String> started = List.of("systemctl --user daemon-reload", "systemctl --user enable --now asmp.service");
        assertEquals(started, calls());
        assertGolden("asmp.service", unit);

        assertTrue(asmp.run("install", "--yes").out().startsWith("asmp is installed already"));
        assertEquals(started, calls());

        Run gone = asmp.run("uninstall", "--yes");
        assertEquals(0, gone.status(), gone.err());
        assertFalse(Files.exists(unit));
        assertEquals(List.of("systemctl --user disable --now asmp.service", "systemctl --user daemon-reload"),
                calls().subList(2, 4));
        assertTrue(asmp.run("uninstall", "--yes").out().startsWith("asmp is not installed"));
    }

    @Test
    void launchdGetsAPropertyList() throws IOException {
        fake("launchctl", "exit 0");
        assertEquals(0, asmp.run("install", "--yes").status());
        Path file = home.resolve("Library/LaunchAgents/dev.asmp.plist");
        assertGolden("dev.asmp.plist", file);
        assertEquals(List.of("launchctl load -w " + file), calls());
        assertEquals(0, asmp.run("uninstall", "--yes").status());
        assertFalse(Files.exists(file));
    }

    @Test
    void withoutAManagerItSaysWhatToDo() {
        Run run = asmp.run("install", "--yes");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("neither systemctl nor launchctl"), run.err());
    }

    @Test
    void aManagerThatFailsIsQuoted() throws IOException {
        fake("systemctl", "echo 'Failed to connect to bus' >&2; exit 1");
        Run run = asmp.run("install", "--yes");
        assertEquals(1, run.status());
        assertTrue(
                run.err().contains("'systemctl --user daemon-reload' failed with status 1: Failed to connect to bus"),
                run.err());
    }

    @Test
    void aFileOfSomebodyElseIsLeftAlone() throws IOException {
        fake("systemctl", "exit 0");
        Path unit = home.resolve(".config/systemd/user/asmp.service");
        Files.createDirectories(unit.getParent());
        Files.writeString(unit, "[Unit]\nDescription=mine\n");
        assertTrue(asmp.run("install", "--yes").err().contains("was not written by asmp"));
        assertTrue(asmp.run("uninstall", "--yes").err().contains("was not written by asmp"));
        assertEquals("[Unit]\nDescription=mine\n", Files.readString(unit));
        assertEquals(List.of(), calls());
    }

    @Test
    void aDaemonStartedByHandIsNotDoubled() throws Exception {
        fake("systemctl", "exit 0");
        try (RunningDaemon daemon = new RunningDaemon(home.resolve("running"), TestClock.somewhen(), "")) {
            Run run = asmp.with("ASMP_REGISTRY_URL", daemon.url()).run("install", "--yes");
            assertEquals(1, run.status());
            assertTrue(run.err().contains("asmp stop, then asmp install"), run.err());
        }
        assertEquals(List.of(), calls());
    }
}
