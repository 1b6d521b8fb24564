package dev.asmp.scan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.asmp.Ground;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A manifest that turns into a pipe and back, as fast as another program can do it, holds no scan. */
class ScannerPipeTest {
    private static final int SCANS = 400;

    @TempDir
    private Path folder;

    @Test
    void aPipeSwappedInBetweenTheCheckAndTheOpeningHoldsNoScan() throws Exception {
        try (Field field = new Field(Ground.Kind.DISK, folder)) {
            Path manifest = field.good("a/asmp.yaml", "mail");
            field.good("b/asmp.yaml", "fax");
            Path file = Files.copy(manifest, folder.resolve("file"));
            Path pipe = folder.resolve("pipe");
            assumeTrue(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor() == 0);
            AtomicBoolean enough = new AtomicBoolean();
            CompletableFuture<Void> swaps = CompletableFuture.runAsync(() -> {
                while (!enough.get()) {
                    swap(pipe, manifest);
                    swap(file, manifest);
                }
            });
            try {
                assertTimeoutPreemptively(Duration.ofSeconds(60), () -> {
                    for (int i = 0; i < SCANS; i++) {
                        assertTrue(Field.names(new Scanner(field.ground).scan(field.discovery(4, Set.of())))
                                .contains("fax"));
                    }
                });
            } finally {
                enough.set(true);
                swaps.join();
            }
            assertEquals(List.of("mail", "fax"), Field.names(field.scan()));
        }
    }

    private void swap(Path source, Path target) {
        try {
            Path link = folder.resolve("link");
            Files.deleteIfExists(link);
            Files.createLink(link, source);
            Files.move(link, target, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
