package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.document.Scalar;
import dev.asmp.document.Yaml;
import dev.asmp.manifest.Manifest;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The values that a scan and a watch hand on: problems within limits, changes without what others cover. */
class ScanValuesTest {
    private static Set<Path> paths(@Nullable String written) {
        return written == null
                ? Set.of()
                : Stream.of(written.split(" ", -1)).map(Path::of).collect(Collectors.toSet());
    }

    private static FolderChanges changes(@Nullable String folders, @Nullable String trees) {
        return new FolderChanges(paths(folders), paths(trees), false);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', nullValues = "-", textBlock = """
            # folders | trees        | folders left | trees left
            /a /b     | -            | /a /b        | -
            /a /a/b   | /a           | -            | /a
            /a /ab    | /a           | /ab          | /a
            /x        | /a /a/b /a/b/c /b | /x      | /a /b
            -         | / /a         | -            | /
            """)
    void whatLiesBelowATreeIsLeftOut(@Nullable String folders, @Nullable String trees, @Nullable String foldersLeft,
            @Nullable String treesLeft) {
        assertEquals(changes(foldersLeft, treesLeft), changes(folders, trees).reduced());
    }

    @Test
    void changesTakenTogetherAreAllOfThem() {
        FolderChanges some = changes("/a", "/b");
        assertSame(some, some.and(FolderChanges.NONE));
        assertSame(some, FolderChanges.NONE.and(some));
        assertEquals(changes("/a /c", "/b /d"), some.and(changes("/c", "/d")));
        FolderChanges lost = new FolderChanges(Set.of(), Set.of(), true);
        assertTrue(some.and(lost).everything() && lost.and(some).everything() && lost.reduced().everything());
        assertFalse(some.and(some).everything());
        assertTrue(FolderChanges.NONE.isEmpty());
        assertFalse(lost.isEmpty() || changes("/a", null).isEmpty() || changes(null, "/a").isEmpty());
        assertFalse(FolderChanges.isWithin(Set.of(), Path.of("/a")));
        assertFalse(FolderChanges.isWithin(Set.of(Path.of("/a")), null));
    }

    private static ScanProblem problem(String path, String error, boolean manifest) {
        return new ScanProblem(path, null, error, manifest);
    }

    @Test
    void aProblemIsKeptOnceAndInOrderOfPaths() {
        ScanProblems problems = new ScanProblems();
        for (String path : List.of("/b", "/a", "/b")) {
            problems.add(problem(path, "broken", true));
        }
        problems.add(problem("/c", "no folder", false));
        assertEquals(List.of("/a", "/b", "/c"), problems.kept().stream().map(ScanProblem::path).toList());
        assertEquals(List.of(0, 2, 0),
                List.of(problems.omitted(), problems.skippedManifests(), problems.omittedManifests()));
    }

    @Test
    void aThousandProblemsAreKeptAndTheOthersCounted() {
        ScanProblems problems = new ScanProblems();
        IntStream.range(0, 1_003).forEach(i -> problems.add(problem("/" + i, "broken", i != 1_001)));
        assertEquals(1_000, problems.kept().size());
        assertEquals(List.of(3, 1_002, 2),
                List.of(problems.omitted(), problems.skippedManifests(), problems.omittedManifests()));
    }

    @Test
    void problemsHaveALengthTogether() {
        ScanProblems problems = new ScanProblems();
        String longPath = "/a" + "x".repeat(512 * 1024 - 12);
        problems.add(problem(longPath, "", false));
        problems.add(problem("/b", "123456789", false));
        problems.add(problem("/c", "12345678", false));
        problems.add(problem("", "1", false));
        assertEquals(List.of(longPath, "/c"), problems.kept().stream().map(ScanProblem::path).toList());
        assertEquals(2, problems.omitted());
    }

    @Test
    void aManifestThatIsKeptOutHasItsNameAndCountsAsSkipped() {
        assertEquals(new ScanProblem("/a", "mail", "is full", true),
                ScanProblem.keptOut(Path.of("/a"), "mail", "is full"));
    }

    @Test
    void anErrorIsCut() {
        assertEquals("x".repeat(500), problem("/a", "x".repeat(500), true).error());
        assertEquals("x".repeat(500) + "…", problem("/a", "x".repeat(501), true).error());
    }

    @Test
    void theWeightOfAManifestGrowsWithItsTextsAndNodes() {
        Manifest mail = Manifests.of("mail", "1");
        long plain = FoundManifest.weight(mail);
        long text = FoundManifest.weight(Manifest.of(mail.document().with("note", Scalar.text("text")))) - plain;
        long longer = FoundManifest.weight(Manifest.of(mail.document().with("note", Scalar.text("longer text"))))
                - plain;
        long list = FoundManifest.weight(Manifest.of(mail.document().with("note", Yaml.read("[text, text]")))) - plain;
        long mapping = FoundManifest.weight(Manifest.of(mail.document().with("note", Yaml.read("{note: text}"))))
                - plain;
        assertTrue(text > 100 && text < 300, text + " bytes");
        assertEquals(2L * "longer ".length(), longer - text);
        assertTrue(list > text + 100 && list < 3 * text, list + " bytes");
        assertTrue(mapping > list && mapping < 4 * text, mapping + " bytes");
        FoundManifest found = new FoundManifest(Path.of("/a"), "mail", "d", mail);
        assertNull(found.withoutContent().manifest());
        FoundManifest empty = found.withoutContent();
        assertSame(empty, empty.withoutContent());
    }
}
