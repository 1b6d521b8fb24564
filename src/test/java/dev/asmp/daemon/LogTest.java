package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.TestClock;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/** A log whose reader is paused delays no caller, keeps as many lines as fit, and counts the others. */
class LogTest {
    private static final Duration SOON = Duration.ofSeconds(10);

    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final CountDownLatch blocked = new CountDownLatch(1);
    private final CountDownLatch released = new CountDownLatch(1);
    private final PrintStream paused = new PrintStream(new OutputStream() {
        @Override
        public void write(int b) {
            blocked.countDown();
            try {
                released.await();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            written.write(b);
        }
    }, true, StandardCharsets.UTF_8);
    private final Log log = new Log(paused, TestClock.somewhen(), null);

    @Test
    void aPausedReaderDelaysNoCallerAndIsToldHowManyLinesItMissed() throws Exception {
        log.info("first");
        blocked.await();
        assertTimeoutPreemptively(SOON, () -> {
            for (int i = 0; i < 10_000; i++) {
                log.warn("line " + i + " " + "x".repeat(90));
            }
            log.flush(Duration.ofMillis(50));
        });
        released.countDown();
        log.flush(SOON);
        log.info("last");
        log.flush(SOON);
        List<String> lines = written.toString(StandardCharsets.UTF_8).lines().toList();
        assertTrue(lines.getFirst().endsWith("first") && lines.getLast().endsWith("last"), lines.getLast());
        assertTrue(lines.get(1).contains("line 0 "), lines.get(1));
        int kept = lines.size() - 3;
        assertTrue(kept > 1_000 && kept < 5_000, kept + " lines");
        assertEquals("<4>" + (10_000 - kept)
                + " lines of the log were dropped here: standard error was not read", lines.get(lines.size() - 2));
    }

    @Test
    void whatLibrariesLogDelaysThemNeither() throws Exception {
        log.takeOverLibraryLogs();
        log.info("first");
        blocked.await();
        assertTimeoutPreemptively(SOON, () -> Logger.getLogger("library").severe("broken"));
        released.countDown();
        log.flush(SOON);
        assertTrue(written.toString(StandardCharsets.UTF_8).contains("<3>library: broken"));
    }

    @Test
    void aLongLineIsCut() {
        released.countDown();
        log.info("x".repeat(1_000_000));
        log.flush(SOON);
        assertTrue(written.size() < 10_000, written.size() + " bytes");
    }
}
