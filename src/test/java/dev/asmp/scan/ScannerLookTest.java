package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Ground;
import dev.asmp.manifest.HostProfile.Discovery;
import dev.asmp.manifest.ScanPath;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A look at what changed finds there what a whole scan would, and goes nowhere else. */
class ScannerLookTest {
    private final Set<String> visited = new TreeSet<>();
    private Field field;
    private Discovery discovery;

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        field = new Field(Ground.Kind.MEMORY, temporary);
        field.ground.folder("work");
        discovery = field.discovery(2, Set.of("archive"), "work");
    }

    @AfterEach
    void close() throws IOException {
        field.close();
    }

    private Set<Path> paths(String... below) {
        return Stream.of(below).map(field.ground::path).collect(Collectors.toSet());
    }

    private String place(Path path) {
        return field.ground.path("").relativize(path).toString();
    }

    private PartialScan look(Set<Path> folders, Set<Path> trees) {
        visited.clear();
        return field.scanner.look(discovery, new FolderChanges(folders, trees, false),
                (folder, holdsManifest) -> visited.add(place(folder) + (holdsManifest ? "!" : "")));
    }

    private PartialScan tree(String below) {
        return look(Set.of(), paths(below));
    }

    private PartialScan folder(String below) {
        return look(paths(below), Set.of());
    }

    private static List<String> names(PartialScan look) {
        return look.found().stream().map(FoundManifest::name).toList();
    }

    @Test
    void aTreeIsWalkedAsFarAsAScanWouldWalkIt() throws IOException {
        field.good("work/asmp.yaml", "depth-0");
        field.good("work/1/asmp.yaml", "depth-1");
        field.good("work/1/2/asmp.yaml", "depth-2");
        field.good("work/1/2/3/asmp.yaml", "depth-3");
        assertEquals(List.of("depth-2", "depth-1", "depth-0"), names(tree("work")));
        assertEquals(List.of("depth-2", "depth-1"), names(tree("work/1")));
        PartialScan deepest = tree("work/1/2");
        assertEquals(List.of("depth-2"), names(deepest));
        assertEquals(1, deepest.effort().folders());
        assertEquals(Set.of("work/1/2", "work/1/2!"), visited);
        assertEquals(List.of(), names(tree("work/1/2/3")));
        assertEquals(Set.of(), visited);
        assertEquals(List.of("depth-2"), names(folder("work/1/2")));
        assertEquals(List.of(), names(folder("work/1/2/3")));
    }

    @Test
    void aTreeThatAScanPassesByIsPassedBy() throws IOException {
        for (String folder : List.of("node_modules", "archive", "a/archive")) {
            field.good("work/" + folder + "/asmp.yaml", "hidden");
            field.good("work/" + folder + "/b/asmp.yaml", "hidden");
            assertEquals(List.of(), names(tree("work/" + folder)));
            assertEquals(List.of(), names(folder("work/" + folder)));
            assertEquals(List.of(), names(tree("work/" + folder + "/b")));
        }
        field.good("other/asmp.yaml", "outside");
        assertEquals(List.of(), names(tree("other")));
        assertEquals(List.of(), names(folder("other")));
        assertEquals(List.of(), names(tree("")));
    }

    @Test
    void aLinkInThePlaceOfATreeIsNotFollowed() throws IOException {
        field.good("other/b/asmp.yaml", "outside");
        field.ground.link("work/a", "../other");
        for (String path : List.of("work/a", "work/a/b")) {
            assertEquals(List.of(), names(tree(path)));
            assertEquals(List.of(), names(folder(path)));
        }
        assertEquals(Set.of(), visited);
        assertFalse(Walk.isReal(field.ground.path("work/a/b")));
        assertTrue(Walk.isReal(field.ground.path("other/b")));
        assertFalse(Walk.isReal(field.ground.path("work/none")));
    }

    @Test
    void aTreeThatIsGoneIsForgottenWithItsNames() throws IOException {
        Path file = field.good("work/a/asmp.yaml", "one");
        field.good("work/b/asmp.yaml", "one");
        field.scanner.scan(discovery);
        Files.delete(file);
        Files.delete(file.getParent());
        PartialScan look = tree("work/a");
        assertTrue(look.covers(file));
        assertFalse(look.covers(field.ground.path("work/b/asmp.yaml")));
        assertNull(field.scanner.lastNameOf(file));
        assertEquals(List.of(field.ground.path("work/b/asmp.yaml")),
                look.found().stream().map(FoundManifest::file).toList(), "another file with its name");
        assertNull(look.found().getFirst().manifest(), "which was not read again");
        assertEquals(List.of(), look.problems());
    }

    @Test
    void allFilesOfANameAreFoundWhicheverChanged() throws IOException {
        field.good("work/a/asmp.yaml", "one");
        field.good("work/b/asmp.yaml", "two");
        field.good("work/c/asmp.yaml", "three");
        field.scanner.scan(discovery);
        field.good("work/b/asmp.yaml", "three");
        PartialScan look = folder("work/b");
        assertEquals(List.of("three", "three"), names(look));
        assertNotNull(look.found().getFirst().manifest());
        assertNull(look.found().getLast().manifest());
        assertEquals("three", field.scanner.lastNameOf(field.ground.path("work/b/asmp.yaml")));
        assertEquals(new ScanReport.Effort(1, 1, 1, 0), look.effort());
    }

    @Test
    void aFolderWithoutItsManifestIsNoProblem() throws IOException {
        Path file = field.good("work/a/asmp.yaml", "one");
        field.scanner.scan(discovery);
        Files.delete(file);
        PartialScan look = folder("work/a");
        assertEquals(List.of(), look.found());
        assertEquals(List.of(), look.problems());
        assertNull(field.scanner.lastNameOf(file));
        assertTrue(look.covers(file) && look.covers(field.ground.path("work/a/infra/asmp.yaml")));
    }

    @Test
    void aFileInInfraBelongsToTheFolderAbove() throws IOException {
        Path infra = field.good("work/a/infra/asmp.yaml", "infra");
        for (PartialScan look : List.of(folder("work/a/infra"), tree("work/a/infra"), folder("work/a"))) {
            assertEquals(List.of("infra"), names(look));
            assertTrue(look.covers(infra));
        }
        field.good("work/a/asmp.yaml", "own");
        assertEquals(List.of("own"), names(folder("work/a/infra")));
        assertFalse(folder("work/a/infra").files().contains(field.ground.path("work/a/infra/infra/asmp.yaml")));
        Files.delete(field.ground.path("work/a/asmp.yaml"));
        Files.delete(infra);
        field.ground.file("work/b/infra", "a file");
        assertEquals(List.of(), names(look(paths("work/a", "work/b"), Set.of())));
    }

    @Test
    void aScanPathNamedInfraHasAFileOfItsOwn() throws IOException {
        discovery = field.discovery(2, Set.of(), "infra");
        Path own = field.good("infra/asmp.yaml", "own");
        PartialScan look = folder("infra");
        assertEquals(List.of("own"), names(look));
        assertTrue(look.covers(own));
        assertEquals(List.of("own"), names(tree("infra")));
    }

    @Test
    void aWatchIsToldOfInfraWhereTheWalkDoesNotListIt() throws IOException {
        field.good("work/1/2/infra/asmp.yaml", "deepest");
        field.good("work/1/infra/asmp.yaml", "listed");
        tree("work/1");
        assertEquals(Set.of("work/1", "work/1/2", "work/1/2/infra!", "work/1/infra", "work/1/infra!"), visited);
        folder("work/1/2");
        assertEquals(Set.of("work/1/2/infra!"), visited);
        folder("work/1");
        assertEquals(Set.of(), visited, "the walk lists it, so it is watched already");
        assertEquals(Map.of("work", false, "work/1", false, "work/1/2", false, "work/1/2/infra", true, "work/1/infra",
                true),
                Objects.requireNonNull(field.scanner.scan(discovery).folders()).entrySet().stream()
                        .collect(Collectors.toMap(folder -> place(folder.getKey()), Map.Entry::getValue)));
    }

    @Test
    void theBytesOfAManifestAreThoseBelowTheScanPaths() throws IOException {
        Path file = field.ground.file("work/a/asmp.yaml", "broken: [");
        List<ScanPath> paths = discovery.scanPaths();
        assertEquals("broken: [", new String(Objects.requireNonNull(field.scanner.bytes(file, paths)),
                StandardCharsets.UTF_8));
        assertNull(field.scanner.bytes(field.ground.path("work/none/asmp.yaml"), paths));
        assertNull(field.scanner.bytes(field.good("other/asmp.yaml", "outside"), paths));
        assertNull(field.scanner.bytes(file, List.of(new ScanPath("$X", null, "is not defined"))));
    }
}
