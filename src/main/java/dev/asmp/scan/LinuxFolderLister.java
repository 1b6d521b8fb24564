package dev.asmp.scan;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

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
 * Lists folders through the C library. A directory entry on Linux says what kind of thing it is; the JDK drops that and has to
 * ask the file system about each entry again, which takes most of the time of a scan. What this cannot tell for certain, it
 * leaves to the portable way: a folder it cannot open, an entry of unknown kind, a name that is not plain ASCII.
 */
final class LinuxFolderLister implements FolderLister {
    /** The offsets of kind and name in an entry, in the GNU and musl libraries of 64-bit machines. */
    private static final long TYPE = 18;
    private static final long NAME = 19;
    private static final byte UNKNOWN = 0;
    private static final byte FOLDER = 4;

    /** Tells whether the C library lays out entries with these offsets. */
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
        int descriptor;
        try (Arena arena = Arena.ofConfined()) {
            descriptor = LibC.open(arena.allocateFrom(folder), LibC.O_DIRECTORY | LibC.O_NOFOLLOW | LibC.O_CLOEXEC);
        }
        if (descriptor < 0) {
            return null;
        }
        MemorySegment stream = LibC.fdopendir(descriptor);
        if (stream.address() == 0) {
            LibC.close(descriptor);
            return null;
        }
        try {
            return entries(stream, new Gathering(more));
        } finally {
            LibC.closedir(stream);
        }
    }

    private static @Nullable Listing entries(MemorySegment stream, Gathering gathering) throws Throwable {
        while (true) {
            MemorySegment entry = LibC.readdir(stream);
            if (entry.address() == 0) {
                return gathering.end();
            }
            byte type = entry.get(JAVA_BYTE, TYPE);
            boolean isNamedAManifest = type != FOLDER && isManifest(entry);
            gathering.manifest |= isNamedAManifest;
            if (type == UNKNOWN && !isNamedAManifest) {
                return null;
            }
            if (type == FOLDER) {
                String name = entry.getString(NAME, StandardCharsets.ISO_8859_1);
                if (!isAscii(name)) {
                    return null;
                }
                if (name.equals(Walk.MANIFEST)) {
                    gathering.manifest = true;
                } else if (!name.equals(".") && !name.equals("..")) {
                    gathering.add(name);
                }
            }
        }
    }

    private static boolean isManifest(MemorySegment entry) {
        for (int i = 0; i < Walk.MANIFEST.length(); i++) {
            if (entry.get(JAVA_BYTE, NAME + i) != Walk.MANIFEST.charAt(i)) {
                return false;
            }
        }
        return entry.get(JAVA_BYTE, NAME + Walk.MANIFEST.length()) == 0;
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
