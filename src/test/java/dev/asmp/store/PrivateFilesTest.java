package dev.asmp.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Modes of folders and files, whatever the umask: for the owner alone, or for the group of a folder that says so. */
class PrivateFilesTest {
    @TempDir
    private Path folder;

    private static String mode(Path path) throws IOException {
        return Integer.toOctalString((Integer) Files.getAttribute(path, "unix:mode") & 07777);
    }

    private Path shared() throws IOException {
        Path shared = Files.createDirectory(folder.resolve("shared"));
        Files.setAttribute(shared, "unix:mode", 02770);
        return shared;
    }

    private static Path written(Path file, StandardOpenOption create) throws IOException {
        PrivateFiles.open(file, EnumSet.of(create, StandardOpenOption.WRITE)).close();
        return file;
    }

    @Test
    void aNewFolderIsForItsOwnerAndItsParentsAreMade() throws IOException {
        Path deep = folder.resolve("a/b/c");
        PrivateFiles.makeFolder(deep);
        assertEquals("700", mode(deep));
    }

    @Test
    void aFolderForAGroupStaysSo() throws IOException {
        Path shared = shared();
        PrivateFiles.makeFolder(shared);
        assertEquals("2770", mode(shared));
    }

    @Test
    void aFolderInAFolderForAGroupIsForTheGroupWhateverTheUmask() throws IOException {
        Path below = shared().resolve("services");
        PrivateFiles.makeFolder(below);
        assertEquals("2770", mode(below));
        PrivateFiles.makeFolder(below);
        assertEquals("2770", mode(below));
    }

    @Test
    void aFolderOfAnotherModeIsTightened() throws IOException {
        for (int mode : new int[]{0770, 02750, 0755}) {
            Files.setAttribute(folder, "unix:mode", mode);
            PrivateFiles.makeFolder(folder);
            assertEquals("700", mode(folder), "from " + Integer.toOctalString(mode));
        }
    }

    @Test
    void aFileInAFolderForAGroupIsForTheGroup() throws IOException {
        Path shared = shared();
        Path file = written(shared.resolve("new"), StandardOpenOption.CREATE_NEW);
        assertEquals("660", mode(file));
        Files.setAttribute(file, "unix:mode", 0664);
        assertEquals("660", mode(written(file, StandardOpenOption.CREATE)));
    }

    @Test
    void anyOtherFileIsForItsOwner() throws IOException {
        Path file = written(folder.resolve("new"), StandardOpenOption.CREATE_NEW);
        assertEquals("600", mode(file));
        Files.setAttribute(file, "unix:mode", 0644);
        assertEquals("600", mode(written(file, StandardOpenOption.CREATE)));
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path target = Files.writeString(folder.resolve("target"), "precious");
        Path link = Files.createSymbolicLink(folder.resolve("link"), target);
        assertThrows(IOException.class, () -> written(link, StandardOpenOption.TRUNCATE_EXISTING));
        assertEquals("precious", Files.readString(target));
    }
}
