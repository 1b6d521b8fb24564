package dev.asmp.scan;

import static dev.asmp.scan.Field.manifest;
import static dev.asmp.scan.Field.names;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Ground;
import dev.asmp.manifest.HostProfile.Discovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a scan holds in memory does not grow with what it finds, and what it finds does not depend on that. */
class ScannerBudgetsTest {
    private static final int MANIFESTS = 200;

    @TempDir
    private Path folder;
    private Field field;

    @BeforeEach
    void open() throws IOException {
        field = new Field(Ground.Kind.MEMORY, folder);
    }

    @AfterEach
    void close() throws IOException {
        field.close();
    }

    private List<String> many() throws IOException {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < MANIFESTS; i++) {
            names.add("r%03d".formatted(i));
            field.good(names.getLast() + "/asmp.yaml", names.getLast());
        }
        field.ground.minutesPass(1);
        return names;
    }

    private Scanner scanner(long contents, long paths, long memory, int folders) {
        return new Scanner(field.ground, new Scanner.Budgets(contents, paths, memory, folders));
    }

    @Test
    void whatIsFoundIsPassedOnInStringOrderWhileTheScanGoesOn() throws IOException {
        List<String> all = many();
        field.good("r000/infra/asmp.yaml", "passed-over");
        field.ground.file("r001/asmp.yaml", "broken: [");
        field.good("r001/infra/asmp.yaml", "r001");
        field.good("r001/a/asmp.yaml", "r001-a");
        all.add(1, "r001-a"); // before the file in infra, after which it was inspected
        List<List<String>> groups = new ArrayList<>();
        ScanReport report = field.scanner.scan(field.discovery(4, Set.of()),
                found -> groups.add(found.stream().map(FoundManifest::name).toList()));
        assertEquals(all, groups.stream().flatMap(List::stream).toList());
        assertTrue(groups.size() > 3, groups::toString);
        assertEquals(all, names(report));
        assertTrue(report.found().stream().allMatch(found -> found.manifest() == null));
    }

    @Test
    void contentForWhichThereIsNoRoomIsLeftOutAndRoomComesBackWhenItIsReleased() throws IOException {
        many();
        long one = FoundManifest.weight(Objects.requireNonNull(Objects.requireNonNull(
                field.scanner.read(field.ground.path("r000/asmp.yaml"), field.discovery(4, Set.of()).scanPaths()))
                .manifest()));
        Scanner scanner = scanner(10 * one, 1 << 20, 1 << 20, 100);
        List<Integer> held = new ArrayList<>();
        scanner.scan(field.discovery(4, Set.of()), found -> {
            held.add((int) found.stream().filter(manifest -> manifest.manifest() != null).count());
            found.forEach(scanner::release);
        });
        assertEquals(10, held.getFirst());
        assertTrue(held.stream().mapToInt(Integer::intValue).sum() > 10, held::toString);
        assertTrue(held.stream().allMatch(count -> count <= 10), held::toString);
        Scanner whole = scanner(10 * one, 1 << 20, 0, 100);
        for (int i = 0; i < 2; i++) {
            ScanReport report = whole.scan(field.discovery(4, Set.of()));
            assertEquals(10, report.found().stream().filter(found -> found.manifest() != null).count());
            whole.releaseAll();
        }
    }

    @Test
    void tooManyManifestsAreAProblemAndThoseKnownAreStillRead() throws IOException {
        many();
        Scanner scanner = scanner(1 << 20, 20 * 330, 1 << 20, 100);
        scanner.recall(field.ground.path("r150/asmp.yaml"), "digest", "r150");
        ScanReport report = scanner.scan(field.discovery(4, Set.of()));
        assertTrue(names(report).contains("r150"));
        assertTrue(report.found().size() > 10 && report.found().size() < 30, () -> "" + report.found().size());
        assertEquals(List.of("~/: has too many manifests: " + (MANIFESTS - report.found().size())
                + " were not read (narrow discovery.scan_paths, or set discovery.ignore)"), field.problems(report));
    }

    @Test
    void aFileThatCouldNotBeRememberedIsReadAgain() throws IOException {
        List<String> all = many();
        Scanner scanner = scanner(1 << 20, 1 << 20, 50 * 330, 100);
        assertEquals(all, names(scanner.scan(field.discovery(4, Set.of()))));
        ScanReport second = scanner.scan(field.discovery(4, Set.of()));
        assertEquals(all, names(second));
        assertTrue(second.effort().parsed() > 100 && second.effort().parsed() < 180, second.effort()::toString);
    }

    @Test
    void aFileThatIsLookedAtAgainAndAgainIsRememberedOnce() throws IOException {
        Path file = field.good("a/asmp.yaml", "one");
        field.good("b/asmp.yaml", "other");
        Scanner scanner = scanner(1 << 20, 1 << 20, 2 * 400, 100);
        Discovery discovery = field.discovery(4, Set.of());
        scanner.scan(discovery);
        for (int i = 0; i < 5; i++) {
            field.good("a/asmp.yaml", "name-" + i);
            scanner.look(discovery, new FolderChanges(Set.of(file.getParent()), Set.of(), false), (_, _) -> {});
            assertEquals("name-" + i, scanner.lastNameOf(file));
        }
        field.good("c/asmp.yaml", "third");
        Path third = field.ground.path("c");
        scanner.look(discovery, new FolderChanges(Set.of(), Set.of(third), false), (_, _) -> {});
        assertNull(scanner.lastNameOf(third.resolve("asmp.yaml")), "there is memory for two");
        Files.delete(file);
        scanner.look(discovery, new FolderChanges(Set.of(file.getParent(), third), Set.of(), false), (_, _) -> {});
        assertEquals("third", scanner.lastNameOf(third.resolve("asmp.yaml")), "the first one's is free again");
    }

    @Test
    void onlySomeFoldersAreNamedForAWatchAndThoseWithAManifestAlways() throws IOException {
        many();
        for (int i = 0; i < 300; i++) {
            field.ground.folder("r000/empty-" + i);
        }
        ScanReport report = scanner(1 << 20, 1 << 20, 1 << 20, 50).scan(field.discovery(4, Set.of()));
        int named = Objects.requireNonNull(report.folders()).size();
        assertTrue(named >= MANIFESTS && named <= MANIFESTS + 60, () -> "" + named);
        assertEquals(501, report.effort().folders());
    }

    @ParameterizedTest
    @EnumSource(Ground.Kind.class)
    void aFolderOfThousandsOfFoldersIsWalkedWhole(Ground.Kind kind) throws IOException {
        try (Field wide = new Field(kind, Files.createDirectories(folder.resolve("wide")))) {
            for (int i = 0; i < 3_000; i++) {
                wide.ground.folder("f" + i);
            }
            wide.good("f2999/asmp.yaml", "last");
            wide.good("ü/asmp.yaml", "umlaut");
            wide.good("infra/asmp.yaml", "infra");
            wide.good("asmp.yaml", "root");
            ScanReport report = wide.scan();
            assertEquals(List.of("root", "last", "umlaut"), names(report));
            assertTrue(report.effort().folders() >= 3_003);
            Files.delete(wide.ground.path("asmp.yaml"));
            assertEquals(List.of("last", "infra", "umlaut"), names(wide.scan()));
        }
    }

    @Test
    void problemsBeyondTheLimitAreCounted() throws IOException {
        ScanProblems problems = new ScanProblems();
        IntStream.range(0, 1_500).forEach(i -> problems.add(ScanProblem.manifest(Path.of("/r" + i), "broken")));
        IntStream.range(0, 100).forEach(i -> problems.add(ScanProblem.folder("/f" + i, "cannot be read")));
        problems.add(ScanProblem.manifest(Path.of("/r7"), "broken"));
        assertEquals("1000 600 500 1500", problems.kept().size() + " " + problems.omitted() + " "
                + problems.omittedManifests() + " " + problems.skippedManifests());
        ScanProblems long_ = new ScanProblems();
        IntStream.range(0, 900)
                .forEach(i -> long_.add(ScanProblem.manifest(Path.of("/" + "x".repeat(3_000) + i), "y".repeat(9_000))));
        assertTrue(long_.kept().size() < 200 && long_.kept().size() + long_.omitted() == 900);
        assertEquals(501, long_.kept().getFirst().error().length());
    }

    @Test
    void aManifestWithAliasesWeighsWhatItTakesWrittenOut() throws IOException {
        field.ground.file("a/asmp.yaml",
                manifest("a") + "x: &x " + "y".repeat(10_000) + "\nz: [" + "*x,".repeat(50) + "]\n");
        FoundManifest found = field.scan().found().getFirst();
        assertTrue(FoundManifest.weight(Objects.requireNonNull(found.manifest())) > 1_000_000);
    }
}
