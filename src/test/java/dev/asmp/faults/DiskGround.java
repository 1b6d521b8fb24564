package dev.asmp.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A folder on a disk whose calls fail on demand, and whose power can be cut. */
public final class DiskGround {
    private final List<String> calls = new ArrayList<>();
    private final Disk disk;

    public DiskGround() throws IOException {
        Disk empty = new Disk(Set.of());
        Files.createDirectories(empty.files().getPath("/state"));
        disk = empty.afterCut(Survival.Mode.EVERYTHING, new Random(0));
    }

    public Path path(String name) {
        return disk.files().getPath("/state").resolve(name);
    }

    /** Lets calls of these kinds fail where the name of the file or folder is this one. */
    public void fail(String name, Disk.Call... kinds) {
        disk.failBy((call, path) -> {
            if (path.endsWith(name) && List.of(kinds).contains(call)) {
                throw new FileSystemException(path.toString(), null, "planted: " + call);
            }
        });
    }

    /** Denies calls of these kinds where the name of the file or folder is this one. */
    public void deny(String name, Disk.Call... kinds) {
        disk.failBy((call, path) -> {
            if (path.endsWith(name) && List.of(kinds).contains(call)) {
                throw new AccessDeniedException(path.toString());
            }
        });
    }

    /** Lets all calls of a kind fail for one name after so many of them. */
    public void failAfter(int calls, String name, Disk.Call kind) {
        AtomicInteger left = new AtomicInteger(calls);
        disk.failBy((call, path) -> {
            if (call == kind && path.endsWith(name) && left.getAndDecrement() <= 0) {
                throw new FileSystemException(path.toString(), null, "planted: " + call);
            }
        });
    }

    public void heal() {
        disk.failBy((_, _) -> {});
    }

    /** The calls of this kind from here on, by file name. */
    public List<String> recorded(Disk.Call kind) {
        calls.clear();
        disk.failBy((call, path) -> {
            if (call == kind) {
                calls.add(String.valueOf(path.getFileName()));
            }
        });
        return calls;
    }

    /** What a file says after a power cut that leaves only what was forced; null where it is gone. */
    public @Nullable String afterCut(String name) throws IOException {
        Path left = disk.afterCut(Survival.Mode.NOTHING, new Random(0)).files().getPath("/state").resolve(name);
        return text(left);
    }

    public @Nullable String now(String name) throws IOException {
        return text(path(name));
    }

    private static @Nullable String text(Path file) throws IOException {
        try {
            return new String(Files.readAllBytes(file), UTF_8);
        } catch (NoSuchFileException _) {
            return null;
        }
    }

    public List<String> files(String folder) throws IOException {
        try (Stream<Path> files = Files.list(path(folder))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }
}
