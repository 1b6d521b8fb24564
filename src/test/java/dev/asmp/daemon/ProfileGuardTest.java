package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The owner and the mode of the host profile. */
class ProfileGuardTest {
    private static final int US = 1_000;

    @TempDir
    private Path folder;

    private Path profile(String mode) throws IOException {
        Path file = Files.writeString(folder.resolve("host.yaml"), "host_id: x\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    private static String mode(Path file) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
    }

    @ParameterizedTest
    @CsvSource({"1000, rw-r--r--", "1000, rw-------", "0, rw-r--r--", "0, rwxr-xr-x"})
    void aProfileThatOnlyItsOwnerOrRootMayWriteIsTaken(int owner, String mode) throws IOException {
        Path file = profile(mode);
        assertNull(ProfileGuard.check(file, owner, US));
        assertEquals(mode, mode(file));
    }

    @ParameterizedTest
    @CsvSource({"rw-rw-r--, rw-r--r--", "rw-rw-rw-, rw-r--r--", "rw--w----, rw-------"})
    void oursIsTakenFromOtherWriters(String before, String after) throws IOException {
        Path file = profile(before);
        assertEquals(file + " could be written by other users, and cannot any more (chmod go-w)",
                ProfileGuard.check(file, US, US));
        assertEquals(after, mode(file));
        assertNull(ProfileGuard.check(file, US, US));
    }

    @Test
    void aForeignOneIsRefusedAndSoIsOneOfRootsThatEverybodyMayWrite() throws IOException {
        Path file = profile("rw-------");
        assertTrue(String.valueOf(assertThrows(FileSystemException.class, () -> ProfileGuard.check(file, 1_001, US))
                .getReason()).startsWith("belongs to another user ("));
        assertThrows(FileSystemException.class, () -> ProfileGuard.check(profile("rw-rw-rw-"), 0, US));
        assertTrue(String.valueOf(ProfileGuard.check(profile("rw-rw-r--"), 0, US)).contains("by its group"));
    }

    @Test
    void aDaemonTightensItsProfileAndRefusesOneThatAnotherUserPutInItsPlace() throws Exception {
        try (RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(), "")) {
            Path file = daemon.home().resolve("host.yaml");
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-r--"));
            daemon.restart();
            assertEquals("rw-r--r--", mode(file));
            assertTrue(daemon.log().contains(file + " could be written by other users"), daemon.log());
            assumeTrue((Integer) Files.getAttribute(file, "unix:uid") == 0, "only root can give a file away");
            Files.writeString(file, Files.readString(file) + "policy: {agent_can_register: false}\n");
            Files.setAttribute(file, "unix:uid", 65_534);
            Mapping reloaded = daemon.post("/reload").mapping();
            assertTrue(reloaded.toString().contains("belongs to another user"), reloaded.toString());
            assertThrows(StartFailure.class, daemon::restart);
            Files.setAttribute(file, "unix:uid", 0);
            daemon.restart();
        }
    }
}
