package dev.asmp.daemon;

import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.PortAccess;
import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * The lock of one daemon on a state folder, which the operating system releases when the process ends. Its file names the
 * process and the address of the API; the command line reads it.
 */
final class StateLock implements AutoCloseable {
    /** The file's name in the state folder. */
    static final String FILE = "daemon.json";

    private final FileChannel channel;
    private final FileLock lock;

    private StateLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /** Takes the lock; fails with a sentence that names the holder. */
    static StateLock take(Path stateFolder) throws IOException, StartFailure {
        Path file = stateFolder.resolve(FILE);
        FileChannel channel = PrivateFiles.open(file,
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
        FileLock lock = tryLock(channel);
        if (lock == null) {
            channel.close();
            throw new StartFailure("another asmp daemon already serves " + stateFolder + holder(file));
        }
        StateLock taken = new StateLock(channel, lock);
        taken.write(null, null, null);
        return taken;
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException _) {
            return null;
        }
    }

    private static String holder(Path file) throws IOException {
        try {
            Mapping info = Json.read(Files.readAllBytes(file)) instanceof Mapping mapping ? mapping : Mapping.EMPTY;
            String url = info.text("url");
            String where = url == null ? info.text("socket") : url;
            return " (pid " + info.text("pid") + ", " + (where == null ? "just starting" : where) + ")";
        } catch (MalformedDocumentException _) {
            return " (it is just starting)";
        }
    }

    /** Writes where the API listens: at the address of its port with what that allows, and on the Unix socket. */
    void announce(@Nullable String url, @Nullable Path socket, PortAccess allowed) throws IOException {
        write(url, socket, allowed.word());
    }

    private void write(@Nullable String url, @Nullable Path socket, @Nullable String allowed) throws IOException {
        byte[] info = Json.write(Mapping.builder().put("pid", ProcessHandle.current().pid())
                .put("started", started()).put("url", url).put("socket", socket == null ? null : socket.toString())
                .put("tcp", allowed).build());
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(info), 0);
    }

    /** The start of this process, since its number may be used again. */
    private static @Nullable String started() {
        return ProcessHandle.current().info().startInstant().map(Instant::toString).orElse(null);
    }

    @Override
    public void close() throws IOException {
        channel.truncate(0);
        lock.release();
        channel.close();
    }
}
