package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.cli.Shell.Run;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The command line as people and scripts use it: the launcher, a real daemon, exit codes and what is printed. */
class CommandLineIT {
    @TempDir
    private Path folder;
    private Shell shell;

    @BeforeEach
    void open() throws IOException {
        shell = new Shell(folder);
    }

    @AfterEach
    void stopAll() {
        shell.close();
    }

    private Path home() {
        return shell.home();
    }

    private ProcessBuilder asmp(String... words) {
        return shell.asmp(words);
    }

    private Run run(String... words) throws Exception {
        return shell.run(words);
    }

    private Process serve() throws IOException {
        return shell.serve();
    }

    private Path manifest(String name, String version) throws IOException {
        return shell.manifest(name, version);
    }

    @Test
    void whatIsAnnouncedIsFound() throws Exception {
        serve();
        assertEquals(new Run(0, "mail is registered on test-box, generation 1\n", ""),
                run("announce", manifest("mail", "1").toString()));
        Run found = run("find", "--capability", "mail.send");
        assertEquals(0, found.status());
        assertTrue(found.out().contains("mail  registered  ?   http://127.0.0.1:7100  the mail of this machine"),
                found.out());
        assertEquals(found, run("find", "--query", "MAIL"));
        assertEquals(found, run("caps", "--provides", "mail.*"));
        assertEquals(new Run(0, "mail.send\n", ""), run("caps"));
        assertTrue(run("get", "mail").out().contains("generation: 1\n"));
        assertTrue(run("list").out().contains("mail"));
        assertTrue(run("health").out().startsWith("ok  test-box: 1 services"));
        assertTrue(run("host").out().contains("host_id: test-box\n"));
        assertTrue(run("litmus").out().endsWith("6 passed, 0 failed\n"));
    }

    @Test
    void jsonMayStandBeforeOrAfterTheVerb() throws Exception {
        serve();
        Run after = run("health", "--json");
        Run before = run("--json", "health");
        assertEquals(after, before);
        assertEquals("test-box", ((Mapping) Json.read(after.out().getBytes(StandardCharsets.UTF_8))).text("host"));
    }

    @Test
    void aMissSuggestsATodoAndExitsWithOne() throws Exception {
        serve();
        for (Run miss : List.of(run("find", "--capability", "fax.send"), run("find", "-q", "fax"),
                run("caps", "--provides", "fax.send"))) {
            assertEquals(1, miss.status());
            assertTrue(miss.err().contains("asmp todo "), miss.err());
        }
        Run missing = run("get", "fax");
        assertEquals(1, missing.status());
        assertTrue(
                missing.err().startsWith("asmp: Service 'fax' not found\n") && missing.err().contains("asmp todo fax"),
                missing.err());
        assertEquals(new Run(1, "[]\n", ""), withoutError(run("find", "--capability", "fax.send", "--json")));
    }

    @Test
    void aMissNamesWhatMayHaveBeenMeant() throws Exception {
        serve();
        run("announce", manifest("mail", "1").toString());
        assertEquals(
                List.of("nothing provides 'mial.send'", "did you mean mail.send?"),
                run("find", "-c", "mial.send").err().lines().limit(2).toList());
        assertTrue(run("find", "-c", "mail.read").err().contains("did you mean mail.send"));
        assertFalse(run("find", "-c", "fax.transmit").err().contains("did you mean"));
        assertEquals(2, run("find", "-c", "mail.send", "--explain").status());
    }

    private static Run withoutError(Run run) {
        return new Run(run.status(), run.out(), "");
    }

    @Test
    void emptyListsAreOneLineAndNoFailure() throws Exception {
        serve();
        for (String verb : List.of("list", "caps", "todos")) {
            Run empty = shell.run(verb);
            assertEquals(0, empty.status());
            assertEquals(1, empty.out().lines().count(), empty.out());
        }
    }

    @Test
    void withoutARegistryOneLineSaysWhereAndHow() throws Exception {
        Files.writeString(home().resolve("host.yaml"),
                Files.readString(home().resolve("host.yaml")).replace(":0", ":1"));
        Run run = run("list");
        assertEquals(1, run.status());
        assertEquals(1, run.err().lines().count(), run.err());
        assertTrue(run.err().contains("http://127.0.0.1:1") && run.err().contains("asmp serve"), run.err());
        ProcessBuilder elsewhere = asmp("list");
        elsewhere.environment().put("ASMP_REGISTRY_URL", "http://127.0.0.1:2");
        assertTrue(shell.run(elsewhere).err().contains("http://127.0.0.1:2 (ASMP_REGISTRY_URL"));
    }

    @Test
    void aTodoIsKeptWhileTheDaemonIsStopped() throws Exception {
        Files.writeString(home().resolve("host.yaml"),
                Files.readString(home().resolve("host.yaml")).replace(":0", ":1"));
        Run noted = run("todo", "fax", "--note", "in the cellar", "--found-by", "me");
        assertEquals(0, noted.status(), noted.err());
        assertTrue(noted.out().contains("discoveries.jsonl"), noted.out());
        assertTrue(run("todos").out().contains("in the cellar"));
        Files.writeString(home().resolve("host.yaml"),
                Files.readString(home().resolve("host.yaml")).replace(":1\"", ":0\""));
        serve();
        Run todos = run("todos");
        assertTrue(todos.out().contains("fax") && todos.out().contains("in the cellar"), todos.out());
        assertEquals("", todos.err());
    }

    @ParameterizedTest
    @ValueSource(strings = {"nonsense", "find", "find --capability", "find --nonsense x", "get", "get a b",
            "todo", "caps extra", "announce", "announce x -- true", "completion", "completion tcsh", ""})
    void wrongUsageExitsWithTwoAndSaysHow(String words) throws Exception {
        Run run = run(words.isEmpty() ? new String[0] : words.split(" ", -1));
        assertEquals(2, run.status(), run.err());
        assertEquals("", run.out());
        assertFalse(run.err().isEmpty());
    }

    @Test
    void everyCommandHasHelpWithExamples() throws Exception {
        String overview = run("--help").out();
        for (String name : Commands.NAMES) {
            assertTrue(overview.contains("\n  " + name + " "), name);
            Run help = run(name, "--help");
            assertEquals(0, help.status());
            assertTrue(help.out().contains("Usage: asmp " + name) && help.out().contains("Examples:\n"), help.out());
        }
    }

    @Test
    void aSecondDaemonIsToldWhoHoldsTheHome() throws Exception {
        Process first = serve();
        Run second = run("serve");
        assertEquals(1, second.status());
        assertTrue(second.err().contains("pid " + first.pid() + ", http://127.0.0.1:"), second.err());
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        serve();
        String url = ((Mapping) Json.read(Files.readAllBytes(home().resolve("daemon.json")))).text("url");
        Path other = Files.createDirectories(folder.resolve("other"));
        Files.writeString(other.resolve("host.yaml"),
                Files.readString(home().resolve("host.yaml")).replace("http://127.0.0.1:0", String.valueOf(url)));
        ProcessBuilder second = asmp("serve");
        second.environment().put("ASMP_HOME", other.toString());
        Run run = shell.run(second);
        assertEquals(1, run.status());
        assertTrue(run.err().contains("is in use"), run.err());
    }

    @Test
    void aBrokenProfileIsNamedWithItsLine() throws Exception {
        Files.writeString(home().resolve("host.yaml"), "asmp: \"0.1\"\nregistry: {api: [\n");
        Run run = run("serve");
        assertEquals(1, run.status());
        assertTrue(run.err().contains("host.yaml: line 3"), run.err());
        Files.writeString(home().resolve("host.yaml"),
                "host_id: x\ndevice_class: vm\nregistry: {api: 'http://0.0.0.0:7700'}\n");
        assertTrue(run("serve").err().contains("registry.api: 'http://0.0.0.0:7700' is not a loopback address"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"TERM", "INT"})
    void aSignalStopsTheDaemonCleanlyAndSoon(String signal) throws Exception {
        Process daemon = shell.serveWithDefaultSignals();
        run("announce", manifest("mail", "1").toString());
        long asked = System.nanoTime();
        new ProcessBuilder("kill", "-" + signal, Long.toString(daemon.pid())).start().waitFor();
        assertTrue(daemon.waitFor(10, TimeUnit.SECONDS));
        assertEquals(0, daemon.exitValue());
        assertTrue(System.nanoTime() - asked < TimeUnit.SECONDS.toNanos(2), "took longer than two seconds");
        serve();
        assertTrue(run("list").out().contains("mail"));
    }

    @Test
    void aKilledDaemonIsFoundAgainAfterItsRestart() throws Exception {
        Process daemon = serve();
        run("announce", manifest("mail", "1").toString());
        daemon.destroyForcibly().waitFor();
        serve();
        assertTrue(run("get", "mail").out().contains("generation: 1\n"));
    }

    @Test
    void aServiceIsKeptAnnouncedWhileItsCommandLivesAndTheStatusIsPassedOn() throws Exception {
        serve();
        Path manifest = manifest("mail", "1");
        Run run = run("announce", manifest.toString(), "--keep", "--ttl", "3s", "--", "sh", "-c",
                "i=0; until '" + System.getProperty("asmp.launcher")
                        + "' get mail >/dev/null 2>&1 || [ $i -gt 50 ]; do i=$((i+1)); done; exit 7");
        assertEquals(7, run.status(), run.err());
        assertTrue(run.err().contains("announced mail, generation 1; again every 1.0 s"), run.err());
    }

    @Test
    void aSignalIsPassedOnToTheCommand() throws Exception {
        serve();
        Process keeper = Shell
                .withDefaultSignals(asmp("announce", manifest("mail", "1").toString(), "--keep", "--", "sh",
                        "-c", "trap 'exit 9' HUP; echo ready; while :; do sleep 0.1; done"))
                .start();
        shell.started(keeper);
        assertEquals("ready", keeper.inputReader().readLine());
        new ProcessBuilder("kill", "-HUP", Long.toString(keeper.pid())).start().waitFor();
        assertTrue(keeper.waitFor(20, TimeUnit.SECONDS));
        assertEquals(9, keeper.exitValue());
    }

    @Test
    void theStateIsForItsOwnerAlone() throws Exception {
        Files.setPosixFilePermissions(home(), java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        serve();
        run("announce", manifest("mail", "1").toString());
        run("todo", "fax", "--note", "somewhere");
        assertEquals("rwx------", mode(home()));
        assertEquals("rwx------", mode(home().resolve("services")));
        for (String file : List.of("services/mail.asmp.yaml", "discoveries.jsonl", "daemon.json", "generations",
                "last-scan.json")) {
            assertEquals("rw-------", mode(home().resolve(file)), file);
        }
    }

    private static String mode(Path path) throws IOException {
        return java.nio.file.attribute.PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    @Test
    void aDaemonTakesTheAskedPortAndIsStoppedByACommandThatWaits() throws Exception {
        Process daemon = shell.started(shell.asmp("serve", "--port", "0").start());
        var out = daemon.inputReader(StandardCharsets.UTF_8);
        assertTrue(String.valueOf(out.readLine()).startsWith("asmp listens on http://127.0.0.1:"));
        Run stopped = run("stop");
        assertEquals(0, stopped.status(), stopped.err());
        assertFalse(daemon.isAlive());
        assertEquals(1, run("stop").status());
    }
}
