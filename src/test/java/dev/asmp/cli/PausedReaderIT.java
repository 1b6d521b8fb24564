package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A daemon whose output nobody reads any more: a terminal that is paused, or a pipe to a process that is stopped. */
@Timeout(120)
class PausedReaderIT {
    @TempDir
    Path folder;

    @Test
    void changesAndTheStopGoOnWhileStandardErrorIsNotRead() throws Exception {
        try (Shell shell = new Shell(folder)) {
            assertEquals(0, shell.run(shell.asmp().command("mkfifo", "err")).status());
            Process holder = shell.started(new ProcessBuilder("sh", "-c",
                    "exec 3<>err; head -c 65536 /dev/zero >&3; echo full; exec sleep 600").directory(folder.toFile())
                    .start());
            assertEquals("full", holder.inputReader(StandardCharsets.UTF_8).readLine());
            ProcessBuilder serve = shell.asmp("serve").redirectError(folder.resolve("err").toFile());
            Process daemon = shell.started(serve.start());
            String first = daemon.inputReader(StandardCharsets.UTF_8).readLine();
            String url = first.replaceFirst(".*(http://[0-9.:]+) .*", "$1");
            for (int i = 0; i < 5; i++) {
                ProcessBuilder announce = shell.asmp("announce", shell.manifest("mail" + i, "1").toString());
                announce.environment().putAll(Map.of("ASMP_REGISTRY_URL", url));
                Shell.Run run = shell.run(announce);
                assertEquals(0, run.status(), List.of(run.out(), run.err()).toString());
            }
            daemon.destroy();
            assertTrue(daemon.waitFor(3, TimeUnit.SECONDS), "still runs 3 s after SIGTERM");
            assertEquals(0, daemon.exitValue());
        }
    }
}
