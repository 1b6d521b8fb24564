package dev.asmp.posix;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.util.NoSuchElementException;

/** The functions of the C library that the JDK does not offer, each linked when its group is first used. */
@SuppressWarnings("restricted") // granted by the launcher and in the jar's manifest
public final class LibC {
    private LibC() {}

    /** Tells whether the functions for folders can be called. */
    public static boolean hasFolders() {
        try {
            return LibC.class.getModule().isNativeAccessEnabled() && Folders.OPEN != null;
        } catch (NoSuchElementException | UnsupportedOperationException | LinkageError _) {
            return false;
        }
    }

    public static int open(MemorySegment path, int flags) throws Throwable {
        return (int) Folders.OPEN.invokeExact(path, flags);
    }

    public static MemorySegment fdopendir(int descriptor) throws Throwable {
        return (MemorySegment) Folders.FDOPENDIR.invokeExact(descriptor);
    }

    /** The next entry of a folder; at address 0 after the last. */
    public static MemorySegment readdir(MemorySegment stream) throws Throwable {
        return (MemorySegment) Folders.READDIR.invokeExact(stream);
    }

    public static void closedir(MemorySegment stream) throws Throwable {
        int _ = (int) Folders.CLOSEDIR.invokeExact(stream);
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
        static final MethodHandle CLOSE = link("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    private static final class Folders {
        private static final long ENTRY = 280;
        static final MethodHandle OPEN = link("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
        static final MethodHandle FDOPENDIR = link("fdopendir", FunctionDescriptor.of(ADDRESS, JAVA_INT));
        static final MethodHandle READDIR = link("readdir", FunctionDescriptor.of(
                ADDRESS.withTargetLayout(MemoryLayout.sequenceLayout(ENTRY, JAVA_BYTE)), ADDRESS));
        static final MethodHandle CLOSEDIR = link("closedir", FunctionDescriptor.of(JAVA_INT, ADDRESS));
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
