package dev.asmp.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;
import java.util.function.BooleanSupplier;

/** The functions of the C library that the JDK does not offer, each linked when its group is first used. */
@SuppressWarnings("restricted") // granted by the launcher and in the jar's manifest
public final class LibC {
    private LibC() {}

    private static final boolean ARM = System.getProperty("os.arch", "").equals("aarch64");
    /** Tells whether this is a system whose constants and layouts are those below. */
    private static final boolean KNOWN = System.getProperty("os.name", "").equals("Linux")
            && (ARM || System.getProperty("os.arch", "").equals("amd64"));
    static final int O_NONBLOCK = 0x800;
    public static final int O_DIRECTORY = ARM ? 0x4000 : 0x10000;
    public static final int O_NOFOLLOW = ARM ? 0x8000 : 0x20000;
    public static final int O_CLOEXEC = 0x80000;

    /** Tells whether the functions for folders can be called. */
    public static boolean hasFolders() {
        return isLinked(() -> Descriptors.OPEN != null && Folders.GETDENTS != null);
    }

    /** Tells whether the functions for files can be called. */
    static boolean hasFiles() {
        return isLinked(() -> Descriptors.OPEN != null && Files.FSTAT != null);
    }

    private static boolean isLinked(BooleanSupplier linking) {
        try {
            return KNOWN && LibC.class.getModule().isNativeAccessEnabled() && linking.getAsBoolean();
        } catch (NoSuchElementException | UnsupportedOperationException | LinkageError _) {
            return false;
        }
    }

    public static int open(MemorySegment path, int flags) throws Throwable {
        return (int) Descriptors.OPEN.invokeExact(path, flags);
    }

    /** The kind of an open file, in the bits of {@code st_mode}; negative where it cannot be told. */
    static int modeOf(int descriptor) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment stat = arena.allocate(Files.STAT_BYTES, Long.BYTES);
            int result = (int) Files.FSTAT.invokeExact(descriptor, stat);
            return result < 0 ? result : stat.get(JAVA_INT, Files.MODE);
        }
    }

    static long read(int descriptor, MemorySegment buffer) throws Throwable {
        return (long) Files.READ.invokeExact(descriptor, buffer, buffer.byteSize());
    }

    /** Fills the buffer with entries of an open folder; returns their bytes, 0 at the end, less where it fails. */
    public static int getdents(int descriptor, MemorySegment buffer) throws Throwable {
        return (int) Folders.GETDENTS.invokeExact(descriptor, buffer, buffer.byteSize());
    }

    public static void close(int descriptor) throws Throwable {
        int _ = (int) Descriptors.CLOSE.invokeExact(descriptor);
    }

    public static int socket(int domain, int type) throws Throwable {
        return (int) Sockets.SOCKET.invokeExact(domain, type, 0);
    }

    public static long sendto(int socket, MemorySegment message, MemorySegment address, int length) throws Throwable {
        return (long) Sockets.SENDTO.invokeExact(socket, message, message.byteSize(), 0, address, length);
    }

    private static final class Descriptors {
        static final MethodHandle OPEN = link("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    private static final class Folders {
        static final MethodHandle GETDENTS = link("getdents64",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS, JAVA_LONG));
    }

    private static final class Files {
        /** The size of {@code struct stat} and the offset of {@code st_mode}, in the GNU and musl libraries. */
        private static final long STAT_BYTES = 144;
        private static final long MODE = ARM ? 16 : 24;
        static final MethodHandle FSTAT = link("fstat", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
        static final MethodHandle READ = link("read",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG));
    }

    private static final class Sockets {
        static final MethodHandle SOCKET = link("socket",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        static final MethodHandle SENDTO = link("sendto", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG,
                JAVA_INT, ADDRESS, JAVA_INT));
    }

    private static MethodHandle link(String name, FunctionDescriptor descriptor) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }
}
