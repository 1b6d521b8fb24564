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

/** Files change while the scanner reads: the file system asks for the time at every reading, and that is the moment. */
class ScannerRaceTest {
    private volatile Instant now = Instant.parse("2026-11-20T12:00:00Z");
    private volatile Meanwhile meanwhile = () -> {};
    /** Files are looked at side by side: what happens meanwhile must not interrupt itself, nor another. */
    private final ThreadLocal<Boolean> busy = ThreadLocal.withInitial(() -> false);
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
        root = Files.createDirectories(files.getPath("/tree"));
        scanner = new Scanner(() -> now);
    }

    @AfterEach
    void close() throws IOException {
        files.close();
    }

    private Instant interrupted() {
        // Only the reading of a manifest is interrupted: the walk itself holds the file system's lock.
        if (!busy.get() && inBytes()) {
            busy.set(true);
            try {
                interrupt();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            } finally {
                busy.set(false);
            }
        }
        return now;
    }

    private synchronized void interrupt() throws IOException {
        meanwhile.run();
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
        write("a", "one");
        write("b", "calm");
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
        write("a", "one");
        write("b", "calm");
        meanwhile = () -> Files.deleteIfExists(root.resolve("a/asmp.yaml"));
        ScanReport report = scan();
        assertEquals(List.of("calm"), Field.names(report));
        assertEquals(List.of("/tree/a/asmp.yaml"), report.problems().stream().map(ScanProblem::path).toList());
        meanwhile = () -> {};
        assertEquals(List.of(), scan().problems());
    }

    private Path write(String folder, String name) throws IOException {
        now = now.plusMillis(1);
        Path file = Files.createDirectories(root.resolve(folder)).resolve("asmp.yaml");
        Path other = Files.writeString(root.resolve("other"), Field.manifest(name));
        return Files.move(other, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private ScanReport scan() {
        return scanner.scan(new Discovery(List.of(new ScanPath("/tree", root, null)), Duration.ofMinutes(5),
                Duration.ofMinutes(15), 4, Set.of(), false));
    }
}
