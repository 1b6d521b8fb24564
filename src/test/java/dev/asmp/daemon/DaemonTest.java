package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.TestClock;
import dev.asmp.http.RunningDaemon;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the daemon says to the person who starts it. */
class DaemonTest {
    @TempDir
    private Path folder;

    @Test
    void whoComesSecondIsToldWhoServesTheFolder() throws Exception {
        String us = "another asmp daemon already serves " + folder + " (pid " + ProcessHandle.current().pid();
        StateLock lock = StateLock.take(folder);
        assertEquals(us + ", just starting)",
                assertThrows(StartFailure.class, () -> StateLock.take(folder)).getMessage());
        lock.announce("http://127.0.0.1:7700");
        assertEquals(us + ", http://127.0.0.1:7700)",
                assertThrows(StartFailure.class, () -> StateLock.take(folder)).getMessage());
        lock.close();
    }
}
