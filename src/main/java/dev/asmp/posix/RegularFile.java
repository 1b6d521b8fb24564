package dev.asmp.posix;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads files that others may replace at any moment. To open a pipe waits until a program writes to it, so the file is opened
 * without waiting and without following a link, and only then checked for what it is. Where the C library cannot be called, it
 * is checked first, which leaves a moment in between.
 */
public final class RegularFile {
    private static final boolean NATIVE = LibC.hasFiles();
    /** The encoding of names; without a locale a name beyond ASCII is not found natively. */
    private static final Charset NAMES = "UTF-8".equals(System.getProperty("sun.jnu.encoding"))
            ? StandardCharsets.UTF_8
            : StandardCharsets.US_ASCII;
    private static final int KIND = 0xF000;
    private static final int REGULAR = 0x8000;
    private static final int CHUNK = 16 * 1024;

    private RegularFile() {}

    /** Reads a file, and no more than this many bytes and one; anything but a regular file is refused. */
    public static byte[] read(Path file, int limit) throws IOException {
        byte[] bytes = NATIVE && file.getFileSystem().equals(FileSystems.getDefault())
                ? readNatively(file, limit)
                : null;
        return bytes == null ? readChecked(file, limit) : bytes;
    }

    /** Reads a file through the C library; null where it cannot be opened, for which the JDK knows the reason. */
    private static byte @Nullable [] readNatively(Path file, int limit) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = LibC.open(arena.allocateFrom(file.toString(), NAMES),
                    LibC.O_NONBLOCK | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
            if (descriptor < 0) {
                return null;
            }
            try {
                if ((LibC.modeOf(descriptor) & KIND) != REGULAR) {
                    throw notRegular(file);
                }
                return bytes(file, descriptor, limit + 1, arena.allocate(CHUNK));
            } finally {
                LibC.close(descriptor);
            }
        } catch (IOException | Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    private static byte[] bytes(Path file, int descriptor, int most, MemorySegment buffer) throws Throwable {
        byte[] bytes = new byte[Math.min(most, CHUNK)];
        int length = 0;
        while (length < most) {
            long read = LibC.read(descriptor, buffer.asSlice(0, Math.min(CHUNK, most - length)));
            if (read < 0) {
                throw new FileSystemException(file.toString(), null, "reading failed");
            }
            if (read == 0) {
                break;
            }
            if (length + read > bytes.length) {
                bytes = Arrays.copyOf(bytes, (int) Math.min(most, Math.max(length + read, 2L * bytes.length)));
            }
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, length, (int) read);
            length += (int) read;
        }
        return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
    }

    private static byte[] readChecked(Path file, int limit) throws IOException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS) && !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            throw notRegular(file);
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return in.readNBytes(limit + 1);
        }
    }

    private static FileSystemException notRegular(Path file) {
        return new FileSystemException(file.toString(), null, "is not a regular file");
    }
}
