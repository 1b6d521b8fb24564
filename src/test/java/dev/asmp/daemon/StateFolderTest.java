package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The state folder belongs to the account of the daemon, and no link in it leads the daemon elsewhere. */
class StateFolderTest {
    @TempDir
    private Path folder;

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    @Test
    void anotherAccountsFolderIsRefused() throws Exception {
        assumeTrue(isRoot(), "only root can give a folder to another account");
        Files.setAttribute(folder, "unix:uid", 65_534);
        StartFailure refused = assertThrows(StartFailure.class, () -> StateFolder.make(folder));
        String message = String.valueOf(refused.getMessage());
        assertTrue(message.contains(folder + " belongs to nobody, and this process runs as root"), message);
        assertEquals(65_534, Files.getAttribute(folder, "unix:uid"));
    }

    @Test
    void aPipeInPlaceOfAFileIsRefusedAndNotOpened() throws Exception {
        Path pipe = folder.resolve("vms.jsonl");
        assertEquals(0, new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor());
        StartFailure refused = assertThrows(StartFailure.class, () -> StateFolder.make(folder));
        assertEquals(pipe + " is a pipe, a socket or a device, where the daemon keeps files: remove it",
                refused.getMessage());
    }

    @Test
    void aLinkInPlaceOfTheLockIsNotFollowed() throws Exception {
        Path precious = Files.writeString(folder.resolve("precious"), "precious");
        Files.createSymbolicLink(folder.resolve(StateLock.FILE), precious);
        IOException refused = assertThrows(IOException.class, () -> StateLock.take(folder).close());
        assertEquals("is a symbolic link", IoReason.of(refused));
        assertEquals("precious", Files.readString(precious));
    }

    @Test
    void aLinkInPlaceOfTheTokenIsReplaced() throws IOException {
        Path known = Files.writeString(folder.resolve("known"), "0".repeat(64));
        Files.createSymbolicLink(folder.resolve(OwnerToken.FILE), known);
        assertFalse(OwnerToken.of(folder).equals("0".repeat(64)));
        assertEquals("0".repeat(64), Files.readString(known));
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve(OwnerToken.FILE))));
    }

    @Test
    void aTokenThatAnotherAccountPutThereIsReplaced() throws IOException {
        assumeTrue(isRoot(), "only root can give a file to another account");
        Path token = Files.writeString(folder.resolve(OwnerToken.FILE), "0".repeat(64));
        Files.setAttribute(token, "unix:uid", 65_534);
        assertFalse(OwnerToken.of(folder).equals("0".repeat(64)));
        assertEquals(0, Files.getAttribute(token, "unix:uid"));
    }

    @Test
    void aLinkInPlaceOfTheFolderForTheSocketIsRefused() throws IOException {
        Path target = Files.createDirectory(folder.resolve("target"));
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        assertThrows(IOException.class, () -> StateFolder.makeOwn(link));
        Path own = folder.resolve("own");
        StateFolder.makeOwn(own);
        assertEquals("rwx------", PosixFilePermissions.toString(Files.getPosixFilePermissions(own)));
    }
}
