package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.manifest.HostProfile.Discovery;
import dev.asmp.manifest.ScanPath;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Somebody writes while the scanner reads: the file system asks for the time at every reading, and that is the moment. */
class ScannerRaceTest {
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private Meanwhile meanwhile = () -> {};
    private boolean busy;
    private FileSystem files;
    private Scanner scanner;
    private Path root;

    private interface Meanwhile {
        void run() throws IOException;
    }

    @BeforeEach
    void open() throws IOException {
        files = Jimfs.newFileSystem(
                Configuration.unix().toBuilder().setFileTimeSource(() -> FileTime.from(interrupted())).build());
        root = Files.createDirectories(files.getPath("/work"));
        scanner = new Scanner(() -> now, (_, _) -> null);
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private Instant interrupted() {
        // Only the reading of a file is interrupted: the walk itself holds the file system's lock.
        if (!busy && inBytes()) {
            busy = true;
            try {
                meanwhile.run();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                busy = false;
            }
        }
        return now;
    }

    private static boolean inBytes() {
        return StackWalker.getInstance().walk(frames -> frames.anyMatch(
                frame -> frame.getClassName().endsWith(".ManifestFile") && frame.getMethodName().equals("bytes")));
    }

    @Test
    void aFileThatIsReplacedOnceIsReadOnceMore() throws IOException {
        Path file = write("a", "one");
        meanwhile = () -> {
            meanwhile = () -> {};
            write("a", "two");
        };
        ScanReport report = scan();
        assertEquals(List.of("two"), Field.names(report));
        assertEquals(file, report.found().get(0).file());
    }

    @Test
    void aFileThatChangesAllTheTimeIsAProblemUntilTheNextScan() throws IOException {
        knowCalm();
        write("a", "one");
        meanwhile = () -> write("a", "one");
        ScanReport report = scan();
        assertEquals(List.of("calm"), Field.names(report));
        assertEquals(List.of("changed while it was read; the next scan reads it again"),
                report.problems().stream().map(ScanProblem::error).toList());
        meanwhile = () -> {};
        assertEquals(List.of("one", "calm"), Field.names(scan()));
    }

    @Test
    void aFileThatVanishesIsAProblemAndSpoilsNothingElse() throws IOException {
        knowCalm();
        write("a", "one");
        meanwhile = () -> Files.deleteIfExists(root.resolve("a/asmp.yaml"));
        ScanReport report = scan();
        assertEquals(List.of("calm"), Field.names(report));
        assertEquals(List.of("/work/a/asmp.yaml"), report.problems().stream().map(ScanProblem::path).toList());
        meanwhile = () -> {};
        assertEquals(List.of(), scan().problems());
    }

    /** A neighbour that is known and settled is not read again: two readings at once would both be interrupted. */
    private void knowCalm() throws IOException {
        write("b", "calm");
        now = now.plusSeconds(10);
        assertEquals(List.of("calm"), Field.names(scan()));
    }

    private Path write(String folder, String name) throws IOException {
        now = now.plusMillis(1);
        Path file = Files.createDirectories(root.resolve(folder)).resolve("asmp.yaml");
        Path other = Files.writeString(root.resolve("other"), Field.manifest(name));
        return Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private ScanReport scan() {
        return scanner.scan(new Discovery(List.of(new ScanPath("/work", root, null)), Duration.ofMinutes(5),
                Duration.ofMinutes(15), 4, Set.of()));
    }
}
