package dev.asmp.scan;

import static dev.asmp.scan.Field.manifest;
import static dev.asmp.scan.Field.names;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.asmp.Ground;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What has not changed is neither read nor parsed again, and what has changed is never missed. */
@ParameterizedClass
@EnumSource
class ScannerMemoryTest {
    private final Ground.Kind kind;
    private Field field;
    private Ground ground;

    ScannerMemoryTest(Ground.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        field = new Field(kind, temporary);
        ground = field.ground;
    }

    @AfterEach
    void close() throws IOException {
        field.close();
    }

    @Test
    void aSettledFileIsNeitherReadNorParsedAgain() throws IOException {
        field.good("a/asmp.yaml", "a");
        ground.file("b/asmp.yaml", "broken: [");
        ground.minutesPass(1);
        assertEffort(2, 2, field.scan());
        ScanReport second = field.scan();
        assertEffort(0, 0, second);
        assertEquals(List.of("a"), names(second));
        assertNull(second.found().get(0).manifest());
        assertEquals(2, second.effort().manifests());
    }

    @Test
    void aFileThatWasJustWrittenIsReadAgainButNotParsed() throws IOException {
        field.good("a/asmp.yaml", "a");
        assertEffort(1, 1, field.scan());
        assertEffort(1, 0, field.scan());
        ground.minutesPass(1);
        assertEffort(1, 0, field.scan());
        assertEffort(0, 0, field.scan());
    }

    @Test
    void aTouchedFileIsReadButNotParsed() throws IOException {
        Path file = field.good("a/asmp.yaml", "a");
        settle();
        Files.setLastModifiedTime(file, FileTime.from(ground.instant().minusSeconds(30)));
        ScanReport report = field.scan();
        assertEffort(1, 0, report);
        assertEquals(List.of("a"), names(report));
    }

    @Test
    void aFileReplacedByAnEqualOneIsReadButNotParsed() throws IOException {
        field.good("a/asmp.yaml", "a");
        settle();
        field.good("a/asmp.yaml", "a");
        assertEffort(1, 0, field.scan());
    }

    @Test
    void aFileOfTheSameSizeAndTimeButOtherContentIsParsed() throws IOException {
        Path file = field.good("a/asmp.yaml", "a");
        FileTime time = Files.getLastModifiedTime(file);
        settle();
        field.good("a/asmp.yaml", "b");
        Files.setLastModifiedTime(file, time);
        ScanReport report = field.scan();
        assertEffort(1, 1, report);
        assertEquals(List.of("b"), names(report));
        assertNotNull(report.found().get(0).manifest());
    }

    @Test
    void aProblemIsToldAgainWithoutReadingAgain() throws IOException {
        ground.file("a/asmp.yaml", "a: [");
        ground.folder("b/asmp.yaml");
        List<String> first = field.problems(settle());
        ScanReport report = field.scan();
        assertEffort(0, 0, report);
        assertEquals(first, field.problems(report));
        assertEquals(2, first.size());
    }

    @Test
    void aBrokenFileThatIsMendedIsFoundAndTheOtherWayRound() throws IOException {
        field.good("a/asmp.yaml", "a");
        ground.file("b/asmp.yaml", "a: [");
        settle();
        ground.file("a/asmp.yaml", "a: [");
        field.good("b/asmp.yaml", "b");
        ScanReport report = field.scan();
        assertEquals(List.of("b"), names(report));
        assertEquals(1, report.problems().size());
        assertEquals("b", field.scanner.lastNameOf(ground.path("b/asmp.yaml")));
        assertNull(field.scanner.lastNameOf(ground.path("a/asmp.yaml")));
    }

    @Test
    void infraTakesOverWhileItsSiblingIsBrokenAndStepsBackAfterwards() throws IOException {
        field.good("a/asmp.yaml", "own");
        field.good("a/infra/asmp.yaml", "infra");
        assertEquals(List.of("own"), names(settle()));
        ground.file("a/asmp.yaml", "a: [");
        assertEquals(List.of("infra"), names(settle()));
        assertEquals(List.of("infra"), names(field.scan()));
        field.good("a/asmp.yaml", "own");
        assertEquals(List.of("own"), names(settle()));
    }

    @Test
    void whatIsRegisteredWithThisContentIsReadButNotParsed() throws IOException {
        Path file = field.good("a/asmp.yaml", "a");
        String digest = settle().found().get(0).digest();
        Scanner afterRestart = new Scanner(ground);
        afterRestart.recall(file, digest, "a");
        ScanReport report = afterRestart.scan(field.discovery(4, Set.of()));
        assertEffort(1, 0, report);
        assertEquals(List.of("a"), names(report));
        assertNull(report.found().get(0).manifest());
        assertEffort(0, 0, afterRestart.scan(field.discovery(4, Set.of())));
        ground.file("a/asmp.yaml", manifest("a") + "version: 2\n");
        assertEffort(1, 1, afterRestart.scan(field.discovery(4, Set.of())));
    }

    @Test
    void aLinkThatWasTurnedElsewhereIsReadAgain() throws IOException {
        field.good("real/one.yaml", "one");
        field.good("real/two.yaml", "two");
        Path link = ground.link("a/asmp.yaml", "../real/one.yaml");
        assertEquals(List.of("one"), names(settle()));
        Files.delete(link);
        ground.link("a/asmp.yaml", "../real/two.yaml");
        assertEquals(List.of("two"), names(field.scan()));
    }

    @Test
    void aVanishedFolderIsForgotten() throws IOException {
        Path file = field.good("a/asmp.yaml", "a");
        field.good("b/asmp.yaml", "b");
        settle();
        Files.delete(file);
        Files.delete(file.getParent());
        ScanReport report = field.scan();
        assertEquals(List.of("b"), names(report));
        assertEquals(List.of(), report.problems());
        assertNull(field.scanner.lastNameOf(file));
        field.good("a/asmp.yaml", "a");
        assertEffort(1, 1, field.scan());
    }

    @Test
    void aThousandRepositoriesOfWhichTenAreBroken() throws IOException {
        for (int i = 0; i < 1_000; i++) {
            ground.file("r" + i + "/asmp.yaml", i % 100 == 7 ? "name: r" + i : manifest("r" + i));
        }
        ground.minutesPass(1);
        ScanReport first = field.scan();
        assertEquals(990, first.found().size());
        assertEquals(10, first.problems().size());
        assertEffort(1_000, 1_000, first);
        assertEquals(1_001, first.effort().folders());
        ScanReport second = field.scan();
        assertEffort(0, 0, second);
        assertEquals(names(first), names(second));
        assertEquals(first.problems(), second.problems());
    }

    /** Scans when all that was written has come to rest, so that the scanner may rely on its memory. */
    private ScanReport settle() {
        ground.minutesPass(1);
        return field.scan();
    }

    private static void assertEffort(int read, int parsed, ScanReport report) {
        assertEquals(read + " read, " + parsed + " parsed",
                report.effort().read() + " read, " + report.effort().parsed() + " parsed");
    }
}
