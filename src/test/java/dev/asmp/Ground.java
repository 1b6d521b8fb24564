package dev.asmp;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.google.common.jimfs.WatchServiceConfiguration;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A folder to work in, in memory or on a disk, and a clock that moves only when it is told to. */
public final class Ground implements InstantSource, AutoCloseable {
    private final @Nullable FileSystem memory;
    private final Path root;
    private Instant now = Instant.parse("2026-11-20T12:00:00Z");

    /** Where the ground lies. */
    public enum Kind {
        MEMORY, DISK
    }

    public Ground(Kind kind, Path temporary) throws IOException {
        if (kind == Kind.MEMORY) {
            memory = Jimfs.newFileSystem(
                    Configuration.unix().toBuilder().setFileTimeSource(() -> FileTime.from(now))
                            .setWatchServiceConfiguration(
                                    WatchServiceConfiguration.polling(10, TimeUnit.MILLISECONDS))
                            .build());
            root = Files.createDirectories(memory.getPath("/ground"));
        } else {
            memory = null;
            root = temporary.toRealPath();
            now = Files.getLastModifiedTime(root).toInstant();
        }
    }

    public Path path(String below) {
        return below.isEmpty() ? root : root.resolve(below);
    }

    public boolean onDisk() {
        return memory == null;
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** Lets time pass. */
    public void minutesPass(int minutes) {
        now = now.plus(Duration.ofMinutes(minutes));
    }

    /** Makes a file with its folders; an existing one is replaced by another, as editors do. */
    public Path file(String below, String text) throws IOException {
        Path file = path(below);
        Files.createDirectories(file.getParent());
        if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            return Files.writeString(file, text);
        }
        Path other = Files.writeString(file.resolveSibling(file.getFileName() + "~"), text);
        return Files.move(other, file, StandardCopyOption.ATOMIC_MOVE);
    }

    public Path folder(String below) throws IOException {
        return Files.createDirectories(path(below));
    }

    public Path link(String below, String target) throws IOException {
        Files.createDirectories(path(below).getParent());
        return Files.createSymbolicLink(path(below), path(below).getFileSystem().getPath(target));
    }

    @Override
    public void close() throws IOException {
        if (memory != null) {
            memory.close();
        }
    }
}
