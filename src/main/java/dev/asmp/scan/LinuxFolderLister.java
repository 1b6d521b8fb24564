package dev.asmp.scan;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import dev.asmp.posix.LibC;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists folders through the kernel's own call. A directory entry on Linux says what kind of thing it is; the JDK drops that and
 * has to ask the file system about each entry again, which takes most of the time of a scan. What this cannot tell for certain, it
 * leaves to the portable way: a folder it cannot open or read, an entry of unknown kind, a name that is not plain ASCII.
 */
final class LinuxFolderLister implements FolderLister {
    /** The offsets of length, kind and name in an entry, as the kernel writes it. */
    private static final long LENGTH = 16;
    private static final long TYPE = 18;
    private static final long NAME = 19;
    private static final int BUFFER = 32 * 1024;
    private static final byte UNKNOWN = 0;
    private static final byte FOLDER = 4;

    /** Tells whether this is a system that can be asked so. */
    static final boolean AVAILABLE = LibC.hasFolders();

    @Override
    public Listing list(Path folder, Consumer<List<String>> more) throws IOException {
        try {
            Listing listing = isAscii(folder.toString()) ? read(folder.toString(), more) : null;
            return listing == null ? FolderLister.portable(folder, more) : listing;
        } catch (IOException | Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /** Lists a folder; null where the portable way must be taken, which then fails with the right reason if it does. */
    private static @Nullable Listing read(String folder, Consumer<List<String>> more) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = LibC.open(arena.allocateFrom(folder), LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
            if (descriptor < 0) {
                return null;
            }
            try {
                return read(descriptor, arena.allocate(BUFFER, Long.BYTES), new Gathering(more));
            } finally {
                LibC.close(descriptor);
            }
        }
    }

    private static @Nullable Listing read(int folder, MemorySegment buffer, Gathering gathering) throws Throwable {
        while (true) {
            int bytes = LibC.getdents(folder, buffer);
            if (bytes <= 0) {
                return bytes == 0 ? gathering.end() : null;
            }
            for (int at = 0; at < bytes; at += Short.toUnsignedInt(buffer.get(JAVA_SHORT, at + LENGTH))) {
                if (!take(buffer, at, gathering)) {
                    return null;
                }
            }
        }
    }

    /** Takes an entry; returns whether it could be told what it is. */
    private static boolean take(MemorySegment buffer, long at, Gathering gathering) {
        byte type = buffer.get(JAVA_BYTE, at + TYPE);
        boolean isNamedAManifest = type != FOLDER && isManifest(buffer, at + NAME);
        gathering.manifest |= isNamedAManifest;
        if (type == FOLDER) {
            String name = buffer.getString(at + NAME, StandardCharsets.ISO_8859_1);
            if (!isAscii(name)) {
                return false;
            }
            if (name.equals(Walk.MANIFEST)) {
                gathering.manifest = true;
            } else if (!name.equals(".") && !name.equals("..")) {
                gathering.add(name);
            }
        }
        return type != UNKNOWN || isNamedAManifest;
    }

    private static boolean isManifest(MemorySegment buffer, long name) {
        for (int i = 0; i < Walk.MANIFEST.length(); i++) {
            if (buffer.get(JAVA_BYTE, name + i) != Walk.MANIFEST.charAt(i)) {
                return false;
            }
        }
        return buffer.get(JAVA_BYTE, name + Walk.MANIFEST.length()) == 0;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
