package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import dev.asmp.faults.Disk.Call;
import dev.asmp.faults.DiskGround;
import dev.asmp.manifest.HostProfile.Discovery;
import dev.asmp.manifest.ScanPath;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the disk or its permissions refuse is one problem with its reason, and everything else is found. */
class ScannerDiskTest {
    private final Scanner scanner = new Scanner(() -> Instant.parse("2027-01-01T00:00:00Z"));
    private DiskGround ground;

    @BeforeEach
    void open() throws IOException {
        ground = new DiskGround();
        for (String name : List.of("a", "b", "c")) {
            Path folder = Files.createDirectories(ground.path("work/" + name));
            Files.writeString(folder.resolve("asmp.yaml"), Field.manifest(name));
        }
    }

    private ScanPath work() {
        return new ScanPath("~/work", ground.path("work"), null);
    }

    private Discovery discovery(int depth) {
        return new Discovery(List.of(work()), Duration.ofMinutes(5), Duration.ofMinutes(15), depth, Set.of(), false);
    }

    private String outcome(int depth) {
        ScanReport report = scanner.scan(discovery(depth));
        return Field.names(report) + " " + report.problems().stream()
                .map(problem -> problem.path() + (problem.skippedManifest() ? " (skipped): " : ": ") + problem.error())
                .toList();
    }

    @Test
    void aFolderThatCannotBeListedIsAProblem() {
        ground.fail("b", Call.LIST);
        assertEquals("[a, c] [/state/work/b: cannot be read: planted: LIST]", outcome(4));
        ground.fail("b", Call.READ);
        assertEquals("[a, c] [/state/work/b: cannot be read: planted: READ]", outcome(4));
        ground.deny("b", Call.LIST);
        assertEquals("[a, c] [/state/work/b: cannot be read: permission denied]", outcome(4));
    }

    @Test
    void soIsOneThatCannotBeAskedAtTheGreatestDepth() {
        ground.fail("b/asmp.yaml", Call.STAT);
        assertEquals("[a, c] [/state/work/b: cannot be read: planted: STAT]", outcome(1));
        ground.deny("b/asmp.yaml", Call.STAT);
        assertEquals("[a, c] [/state/work/b: cannot be read: permission denied]", outcome(1));
    }

    @Test
    void aManifestThatCannotBeReadIsSkipped() {
        ground.fail("b/asmp.yaml", Call.OPEN);
        assertEquals("[a, c] [/state/work/b/asmp.yaml (skipped): cannot be read: planted: OPEN]", outcome(4));
        ground.fail("b/asmp.yaml", Call.STAT);
        assertEquals("[a, c] [/state/work/b/asmp.yaml (skipped): cannot be read: planted: STAT]", outcome(4));
        ground.deny("b/asmp.yaml", Call.READ);
        assertEquals("[a, c] [/state/work/b/asmp.yaml (skipped): cannot be read: permission denied]", outcome(4));
        assertNull(scanner.read(ground.path("work/b/asmp.yaml"), List.of(work())));
        ground.heal();
        assertEquals("[a, b, c] []", outcome(4));
        assertNotNull(scanner.read(ground.path("work/b/asmp.yaml"), List.of(work())));
    }

    @Test
    void aScanPathThatCannotBeReachedIsAProblem() {
        ground.deny("work", Call.STAT);
        assertEquals("[] [~/work: cannot be read: permission denied]", outcome(4));
        ground.fail("work", Call.STAT);
        assertEquals("[] [~/work: cannot be read: planted: STAT]", outcome(4));
        assertNull(scanner.read(ground.path("work/b/asmp.yaml"), List.of(work())));
        assertEquals(SourceState.UNKNOWN, SourceState.of(ground.path("work/b/asmp.yaml"), List.of(work())));
    }

    @Test
    void aFileIsGoneOnlyWhereItsFolderCanBeRead() throws IOException {
        Path file = ground.path("work/b/asmp.yaml");
        ground.fail("b/asmp.yaml", Call.STAT);
        assertEquals(SourceState.UNKNOWN, SourceState.of(file, List.of(work())));
        ground.heal();
        Files.delete(file);
        assertEquals(SourceState.GONE, SourceState.of(file, List.of(work())));
        for (Call call : List.of(Call.LIST, Call.READ)) {
            ground.fail("b", call);
            assertEquals(SourceState.UNKNOWN, SourceState.of(file, List.of(work())));
        }
        assertEquals(SourceState.UNKNOWN, SourceState.of(file, List.of(new ScanPath("$X", null, "is not defined"))));
    }
}
