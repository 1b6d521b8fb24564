package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Equal stamps mean that the file was not written in between. */
class FileStampTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    Path folder;

    @Test
    void aFileThatIsLeftAloneKeepsItsStamp() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "content");
        assertEquals(FileStamp.of(file), FileStamp.of(file));
    }

    @Test
    void aReplacedFileHasAnotherStampEvenWithTheSameSizeAndTime() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "one");
        FileStamp before = FileStamp.of(file);
        Path other = Files.writeString(folder.resolve("other"), "two");
        Files.setLastModifiedTime(other, Files.getLastModifiedTime(file));
        Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
        assertEquals(before.modified(), FileStamp.of(file).modified());
        assertNotEquals(before, FileStamp.of(file));
    }

    @Test
    void aLinkIsNotFollowed() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), folder.resolve("nowhere"));
        FileStamp.of(link);
        assertThrows(NoSuchFileException.class, () -> FileStamp.of(folder.resolve("nowhere")));
    }

    @Test
    void aStampIsSettledWhenTheFileWasLeftAloneForMoreThanTwoSeconds() throws IOException {
        FileTime noon = FileTime.from(NOON);
        try (FileSystem files = Jimfs
                .newFileSystem(Configuration.unix().toBuilder().setFileTimeSource(() -> noon).build())) {
            FileStamp stamp = FileStamp.of(Files.writeString(files.getPath("file"), "content"));
            assertFalse(stamp.settledAt(NOON.minusSeconds(60)), "written in the future");
            assertFalse(stamp.settledAt(NOON));
            assertFalse(stamp.settledAt(NOON.plusSeconds(2)));
            assertTrue(stamp.settledAt(NOON.plusSeconds(2).plusNanos(1)));
        }
    }

    @Test
    void aBackdatedFileIsNotSettledYet() throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "content");
        Files.setLastModifiedTime(file, FileTime.from(NOON.minusSeconds(86_400)));
        FileStamp stamp = FileStamp.of(file);
        if (stamp.changed().equals(stamp.modified())) {
            return; // this file system does not tell when the file's metadata changed
        }
        assertFalse(stamp.settledAt(stamp.changed().toInstant().plusSeconds(1)));
    }

    @Test
    void aFingerprintTellsStampsApartAndIsNeverNothing() {
        FileTime noon = FileTime.from(NOON);
        FileTime later = FileTime.from(NOON.plusNanos(1));
        List<FileStamp> stamps = List.of(new FileStamp(1, noon, noon, 7L), new FileStamp(2, noon, noon, 7L),
                new FileStamp(1, later, noon, 7L), new FileStamp(1, noon, later, 7L), new FileStamp(1, noon, noon, 8L),
                new FileStamp(1, noon, noon, null), new FileStamp(1, later, later, 7L));
        assertEquals(stamps.size(), stamps.stream().map(FileStamp::fingerprint).distinct().count());
        assertTrue(stamps.stream().map(FileStamp::fingerprint).allMatch(print -> Math.abs(print) > 1L << 40),
                "its bits are spread");
        assertEquals(stamps.getFirst().fingerprint(), new FileStamp(1, noon, noon, 7L).fingerprint());
        FileTime start = FileTime.fromMillis(0);
        assertEquals(1, new FileStamp(0, start, start, null).fingerprint());
    }
}
