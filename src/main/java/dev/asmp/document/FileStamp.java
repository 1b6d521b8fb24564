package dev.asmp.document;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Size, times and identity of a file: equal stamps mean unchanged content. */
public record FileStamp(long size, FileTime modified, FileTime changed, @Nullable Object identity) {
    /** File systems and kernels keep coarse times: what changed this recently may change again unnoticed. */
    private static final Duration GRAIN = Duration.ofSeconds(2);

    /** The stamp of no file at all. */
    public static final FileStamp UNKNOWN = new FileStamp(-1, FileTime.fromMillis(0), FileTime.fromMillis(0), null);

    /** What lies at a path: a regular file with this stamp, or something else. */
    public record Seen(FileStamp stamp, boolean isRegularFile, boolean isFolder, boolean isLink) {}

    /** Reads the metadata of a path in one call; a link is not followed. */
    public static Seen look(Path file) throws IOException {
        if (file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            Map<String, Object> unix = Files.readAttributes(file,
                    "unix:isRegularFile,isDirectory,isSymbolicLink,size,lastModifiedTime,ctime,ino",
                    LinkOption.NOFOLLOW_LINKS);
            return new Seen(
                    new FileStamp((Long) required(unix, "size"), (FileTime) required(unix, "lastModifiedTime"),
                            (FileTime) required(unix, "ctime"), unix.get("ino")),
                    (Boolean) required(unix, "isRegularFile"), (Boolean) required(unix, "isDirectory"),
                    (Boolean) required(unix, "isSymbolicLink"));
        }
        BasicFileAttributes basic = Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return new Seen(
                new FileStamp(basic.size(), basic.lastModifiedTime(), basic.lastModifiedTime(), basic.fileKey()),
                basic.isRegularFile(), basic.isDirectory(), basic.isSymbolicLink());
    }

    /** Stamps a file; a link is not followed. */
    public static FileStamp of(Path file) throws IOException {
        return look(file).stamp();
    }

    private static Object required(Map<String, Object> attributes, String name) {
        return Objects.requireNonNull(attributes.get(name), name);
    }

    // Written out: a start compares the stamps of all files, long before what the JVM generates for a record would be fast.
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof FileStamp that && size == that.size && modified.equals(that.modified)
                && changed.equals(that.changed) && Objects.equals(identity, that.identity);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(fingerprint());
    }

    /** A hash of the stamp for where a whole one would take too much memory; never 0. */
    public long fingerprint() {
        long hash = size;
        for (long part : new long[]{modified.to(TimeUnit.NANOSECONDS), changed.to(TimeUnit.NANOSECONDS),
                Objects.hashCode(identity)}) {
            hash = (hash ^ part) * 0x9E37_79B9_7F4A_7C15L;
            hash ^= hash >>> 32;
        }
        return hash == 0 ? 1 : hash;
    }

    /** Tells whether the file was left alone for long enough that a later write cannot carry the same times. */
    public boolean settledAt(Instant now) {
        Instant limit = now.minus(GRAIN);
        return modified.toInstant().isBefore(limit) && changed.toInstant().isBefore(limit);
    }
}
