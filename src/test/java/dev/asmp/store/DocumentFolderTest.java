package dev.asmp.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Ground;
import dev.asmp.document.MalformedDocumentException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Files are replaced whole or not at all, and nothing that a person left behind is overwritten. */
@ParameterizedClass
@EnumSource
class DocumentFolderTest {
    private final Ground.Kind kind;
    private Ground ground;
    private DocumentFolder folder;

    DocumentFolderTest(Ground.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        ground = new Ground(kind, temporary);
        folder = new DocumentFolder(ground.path("state/services"), ".asmp.yaml");
    }

    @AfterEach
    void close() throws IOException {
        ground.close();
    }

    @Test
    void whatIsWrittenIsThere() throws IOException {
        DocumentFolder.Outcome outcome = replace("a", "one", "b", "two");
        assertEquals(Map.of(), outcome.failed());
        assertEquals(List.of("a", "b"), folder.names());
        assertEquals("one", text("a"));
        assertEquals(folder.stamp("a"), outcome.replaced().get("a"));
        assertEquals(folder.stamp("b"), folder.read("b", 10).stamp());
    }

    @Test
    void aReplacedFileHasItsNewContentAndAnotherStamp() throws IOException {
        replace("a", "one");
        var before = folder.stamp("a");
        replace("a", "two");
        assertEquals("two", text("a"));
        assertNotEquals(before, folder.stamp("a"));
    }

    @Test
    void whoReadsTheOldFileGoesOnReadingIt() throws IOException {
        replace("a", "one");
        try (var in = Files.newInputStream(folder.path("a"))) {
            replace("a", "two");
            assertEquals("one", new String(in.readAllBytes(), UTF_8));
        }
    }

    @Test
    void theFailureOfOneLeavesTheOthers() throws IOException {
        ground.file("state/services/bad.asmp.yaml/inside", "a folder in the way");
        DocumentFolder.Outcome outcome = replace("a", "one", "bad", "two", "c", "three");
        assertEquals(Set.of("bad"), outcome.failed().keySet());
        assertEquals(Set.of("a", "c"), outcome.replaced().keySet());
        assertEquals("three", text("c"));
        assertTrue(Files.exists(ground.path("state/services/bad.asmp.yaml/inside")));
    }

    @Test
    void aFailureLeavesNothingHalfWritten() throws IOException {
        ground.file("state/services/bad.asmp.yaml/inside", "a folder in the way");
        replace("bad", "two");
        assertEquals(List.of("bad.asmp.yaml"), files());
    }

    @Test
    void whereNothingCanBeWrittenEveryFileFails() throws IOException {
        replace("a", "one");
        Files.delete(folder.path("a"));
        Files.delete(ground.path("state/services"));
        DocumentFolder.Outcome outcome = replace("a", "two", "b", "two");
        assertEquals(Set.of("a", "b"), outcome.failed().keySet());
        assertEquals(Map.of(), outcome.replaced());
    }

    @Test
    void whatACrashLeftIsRemovedAndNothingElse() throws IOException {
        replace("a", "one");
        ground.file("state/services/.a.asmp.yaml.tmp", "half");
        ground.file("state/services/.keep", "hidden");
        ground.file("state/services/note.tmp", "somebody's");
        folder = new DocumentFolder(ground.path("state/services"), ".asmp.yaml");
        assertEquals(List.of(".keep", "a.asmp.yaml", "note.tmp"), files());
        assertEquals("one", text("a"));
    }

    @Test
    void aLeftoverIsNotInTheWayOfAReplacement() throws IOException {
        ground.file("state/services/.a.asmp.yaml.tmp", "half of something longer");
        replace("a", "one");
        assertEquals("one", text("a"));
        assertEquals(List.of("a.asmp.yaml"), files());
    }

    @Test
    void onlyOurOwnFilesHaveNames() throws IOException {
        replace("b", "", "a", "", "a.b", "");
        ground.file("state/services/.hidden.asmp.yaml", "");
        ground.file("state/services/a.asmp.yaml.broken", "");
        ground.file("state/services/README.md", "");
        assertEquals(List.of("a", "a.b", "b"), folder.names());
    }

    @Test
    void aBrokenFileIsSetAsideAndNeverOverwritesAnother() throws IOException {
        for (String content : List.of("first", "second", "third")) {
            replace("a", content);
            folder.setAside("a");
        }
        assertEquals(List.of("a.asmp.yaml.broken", "a.asmp.yaml.broken.2", "a.asmp.yaml.broken.3"), files());
        assertEquals("first", Files.readString(ground.path("state/services/a.asmp.yaml.broken")));
        assertEquals("third", Files.readString(ground.path("state/services/a.asmp.yaml.broken.3")));
        assertNull(folder.stamp("a"));
    }

    @Test
    void aDanglingLinkIsNotOverwrittenEither() throws IOException {
        replace("a", "content");
        ground.link("state/services/a.asmp.yaml.broken", "nowhere");
        assertEquals("a.asmp.yaml.broken.2", folder.setAside("a").getFileName().toString());
        assertTrue(Files.isSymbolicLink(ground.path("state/services/a.asmp.yaml.broken")));
    }

    @Test
    void deletedFilesAreGoneAndAbsentOnesDoNotMatter() throws IOException {
        replace("a", "one", "b", "two");
        folder.delete(Set.of("a", "never"));
        assertEquals(List.of("b"), folder.names());
    }

    @Test
    void onlyARegularFileOfTheRightSizeIsRead() throws IOException {
        replace("a", "12345");
        ground.folder("state/services/folder.asmp.yaml");
        ground.link("state/services/link.asmp.yaml", "a.asmp.yaml");
        assertEquals(5, folder.read("a", 5).bytes().length);
        assertThrows(MalformedDocumentException.class, () -> folder.read("a", 4));
        assertThrows(MalformedDocumentException.class, () -> folder.read("folder", 5));
        assertThrows(MalformedDocumentException.class, () -> folder.read("link", 5));
        assertThrows(MalformedDocumentException.class, () -> folder.read("absent", 5));
    }

    @Test
    void filesAndFoldersAreForcedByTheirPath() throws IOException {
        replace("a", "one");
        DurableFile.force(folder.path("a"));
        DurableFile.force(ground.path("state/services"));
        assertEquals("one", text("a"));
    }

    @Test
    void aLinkIsReplacedAndNotWrittenThrough() throws IOException {
        Path outside = ground.file("outside", "mine");
        ground.link("state/services/a.asmp.yaml", "../../outside");
        replace("a", "ours");
        assertEquals("mine", Files.readString(outside));
        assertFalse(Files.isSymbolicLink(folder.path("a")));
    }

    @Test
    void aSingleFileIsReplacedWithTheSamePromise() throws IOException {
        Path file = ground.path("state/scan.json");
        DurableFile.replace(file, "one".getBytes(UTF_8));
        ground.file("state/.scan.json.tmp", "half");
        DurableFile.replace(file, "two".getBytes(UTF_8));
        assertEquals("two", Files.readString(file));
        assertFalse(Files.exists(ground.path("state/.scan.json.tmp"), LinkOption.NOFOLLOW_LINKS));
    }

    @Test
    void foldersAndFilesAreForTheirOwnerAlone() throws IOException {
        assumeTrue(ground.onDisk() && ground.path("").getFileSystem().supportedFileAttributeViews().contains("posix"));
        replace("a", "one");
        DurableFile.replace(ground.path("state/file"), new byte[0]);
        assertEquals("rwx------", mode(ground.path("state/services")));
        assertEquals("rw-------", mode(folder.path("a")));
        assertEquals("rw-------", mode(ground.path("state/file")));
    }

    @Test
    void anOpenFolderIsTightened() throws IOException {
        assumeTrue(ground.onDisk() && ground.path("").getFileSystem().supportedFileAttributeViews().contains("posix"));
        Path open = ground.folder("open");
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
        PrivateFiles.makeFolder(open);
        assertEquals("rwx------", mode(open));
        Path file = ground.file("state/services/a.asmp.yaml", "one");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
        replace("a", "two");
        assertEquals("rw-------", mode(file));
    }

    private static String mode(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }

    private DocumentFolder.Outcome replace(String... namesAndTexts) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            contents.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(UTF_8));
        }
        return folder.replace(contents);
    }

    private String text(String name) throws IOException {
        return new String(folder.read(name, 1000).bytes(), UTF_8);
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(ground.path("state/services"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
