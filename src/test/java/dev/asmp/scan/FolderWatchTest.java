package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Ground;
import dev.asmp.Until;
import dev.asmp.manifest.HostProfile.Discovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What happens below the scan paths is noticed and looked at, and nothing else is. */
@ParameterizedClass
@EnumSource
class FolderWatchTest {
    private final Ground.Kind kind;
    private final List<ScanProblem> problems = new ArrayList<>();
    private final AtomicInteger room = new AtomicInteger(Integer.MAX_VALUE);
    private Field field;
    private Ground ground;
    private Discovery discovery;
    private FolderWatch watch;
    /**
     * Another watch of the same service. Events come in order, so it tells which ones have arrived; and the service in memory
     * trips over a last watch that is ended twice.
     */
    private @Nullable WatchKey outside;
    /** Where there is a manifest, by what was found and what was looked for in vain. */
    private final Map<String, String> names = new TreeMap<>();
    private int folders;
    private int scans;

    FolderWatchTest(Ground.Kind kind) {
        this.kind = kind;
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        field = new Field(kind, temporary);
        ground = field.ground;
        ground.folder("work");
        discovery = field.discovery(3, Set.of("archive"), "work");
        watch = new FolderWatch((folder, service, kinds) -> {
            if (outside == null) {
                outside = ground.folder("outside").register(service, StandardWatchEventKinds.ENTRY_CREATE);
            }
            if (room.getAndDecrement() <= 0) {
                throw new IOException("no more room");
            }
            return folder.register(service, kinds);
        }, new FolderWatch.Limit(1_000, "enough"));
    }

    @AfterEach
    void close() throws IOException {
        watch.close();
        field.close();
    }

    /** Scans everything, and looks at what was not watched until then. */
    private ScanReport scan() {
        scans++;
        ScanReport report = field.scanner.scan(discovery);
        names.clear();
        report.found().forEach(found -> names.put(place(found.file()), found.name()));
        look(watch.align(walked(report)));
        ground.minutesPass(1);
        return report;
    }

    private void look(FolderChanges changes) {
        if (changes.everything()) {
            scan();
        } else if (!changes.isEmpty()) {
            PartialScan glance = field.scanner.look(discovery, changes, watch);
            folders += glance.effort().folders();
            names.keySet().removeIf(place -> glance.covers(ground.path("work/" + place)));
            glance.found().forEach(found -> names.put(place(found.file()), found.name()));
            problems.addAll(glance.problems());
        }
    }

    private String place(Path file) {
        return ground.path("work").relativize(file.getParent()) + "/asmp.yaml";
    }

    /** Looks at what is noticed until things are as they should be. */
    private void await(BooleanSupplier condition) {
        Until.holds(condition::getAsBoolean, () -> look(watch.gather()), () -> "there is " + names + ", " + problems);
    }

    private void await(Map<String, String> expected) {
        await(() -> names.equals(expected));
    }

    /** Makes sure that what happened until now has been noticed: things happen in order. */
    private void settle() throws IOException {
        field.good("work/last/asmp.yaml", "last");
        await(() -> names.containsKey("last/asmp.yaml"));
        Files.delete(ground.path("work/last/asmp.yaml"));
        Files.delete(ground.path("work/last"));
        await(() -> !names.containsKey("last/asmp.yaml"));
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @Test
    void aManifestThatAppearsChangesOrGoesIsNoticed() throws IOException {
        ground.folder("work/a/b");
        scan();
        Path file = field.good("work/a/b/asmp.yaml", "one");
        await(Map.of("a/b/asmp.yaml", "one"));
        ground.minutesPass(1);
        field.good("work/a/b/asmp.yaml", "another");
        await(Map.of("a/b/asmp.yaml", "another"));
        ground.minutesPass(1);
        Files.writeString(file, Field.manifest("in-place"));
        await(Map.of("a/b/asmp.yaml", "in-place"));
        Files.delete(file);
        await(Map.of());
        assertEquals(List.of(), problems);
    }

    @Test
    void onlyTheFolderThatChangedIsLookedAtAndTheNextScanParsesNothing() throws IOException {
        for (int i = 0; i < 50; i++) {
            field.good("work/a" + i + "/asmp.yaml", "name-" + i);
        }
        scan();
        ground.minutesPass(1);
        folders = 0;
        field.good("work/a7/asmp.yaml", "seven");
        await(() -> "seven".equals(names.get("a7/asmp.yaml")));
        assertEquals(0, folders);
        assertEquals(50, names.size());
        ground.minutesPass(1);
        assertEquals(0, scan().effort().parsed());
    }

    @Test
    void aTreeThatIsMadeIsFoundAndWatchedFromThenOn() throws IOException {
        scan();
        field.good("work/a/b/c/asmp.yaml", "deep");
        await(Map.of("a/b/c/asmp.yaml", "deep"));
        ground.minutesPass(1);
        field.good("work/a/asmp.yaml", "later");
        field.good("work/a/b/c/asmp.yaml", "changed");
        await(Map.of("a/asmp.yaml", "later", "a/b/c/asmp.yaml", "changed"));
    }

    @Test
    void aTreeThatIsMovedInIsFoundAndOneThatIsMovedAwayIsForgotten() throws IOException {
        scan();
        field.good("elsewhere/b/c/asmp.yaml", "moved");
        Files.move(ground.path("elsewhere"), ground.path("work/a"));
        await(Map.of("a/b/c/asmp.yaml", "moved"));
        int watched = watch.size();
        ground.minutesPass(1);
        field.good("work/a/b/c/asmp.yaml", "noticed");
        await(Map.of("a/b/c/asmp.yaml", "noticed"));
        Files.move(ground.path("work/a"), ground.path("away"));
        await(Map.of());
        assertEquals(watched - 3, watch.size());
        ground.minutesPass(1);
        field.good("away/b/c/asmp.yaml", "unseen");
        settle();
        assertEquals(Map.of(), names);
    }

    @Test
    void aTreeThatIsRenamedIsFoundUnderItsNewName() throws IOException {
        field.good("work/a/b/asmp.yaml", "renamed");
        scan();
        Files.move(ground.path("work/a"), ground.path("work/z"));
        await(Map.of("z/b/asmp.yaml", "renamed"));
        ground.minutesPass(1);
        field.good("work/z/b/asmp.yaml", "and-watched");
        await(Map.of("z/b/asmp.yaml", "and-watched"));
        assertEquals(3, watch.size());
    }

    @Test
    void aFolderThatIsReplacedIsWatchedAnew() throws IOException {
        assumeTrue(ground.onDisk()); // the watch of the file system in memory compares names every few milliseconds
        field.good("work/a/b/asmp.yaml", "old");
        scan();
        Files.move(ground.path("work/a"), ground.path("work/z"));
        ground.folder("work/a/b");
        await(Map.of("z/b/asmp.yaml", "old"));
        ground.minutesPass(1);
        field.good("work/a/b/asmp.yaml", "new");
        await(Map.of("z/b/asmp.yaml", "old", "a/b/asmp.yaml", "new"));
        delete(ground.path("work/a"));
        field.good("work/a/b/asmp.yaml", "again");
        await(Map.of("z/b/asmp.yaml", "old", "a/b/asmp.yaml", "again"));
    }

    @Test
    void aTreeThatIsDeletedIsForgotten() throws IOException {
        field.good("work/a/b/c/asmp.yaml", "deep");
        field.good("work/b/asmp.yaml", "other");
        scan();
        delete(ground.path("work/a"));
        await(Map.of("b/asmp.yaml", "other"));
        await(() -> watch.size() == 2);
    }

    @Test
    void foldersThatNeverHoldAServiceAreNotWatched() throws IOException {
        ground.folder("work/node_modules/a");
        ground.folder("work/archive/a");
        ground.folder("work/a/b/c/d");
        scan();
        assertEquals(4, watch.size());
        field.good("work/target/b/asmp.yaml", "built");
        field.good("work/archive/b/asmp.yaml", "archived");
        field.good("work/a/b/c/d/asmp.yaml", "too-deep");
        settle();
        assertEquals(Map.of(), names);
        assertEquals(4, watch.size());
    }

    @Test
    void theSecondFileIsNoticedAndGivesWayToTheFirst() throws IOException {
        scan();
        field.good("work/a/infra/asmp.yaml", "infra");
        await(Map.of("a/infra/asmp.yaml", "infra"));
        ground.minutesPass(1);
        Path own = field.good("work/a/asmp.yaml", "own");
        await(Map.of("a/asmp.yaml", "own"));
        ground.minutesPass(1);
        field.good("work/a/infra/asmp.yaml", "changed");
        settle();
        assertEquals(Map.of("a/asmp.yaml", "own"), names);
        ground.file("work/a/asmp.yaml", "broken: [");
        await(Map.of("a/infra/asmp.yaml", "changed"));
        Files.delete(own);
        Files.move(ground.path("work/a/infra"), ground.path("work/a/other"));
        await(Map.of("a/other/asmp.yaml", "changed"));
    }

    @Test
    void infraIsWatchedAtTheGreatestDepthToo() throws IOException {
        ground.folder("work/1/2/3");
        ground.folder("work/1/2/4/infra");
        scan();
        assertEquals(6, watch.size());
        field.good("work/1/2/3/infra/asmp.yaml", "three");
        field.good("work/1/2/4/infra/asmp.yaml", "four");
        await(Map.of("1/2/3/infra/asmp.yaml", "three", "1/2/4/infra/asmp.yaml", "four"));
        ground.minutesPass(1);
        field.good("work/1/2/3/infra/asmp.yaml", "drei");
        await(Map.of("1/2/3/infra/asmp.yaml", "drei", "1/2/4/infra/asmp.yaml", "four"));
        delete(ground.path("work/1/2/3/infra"));
        await(Map.of("1/2/4/infra/asmp.yaml", "four"));
    }

    @Test
    void linksAreNotFollowedIntoFolders() throws IOException {
        assumeTrue(ground.onDisk()); // the watch of the file system in memory compares names every few milliseconds
        field.good("other/asmp.yaml", "outside");
        field.good("work/a/b/asmp.yaml", "inside");
        scan();
        ground.link("work/link", "../other");
        settle();
        Files.move(ground.path("work/a"), ground.path("work/z"));
        ground.link("work/a", "z");
        await(Map.of("z/b/asmp.yaml", "inside"));
        assertEquals(3, watch.size());
    }

    @Test
    void whatIsWrongIsToldAndARightFileAfterItIsTaken() throws IOException {
        ground.folder("work/a");
        scan();
        ground.file("work/a/asmp.yaml", "name: [");
        await(() -> !problems.isEmpty());
        ground.minutesPass(1);
        field.good("work/a/asmp.yaml", "right");
        await(Map.of("a/asmp.yaml", "right"));
    }

    @Test
    void whatWasChangedBeforeItWasWatchedIsFoundToo() throws IOException {
        ground.folder("work/a");
        ScanReport report = field.scanner.scan(discovery);
        field.good("work/a/asmp.yaml", "early");
        look(watch.align(walked(report)));
        assertEquals(Map.of("a/asmp.yaml", "early"), names);
    }

    private static Map<Path, Boolean> walked(ScanReport report) {
        return Objects.requireNonNull(report.folders());
    }

    @Test
    void whatIsMoreThanAWatchCanTellIsLookedAtAsAWhole() throws IOException {
        ground.folder("work/a");
        scan();
        for (int i = 0; i < 600; i++) {
            ground.folder("work/a/d" + i);
        }
        field.good("work/a/d599/asmp.yaml", "one-of-many");
        await(Map.of("a/d599/asmp.yaml", "one-of-many"));
        await(() -> watch.size() == 602);
    }

    @Test
    void whenManyWatchesCannotTellEverythingIsScanned() throws IOException {
        assumeTrue(ground.onDisk());
        for (int i = 0; i < 20; i++) {
            ground.folder("work/a" + i);
        }
        scan();
        int before = scans;
        for (int i = 0; i < 20; i++) {
            for (int j = 0; j < 520; j++) {
                Files.createFile(ground.path("work/a" + i + "/f" + j));
            }
            Files.writeString(ground.path("work/a" + i + "/asmp.yaml"), Field.manifest("name-" + i));
        }
        ground.file("outside/last", "");
        Until.holds(() -> !Objects.requireNonNull(outside).pollEvents().isEmpty(), () -> "no event arrived");
        await(() -> names.size() == 20);
        assertTrue(scans > before);
    }

    @Test
    void whenWatchesRunOutThoseThatThereAreStayAndTheMostUsefulComeFirst() throws IOException {
        ground.folder("work/a/x/y");
        field.good("work/b/x/asmp.yaml", "kept");
        room.set(3);
        scan();
        assertEquals("no more room", watch.refusal());
        assertEquals(3, watch.size());
        field.good("work/b/x/asmp.yaml", "noticed");
        field.good("work/a/x/asmp.yaml", "unnoticed");
        await(Map.of("b/x/asmp.yaml", "noticed"));
        field.good("work/c/d/asmp.yaml", "new");
        await(() -> "new".equals(names.get("c/d/asmp.yaml")));
        delete(ground.path("work/c"));
        await(() -> !names.containsKey("c/d/asmp.yaml"));
        room.set(1000);
        scan();
        assertNull(watch.refusal());
        assertEquals(6, watch.size());
    }

    @Test
    void aScanPathThatWasReplacedIsWatchedAfterTheNextScan() throws IOException {
        field.good("work/a/asmp.yaml", "one");
        scan();
        Files.move(ground.path("work"), ground.path("away"));
        scan();
        assertEquals(0, watch.size());
        Files.move(ground.path("away"), ground.path("work"));
        scan();
        Files.move(ground.path("work"), ground.path("away"));
        field.good("work/a/asmp.yaml", "two");
        scan();
        ground.minutesPass(1);
        field.good("work/a/asmp.yaml", "three");
        await(Map.of("a/asmp.yaml", "three"));
    }

    @Test
    void nothingIsWatchedAfterTheEnd() throws IOException {
        ScanReport report = scan();
        watch.close();
        assertTrue(watch.gather().isEmpty());
        assertTrue(watch.align(walked(report)).isEmpty());
        watch.visit(ground.path("work"), false);
        assertEquals(0, watch.size());
    }

    @Test
    void anEditorsTemporaryFilesAreNothing() throws IOException {
        field.good("work/a/asmp.yaml", "one");
        scan();
        ground.minutesPass(1);
        Path swap = ground.file("work/a/.asmp.yaml.swp", "…");
        ground.file("work/a/asmp.yaml~", Field.manifest("two"));
        Files.move(ground.path("work/a/asmp.yaml~"), ground.path("work/a/asmp.yaml"),
                StandardCopyOption.ATOMIC_MOVE);
        Files.delete(swap);
        await(Map.of("a/asmp.yaml", "two"));
        assertEquals(List.of(), problems);
    }
}
