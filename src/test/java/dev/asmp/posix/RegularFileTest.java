package dev.asmp.posix;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RegularFileTest {
    private static final Duration QUICK = Duration.ofSeconds(5);

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 16_384, 16_385, 65_536, 300_000})
    void aFileIsReadUpToOneByteMoreThanTheLimit(int size) throws IOException {
        byte[] bytes = new byte[size];
        new Random(size).nextBytes(bytes);
        Path file = Files.write(folder.resolve("grüße"), bytes);
        assertArrayEquals(Arrays.copyOf(bytes, Math.min(size, 65_537)), RegularFile.read(file, 65_536));
        Path plain = Files.write(folder.resolve("plain"), bytes);
        assertArrayEquals(Arrays.copyOf(bytes, Math.min(size, 65_537)), RegularFile.read(plain, 65_536));
    }

    @Test
    void aPipeIsRefusedAtOnce() throws Exception {
        Path pipe = folder.resolve("pipe");
        assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
        assertRefused(pipe, "is not a regular file");
    }

    @Test
    void aDeviceAFolderASocketAndALinkAreRefused() throws IOException {
        assertRefused(Path.of("/dev/zero"), "is not a regular file");
        assertRefused(folder, "is not a regular file");
        Files.writeString(folder.resolve("file"), "x");
        Files.createSymbolicLink(folder.resolve("link"), folder.resolve("file"));
        assertRefused(folder.resolve("link"), "is not a regular file");
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve("socket")));
            assertRefused(folder.resolve("socket"), "is not a regular file");
        }
    }

    private static void assertRefused(Path file, String reason) {
        FileSystemException e = assertTimeoutPreemptively(QUICK,
                () -> assertThrows(FileSystemException.class, () -> RegularFile.read(file, 10)));
        assertEquals(reason, e.getReason());
    }

    @Test
    void aFileThatIsNotThereIsToldAsTheJdkTellsIt() {
        assertThrows(NoSuchFileException.class, () -> RegularFile.read(folder.resolve("none"), 10));
    }

    @Test
    void anotherFileSystemIsReadToo() throws IOException {
        try (FileSystem files = Jimfs.newFileSystem(Configuration.unix())) {
            Path file = Files.writeString(files.getPath("/file"), "0123456789");
            assertEquals(6, RegularFile.read(file, 5).length);
            assertThrows(FileSystemException.class, () -> RegularFile.read(files.getPath("/"), 5));
        }
    }

    @Test
    void onLinuxTheCLibraryIsUsed() {
        String machine = System.getProperty("os.arch");
        assertTrue(!System.getProperty("os.name").equals("Linux") || !(machine.equals("amd64")
                || machine.equals("aarch64")) || LibC.hasFiles());
    }
}
