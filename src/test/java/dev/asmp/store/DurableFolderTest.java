package dev.asmp.store;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asmp.document.FileStamp;
import dev.asmp.faults.Disk.Call;
import dev.asmp.faults.DiskGround;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was replaced, deleted, or set aside stays so after a power cut; what failed left the old file and nothing beside it. */
class DurableFolderTest {
    private static final String A = "deep/services/a.yaml";

    private DiskGround ground;
    private DocumentFolder folder;

    @BeforeEach
    void open() throws IOException {
        ground = new DiskGround();
        folder = new DocumentFolder(ground.path("deep/services"), ".yaml");
        replace("a", "old", "b", "old");
    }

    private DocumentFolder.Outcome replace(String... namesAndTexts) {
        Map<String, byte[]> contents = new LinkedHashMap<>();
        for (int i = 0; i < namesAndTexts.length; i += 2) {
            contents.put(namesAndTexts[i], namesAndTexts[i + 1].getBytes(UTF_8));
        }
        return folder.replace(contents);
    }

    @Test
    void replacedFilesAndTheirFoldersLast() throws IOException {
        assertEquals("old", ground.afterCut(A));
        replace("a", "new");
        assertEquals("new", ground.afterCut(A));
    }

    @Test
    void deletedFilesStayAway() throws IOException {
        assertEquals(new DocumentFolder.Removal(Set.of("a", "never"), null), folder.delete(Set.of("a", "never")));
        assertNull(ground.afterCut(A));
        assertEquals("old", ground.afterCut("deep/services/b.yaml"));
    }

    @Test
    void deletingNothingAsksNothingOfTheDisk() {
        List<String> opened = ground.recorded(Call.OPEN);
        assertEquals(new DocumentFolder.Removal(Set.of(), null), folder.delete(Set.of()));
        assertEquals(List.of(), opened);
    }

    @Test
    void replacingNothingAsksNothingOfTheDisk() {
        List<String> forced = ground.recorded(Call.FORCE_FOLDER);
        assertEquals(new DocumentFolder.Outcome(Map.of(), Map.of()), replace());
        assertEquals(List.of(), forced, "each force is a flush of the disk");
        replace("a", "new");
        assertEquals(List.of("services"), forced);
    }

    @ParameterizedTest
    @EnumSource(names = {"CREATE", "WRITE", "FORCE", "OPEN"})
    void aWriteThatFailsLeavesTheOldFileAndNothingBesideIt(Call call) throws IOException {
        ground.fail(".a.yaml.tmp", call);
        DocumentFolder.Outcome outcome = replace("a", "new", "b", "new");
        assertEquals(Set.of("a"), outcome.failed().keySet());
        assertEquals(Set.of("b"), outcome.replaced().keySet());
        ground.heal();
        assertEquals("old", ground.now(A));
        assertEquals(List.of("a.yaml", "b.yaml"), ground.files("deep/services"));
        assertEquals(Map.of(), replace("a", "new").failed());
        assertEquals("new", ground.afterCut(A));
    }

    @Test
    void aRenameThatFailsLeavesTheOldFileAndNothingBesideIt() throws IOException {
        ground.fail("a.yaml", Call.MOVE);
        assertEquals(Set.of("a"), replace("a", "new", "b", "new").failed().keySet());
        ground.heal();
        assertEquals("old", ground.now(A));
        assertEquals(List.of("a.yaml", "b.yaml"), ground.files("deep/services"));
    }

    @Test
    void whatCannotBeDiscardedEitherIsToldWithTheFirstFailure() throws IOException {
        ground.fail(".a.yaml.tmp", Call.WRITE, Call.DELETE);
        DocumentFolder.Outcome outcome = replace("a", "new");
        assertEquals(Map.of(), outcome.replaced());
        IOException failure = Objects.requireNonNull(outcome.failed().get("a"));
        assertEquals("/state/deep/services/.a.yaml.tmp: planted: WRITE", failure.getMessage());
        assertEquals(1, failure.getSuppressed().length);
        ground.heal();
        assertEquals("old", ground.now(A));
    }

    @Test
    void whereTheFolderCannotBeOpenedNothingHasChanged() throws IOException {
        ground.fail("services", Call.OPEN);
        DocumentFolder.Outcome outcome = replace("a", "new", "b", "new");
        assertEquals(Set.of("a", "b"), outcome.failed().keySet());
        assertEquals(Map.of(), outcome.replaced());
        assertNotNull(folder.delete(Set.of("a")).failed());
        ground.heal();
        assertEquals("old", ground.now(A));
        assertEquals(List.of("a.yaml", "b.yaml"), ground.files("deep/services"));
    }

    @Test
    void whereTheFolderCannotBeForcedAllIsDoneAndNothingIsCertain() throws IOException {
        ground.fail("services", Call.FORCE_FOLDER);
        DocumentFolder.Outcome outcome = replace("a", "new");
        assertEquals(Set.of("a"), outcome.failed().keySet());
        assertEquals(Set.of("a"), outcome.replaced().keySet());
        assertEquals("new", ground.now(A));
        DocumentFolder.Removal removal = folder.delete(Set.of("b"));
        assertEquals(Set.of("b"), removal.gone());
        assertNotNull(removal.failed());
    }

    @Test
    void aFileWhoseStampCannotBeReadIsInPlace() throws IOException {
        ground.fail("a.yaml", Call.STAT);
        DocumentFolder.Outcome outcome = replace("a", "new");
        ground.heal();
        assertEquals(Map.of("a", FileStamp.UNKNOWN), outcome.replaced());
        assertEquals(Map.of(), outcome.failed());
        assertEquals("new", ground.afterCut(A));
    }

    @Test
    void whatAPersonWroteOrDeletedIsForced() throws IOException {
        Files.writeString(folder.path("a"), "by hand");
        folder.force("a");
        assertEquals("by hand", ground.afterCut(A));
        Files.delete(folder.path("a"));
        assertEquals("by hand", ground.afterCut(A));
        folder.force("a");
        assertNull(ground.afterCut(A));
    }

    @Test
    void aFileSetAsideStaysThere() throws IOException {
        assertEquals(List.of(), folder.broken());
        Path first = folder.setAside("b");
        replace("b", "again");
        Path second = folder.setAside("b");
        Path other = folder.setAside("a");
        assertEquals(List.of(other, first, second), folder.broken());
        assertEquals("old", ground.afterCut("deep/services/a.yaml.broken"));
        assertEquals("again", ground.afterCut("deep/services/b.yaml.broken.2"));
        assertNull(ground.afterCut(A));
    }

    @Test
    void aSingleFileIsReplacedDurablyOrNot() throws IOException {
        DurableFile.replace(ground.path("one"), "durable".getBytes(UTF_8));
        assertEquals("durable", ground.afterCut("one"));
        List<String> forced = ground.recorded(Call.FORCE);
        DurableFile.replaceUnforced(ground.path("two"), out -> out.write("quick".getBytes(UTF_8)));
        assertEquals(List.of(), forced);
        assertEquals("quick", ground.now("two"));
        assertEquals(List.of("deep", "one", "two"), ground.files(""));
        ground.fail("one", Call.MOVE);
        assertThrows(IOException.class, () -> DurableFile.replace(ground.path("one"), new byte[0]));
        ground.heal();
        assertEquals("durable", ground.now("one"));
        assertEquals(List.of("deep", "one", "two"), ground.files(""));
    }

    @Test
    void whatWasWrittenInAnotherWayIsForcedByItsPath() throws IOException {
        Files.writeString(ground.path("file"), "text");
        DurableFile.force(ground.path(""));
        assertEquals("", ground.afterCut("file"));
        DurableFile.force(ground.path("file"));
        assertEquals("text", ground.afterCut("file"));
    }
}
