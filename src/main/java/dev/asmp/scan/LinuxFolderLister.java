package dev.asmp.scan;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Lists folders through the C library. A directory entry on Linux says what kind of thing it is; the JDK drops that and has to
 * ask the file system about each entry again, which takes most of the time of a scan. What this cannot tell for certain, it
 * leaves to the portable way: a folder it cannot open, an entry of unknown kind, a name that is not plain ASCII.
 */
final class LinuxFolderLister implements FolderLister {
    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
    private static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    private static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    private static final int O_CLOEXEC = 0x80000;
    /** The offsets of kind and name in an entry, in the GNU and musl libraries of 64-bit machines. */
    private static final long TYPE = 18;
    private static final long NAME = 19;
    private static final long ENTRY = 280;
    private static final byte UNKNOWN = 0;
    private static final byte FOLDER = 4;

    /** Tells whether the C library lays out entries with these offsets. */
    static final boolean AVAILABLE = isAvailable();

    /** The calls, linked once. */
    @SuppressWarnings("restricted") // granted by the launcher; without, the portable way is taken
    private static final class Calls {
        private static final Linker LINKER = Linker.nativeLinker();
        static final MethodHandle OPEN = link("open", FunctionDescriptor.of(JAVA_INT, ValueLayout.ADDRESS, JAVA_INT));
        static final MethodHandle FDOPENDIR = link("fdopendir", FunctionDescriptor.of(ValueLayout.ADDRESS, JAVA_INT));
        static final MethodHandle READDIR = link("readdir", FunctionDescriptor.of(
                ValueLayout.ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(ENTRY, JAVA_BYTE)),
                ValueLayout.ADDRESS));
        static final MethodHandle CLOSEDIR = link("closedir", FunctionDescriptor.of(JAVA_INT, ValueLayout.ADDRESS));
        static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

        private static MethodHandle link(String name, FunctionDescriptor descriptor) {
            return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), descriptor);
        }
    }

    private static boolean isAvailable() {
        try {
            return System.getProperty("os.name", "").equals("Linux")
                    && (ARM || System.getProperty("os.arch", "").equals("amd64"))
                    && LinuxFolderLister.class.getModule().isNativeAccessEnabled() && Calls.OPEN != null;
        } catch (NoSuchElementException | UnsupportedOperationException | LinkageError _) {
            return false;
        }
    }

    @Override
    public Listing list(Path folder) throws IOException {
        try {
            Listing listing = isAscii(folder.toString()) ? read(folder.toString()) : null;
            return listing == null ? FolderLister.portable(folder) : listing;
        } catch (IOException | Error | RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw new IOException(e);
        }
    }

    /** Lists a folder; null where the portable way must be taken, which then fails with the right reason if it does. */
    private static @Nullable Listing read(String folder) throws Throwable {
        int descriptor;
        try (Arena arena = Arena.ofConfined()) {
            descriptor = (int) Calls.OPEN.invokeExact(arena.allocateFrom(folder), O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
        }
        if (descriptor < 0) {
            return null;
        }
        MemorySegment stream = (MemorySegment) Calls.FDOPENDIR.invokeExact(descriptor);
        if (stream.address() == 0) {
            int _ = (int) Calls.CLOSE.invokeExact(descriptor);
            return null;
        }
        try {
            return entries(stream);
        } finally {
            int _ = (int) Calls.CLOSEDIR.invokeExact(stream);
        }
    }

    private static @Nullable Listing entries(MemorySegment stream) throws Throwable {
        List<String> folders = new ArrayList<>();
        boolean manifest = false;
        while (true) {
            MemorySegment entry = (MemorySegment) Calls.READDIR.invokeExact(stream);
            if (entry.address() == 0) {
                return new Listing(folders, manifest);
            }
            byte type = entry.get(JAVA_BYTE, TYPE);
            boolean isNamedAManifest = type != FOLDER && isManifest(entry);
            manifest |= isNamedAManifest;
            if (type == UNKNOWN && !isNamedAManifest) {
                return null;
            }
            if (type == FOLDER) {
                String name = entry.getString(NAME, StandardCharsets.ISO_8859_1);
                if (!isAscii(name)) {
                    return null;
                }
                if (name.equals(Walk.MANIFEST)) {
                    manifest = true;
                } else if (!name.equals(".") && !name.equals("..")) {
                    folders.add(name);
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
