package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.TestClock;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFileTest {
    private static final Duration SOON = Duration.ofSeconds(10);
    @TempDir
    private Path folder;

    private Log log(Path where) {
        return new Log(new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8), TestClock.somewhen(),
                where);
    }

    @Test
    void theLogOfADaemonWithoutAJournalIsInAFileOfItsOwnerAlone() throws Exception {
        Log log = log(folder);
        log.info("one");
        log.flush(SOON);
        Path file = folder.resolve(LogFile.NAME);
        assertTrue(Files.readString(file).endsWith("Z info  one\n"), Files.readString(file));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        Log next = log(folder);
        next.warn("two");
        next.flush(SOON);
        assertEquals(2, Files.readAllLines(file).size());
    }

    @Test
    void theFileAndTheOneBeforeItStaySmall() throws Exception {
        Log log = log(folder);
        for (int i = 0; i < 600; i++) {
            log.info("x".repeat(7_000));
            if (i % 20 == 0) {
                log.flush(SOON);
            }
        }
        log.flush(SOON);
        long size = Files.size(folder.resolve("daemon.log"));
        long before = Files.size(folder.resolve("daemon.log.1"));
        assertTrue(size <= 1 << 20 && before <= 1 << 20 && before > 900_000, size + " " + before);
        try (var files = Files.list(folder)) {
            assertEquals(2, files.count());
        }
    }

    @Test
    void aLinkIsNotFollowedAndAFolderThatIsGoneStopsNothing() throws Exception {
        Path target = Files.writeString(folder.resolve("target"), "mine");
        Path home = Files.createDirectory(folder.resolve("home"));
        Files.createSymbolicLink(home.resolve(LogFile.NAME), target);
        Log log = log(home);
        log.error("x");
        log.flush(SOON);
        assertEquals("mine", Files.readString(target));
        Log other = log(folder.resolve("nowhere"));
        other.error("x");
        other.flush(SOON);
        assertFalse(Files.exists(folder.resolve("nowhere")));
    }
}
