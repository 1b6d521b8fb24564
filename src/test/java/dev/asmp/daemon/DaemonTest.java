package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asmp.Manifests;
import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.PortAccess;
import dev.asmp.store.RefusedException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
        lock.announce("http://127.0.0.1:7700", null, PortAccess.OPEN);
        assertEquals(us + ", http://127.0.0.1:7700)",
                assertThrows(StartFailure.class, () -> StateLock.take(folder)).getMessage());
        lock.close();
    }

    @Test
    void aStateFolderThatCannotBeUsedIsNamedWithTheReason() throws Exception {
        Path file = Files.writeString(folder.resolve("file"), "");
        Environment environment = new Environment(
                Map.of("HOME", folder.toString(), "ASMP_HOME", file.resolve("home").toString()),
                FileSystems.getDefault());
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
        assertEquals("cannot use the state folder " + file.resolve("home") + ": exists already (" + file + ")",
                assertThrows(StartFailure.class,
                        () -> Daemon.start(environment, TestClock.somewhen(), System::nanoTime, nowhere, nowhere))
                        .getMessage());
    }

    @Test
    void whatHappensBelowTheScanPathIsNoticedWithoutAScan() throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, new TestClock(Instant.now()), "", true)) {
            daemon.write("a/b/c/mail", Manifests.yaml("mail", "1"));
            daemon.awaitUntil(() -> daemon.get("/services/mail").status() == 200);
            Path profile = daemon.home().resolve("host.yaml");
            Files.writeString(profile, Files.readString(profile).replace("watch: true", "watch: false"));
            daemon.post("/reload");
            assertEquals("1", daemon.post("/discover/scan").mapping().text("updated"));
            assertEquals(1, daemon.log().lines().filter(line -> line.contains(" for manifests")).count());
        }
    }

    @Test
    void aPartThatCannotBeStoppedLeavesOutNoOther() {
        List<String> stopped = new ArrayList<>();
        List<String> said = new ArrayList<>();
        Daemon.closeEach(List.of(() -> stopped.add("a"), () -> {
            throw new RefusedException(RefusedException.Reason.UNAVAILABLE, "could not be saved");
        }, () -> {
            throw new StackOverflowError();
        }, () -> stopped.add("b")), said::add);
        assertEquals(List.of("a", "b"), stopped);
        assertEquals(List.of("while stopping: could not be saved",
                "while stopping: java.lang.StackOverflowError"), said);
    }
}
