package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asmp.Ground;
import dev.asmp.Until;
import dev.asmp.manifest.HostProfile.Discovery;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever is done to a tree, and whenever it is looked at: in the end the watch knows what a scan would find. Each of these
 * seeds found a defect once.
 */
@ParameterizedClass
@ValueSource(longs = {1, 4, 6, 7, 11, 106, 218, 256})
class FolderWatchRandomTest {
    private static final List<String> NAMES = List.of("a", "b", "c", "infra", "target");

    private final Map<Path, String> names = new TreeMap<>();
    private final FolderWatch watch = new FolderWatch(() -> {}, FolderWatch.Limit.of(100_000));
    private final long seed;
    private final Random random;
    private Field field;
    private Discovery discovery;

    FolderWatchRandomTest(long seed) {
        this.seed = seed;
        this.random = new Random(seed);
    }

    @BeforeEach
    void open(@TempDir Path temporary) throws IOException {
        field = new Field(Ground.Kind.DISK, temporary);
        field.ground.folder("work");
        discovery = field.discovery(3, Set.of(), "work");
    }

    @AfterEach
    void close() throws IOException {
        watch.close();
        field.close();
    }

    @Test
    void itKnowsWhatAScanWouldFind() throws IOException {
        scan();
        for (int round = 0; round < 20; round++) {
            for (int i = random.nextInt(40); i >= 0; i--) {
                change();
                if (random.nextInt(4) == 0) {
                    look(watch.gather());
                } else if (random.nextInt(30) == 0) {
                    scan();
                }
            }
            compare(round);
        }
    }

    private Path somewhere() {
        Path path = field.ground.path("work");
        for (int i = random.nextInt(4); i >= 0; i--) {
            path = path.resolve(NAMES.get(random.nextInt(NAMES.size())));
        }
        return path;
    }

    /** Does something that may or may not be possible. */
    private void change() throws IOException {
        Path place = somewhere();
        try {
            switch (random.nextInt(10)) {
                case 0, 1 -> Files.createDirectories(place);
                case 2, 3, 4 -> write(place.resolve("asmp.yaml"));
                case 5 -> Files.deleteIfExists(place.resolve("asmp.yaml"));
                case 6 -> delete(place);
                case 7 -> Files.move(place, somewhere());
                case 8 -> {
                    Path away = Files.move(place, field.ground.path("away-" + random.nextLong()));
                    if (random.nextBoolean()) {
                        Files.move(away, place);
                    }
                }
                default -> Files.createSymbolicLink(place, Path.of(NAMES.get(random.nextInt(NAMES.size()))));
            }
        } catch (IOException _) {
            // Nothing to move or delete there, or something in the way.
        }
    }

    private void write(Path manifest) throws IOException {
        if (random.nextInt(4) == 0) {
            Files.createDirectories(manifest.getParent());
        }
        String text = random.nextInt(5) == 0 ? "broken: [" : Field.manifest("n" + random.nextInt(1000));
        if (random.nextBoolean()) {
            Files.writeString(manifest, text);
        } else {
            Files.move(Files.writeString(manifest.resolveSibling("new"), text), manifest);
        }
    }

    private static void delete(Path place) throws IOException {
        if (Files.exists(place, LinkOption.NOFOLLOW_LINKS)) {
            try (Stream<Path> files = Files.walk(place)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private void scan() {
        ScanReport report = field.scanner.scan(discovery);
        names.clear();
        report.found().forEach(found -> names.put(found.file(), found.name()));
        look(watch.align(Objects.requireNonNull(report.folders())));
    }

    private void look(FolderChanges changes) {
        if (changes.everything()) {
            scan();
        } else {
            PartialScan glance = field.scanner.look(discovery, changes, watch);
            names.keySet().removeIf(glance::covers);
            glance.found().forEach(found -> names.put(found.file(), found.name()));
        }
    }

    private void compare(int round) throws IOException {
        Path last = Files.createDirectory(field.ground.path("work").resolve("last-" + round)).resolve("asmp.yaml");
        Files.writeString(last, Field.manifest("last"));
        Until.holds(() -> names.containsKey(last), () -> look(watch.gather()), () -> "the last change was not noticed");
        look(watch.gather());
        Scanner fresh = new Scanner(field.ground);
        ScanReport report = fresh.scan(discovery);
        Map<Path, String> expected = new TreeMap<>();
        report.found().forEach(found -> expected.put(found.file(), found.name()));
        assertEquals(expected, names, "seed " + seed + ", round " + round);
        assertEquals(new TreeSet<>(Objects.requireNonNull(report.folders()).keySet()), new TreeSet<>(watch.folders()),
                "seed " + seed + ", round " + round);
    }
}
