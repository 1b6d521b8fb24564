package dev.asmp.store;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/** The steps that make a change of a file last: a new file beside the old one, forced, renamed over it, and the folder forced. */
public final class DurableFile {
    private DurableFile() {}

    static void write(Path temporary, Content content, boolean force) throws IOException {
        Files.deleteIfExists(temporary);
        try (FileChannel channel = PrivateFiles.open(temporary,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))) {
            content.writeTo(Channels.newOutputStream(channel));
            if (force) {
                channel.force(true);
            }
        } catch (IOException e) {
            discard(temporary, e);
            throw e;
        }
    }

    static void move(Path temporary, Path file) throws IOException {
        try {
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            discard(temporary, e);
            throw e;
        }
    }

    /** Removes a file that will not be used; a failure to do so is added to the first one. */
    static void discard(Path temporary, IOException why) {
        try {
            Files.deleteIfExists(temporary);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    static void writeFully(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    /** Writes a file's content to a stream. */
    @FunctionalInterface
    public interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    /** Replaces a file without forcing it: a crash of the process leaves the old or the new one, a power cut may lose both. */
    public static void replaceUnforced(Path file, Content content) throws IOException {
        Path temporary = beside(file);
        write(temporary, content, false);
        move(temporary, file);
    }

    private static Path beside(Path file) {
        return file.resolveSibling("." + file.getFileName() + ".tmp");
    }

    /** Replaces a file durably. */
    public static void replace(Path file, byte[] bytes) throws IOException {
        replace(file, out -> out.write(bytes));
    }

    /** The same with content that is written piece by piece. */
    public static void replace(Path file, Content content) throws IOException {
        Path temporary = beside(file);
        write(temporary, content, true);
        move(temporary, file);
        forceFolderOf(file);
    }

    /** Forces a file or folder that was written some other way. */
    public static void force(Path path) throws IOException {
        if (Files.isDirectory(path)) {
            forceFolder(path);
        } else {
            try (FileChannel channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
        }
    }

    static void forceFolderOf(Path file) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder != null) {
            forceFolder(folder);
        }
    }

    /** Makes renames in a folder durable, where the file system lets a folder be opened at all. */
    static void forceFolder(Path folder) throws IOException {
        try (FileChannel names = openFolder(folder)) {
            force(names);
        }
    }

    static @Nullable FileChannel openFolder(Path folder) throws IOException {
        boolean unix = folder.getFileSystem().supportedFileAttributeViews().contains("unix");
        return unix ? FileChannel.open(folder, StandardOpenOption.READ) : null;
    }

    static void force(@Nullable FileChannel channel) throws IOException {
        if (channel != null) {
            channel.force(true);
        }
    }
}
