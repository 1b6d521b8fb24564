package dev.asmp.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that only grows and that several processes may write: each append takes the file's lock, begins on a fresh
 * line even after a line that a crash left unfinished, and ends its own line.
 */
public final class AppendLog {
    private static final int CHUNK = 1 << 16;

    private final Path file;
    /** Whether a power cut would leave the file under its name. */
    private boolean named;

    /** What an append left behind that failed and could not be cut off again. */
    private volatile @Nullable Debris debris;

    private record Debris(long start, long end) {}

    /** Complete lines, and where the next reading starts. */
    public record Lines(List<byte[]> lines, long next) {}

    public AppendLog(Path file) {
        this.file = file;
    }

    public Path file() {
        return file;
    }

    /** Appends lines; with {@code force} they, and all before them, are on disk when this returns. */
    public synchronized void append(List<byte[]> lines, boolean force) throws IOException {
        named &= Files.exists(file);
        try (FileChannel channel = PrivateFiles.open(file,
                EnumSet.of(StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE));
                FileLock _ = channel.lock()) {
            long end = withoutDebris(channel);
            // A line end in the file may be debris, and never reach the disk.
            byte[] bytes = joined(lines, end > 0 && (debris != null || !endsLine(channel, end)));
            channel.position(end);
            try {
                DocumentFolder.writeFully(channel, bytes);
                if (force) {
                    channel.force(true);
                    forceName();
                }
                debris = null;
            } catch (IOException e) {
                debris = new Debris(end, end + bytes.length);
                channel.truncate(end);
                debris = null;
                throw e;
            }
        }
    }

    /** Cuts off debris, if no other process has appended to it; returns where the file ends. */
    private long withoutDebris(FileChannel channel) throws IOException {
        long size = channel.size();
        long end = endBeforeDebris(size);
        if (end < size) {
            channel.truncate(end);
        }
        return end;
    }

    private long endBeforeDebris(long size) {
        Debris left = debris;
        return left != null && left.end == size ? left.start : size;
    }

    private void forceName() throws IOException {
        if (!named) {
            DocumentFolder.forceFolderOf(file);
            named = true;
        }
    }

    /** Reads the complete lines from an offset; one that is still being written is left for the next time. */
    public Lines readFrom(long start) throws IOException {
        List<byte[]> lines = new ArrayList<>();
        long next = start;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.position(start);
            long end = endBeforeDebris(channel.size());
            ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            while (channel.position() < end && channel.read(buffer) >= 0) {
                buffer.flip();
                buffer.limit((int) Math.min(buffer.limit(), end - channel.position() + buffer.limit()));
                while (buffer.hasRemaining()) {
                    byte b = buffer.get();
                    if (b == '\n') {
                        lines.add(line.toByteArray());
                        next += line.size() + 1L;
                        line.reset();
                    } else {
                        line.write(b);
                    }
                }
                buffer.clear();
            }
        } catch (NoSuchFileException _) {
            return new Lines(List.of(), 0);
        }
        return new Lines(lines, next);
    }

    /** Bytes in the file now, refused ones left out; 0 where there is none. */
    public long size() throws IOException {
        try {
            return endBeforeDebris(Files.size(file));
        } catch (NoSuchFileException _) {
            return 0;
        }
    }

    private static boolean endsLine(FileChannel channel, long end) throws IOException {
        ByteBuffer last = ByteBuffer.allocate(1);
        return channel.read(last, end - 1) == 1 && last.get(0) == '\n';
    }

    private static byte[] joined(List<byte[]> lines, boolean freshLine) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (freshLine) {
            out.write('\n');
        }
        for (byte[] line : lines) {
            out.writeBytes(line);
            out.write('\n');
        }
        return out.toByteArray();
    }
}
