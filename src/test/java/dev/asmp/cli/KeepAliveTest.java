package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.manifest.Environment;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An announcement that is kept up: it ends when the work ends, and does not claim what the owner has not decided. */
class KeepAliveTest {
    @TempDir
    private Path folder;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final TestClock clock = TestClock.somewhen();

    private KeepAlive keeper() throws Exception {
        Path manifest = Files.writeString(folder.resolve("mail.yaml"), Manifests.yaml("mail", "1", "email.send"));
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        Environment environment = new Environment(
                Map.of("HOME", folder.toString(), "ASMP_HOME", folder.resolve("home").toString()),
                FileSystems.getDefault());
        return new KeepAlive(new AnnounceCommand.Announcer(manifest.toString(), "60s",
                new CommandContext(out, out, false, environment)), Duration.ofSeconds(20), out);
    }

    @Test
    void theEntryIsStaleAsSoonAsTheWorkIsOver() throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, clock, "")) {
            BackgroundTask task = new BackgroundTask(Duration.ZERO);
            task.stop();
            keeper().keep(task);
            clock.advance(Duration.ofMillis(2));
            daemon.awaitUntil(() -> "stale".equals(daemon.get("/services/mail").mapping().text("status")));
            assertTrue(said.toString(StandardCharsets.UTF_8)
                    .contains("asmp: announced mail, generation 1; again every 20"));
            assertTrue(said.toString(StandardCharsets.UTF_8).endsWith("asmp: mail said goodbye\n"));
        }
    }

    @Test
    void whatWaitsForApprovalIsNotCalledAnnouncedBeforeItIs() throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, clock, "policy: {requires_approval: true}\n")) {
            BackgroundTask task = new BackgroundTask(Duration.ZERO);
            Thread worker = Thread.ofVirtual().start(() -> {
                try {
                    keeper().keep(task);
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            });
            Until.holds(() -> said.toString(StandardCharsets.UTF_8).contains("waits for the owner's approval"),
                    () -> "");
            assertFalse(said.toString(StandardCharsets.UTF_8).contains("announced"));
            assertEquals(0, new Asmp(folder).run("approve", "mail", "--yes").status());
            Until.holds(() -> said.toString(StandardCharsets.UTF_8).contains("asmp: announced mail"), daemon::log);
            assertEquals(1, said.toString(StandardCharsets.UTF_8).split("waits for", -1).length - 1);
            task.stop();
            worker.join();
        }
    }
}
