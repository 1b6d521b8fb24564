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
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A file of lines that only grows and that several processes may write: each append takes the file's lock, begins on a fresh
 * line even after a line that a crash left unfinished, and ends its own line.
 */
public final class AppendLog {
    private static final int CHUNK = 1 << 16;
    private static final int LONGEST = 1 << 18;

    private final Path file;
    /** Whether a power cut would leave the file under its name. */
    private boolean named;

    /** What an append left behind that failed and could not be cut off again. */
    private volatile @Nullable Debris debris;

    private record Debris(long start, long end) {}

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
                DurableFile.writeFully(channel, bytes);
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
            DurableFile.forceFolderOf(file);
            named = true;
        }
    }

    /** Takes complete lines, each with the offset where it begins; one that is longer than any of ours is empty. */
    @FunctionalInterface
    public interface Lines {
        void take(long at, byte[] line);
    }

    /**
     * Reads the complete lines from an offset, and returns where the next reading starts: one that is still being written is
     * left for that. What this takes in memory does not grow with the file.
     */
    public long readFrom(long start, Lines lines) throws IOException {
        long next = start;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            channel.position(start);
            long end = endBeforeDebris(channel.size());
            ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
            byte[] line = new byte[LONGEST];
            long length = 0;
            while (channel.position() < end && channel.read(buffer) >= 0) {
                buffer.flip();
                buffer.limit((int) Math.min(buffer.limit(), end - channel.position() + buffer.limit()));
                while (buffer.hasRemaining()) {
                    byte b = buffer.get();
                    if (b == '\n') {
                        lines.take(next, Arrays.copyOf(line, length > LONGEST ? 0 : (int) length));
                        next += length + 1;
                        length = 0;
                    } else {
                        if (length < LONGEST) {
                            line[(int) length] = b;
                        }
                        length++;
                    }
                }
                buffer.clear();
            }
        } catch (NoSuchFileException _) {
            return 0;
        }
        return next;
    }

    /** Reads the lines that begin at these offsets, in their order; an empty one where there is none. */
    public List<byte[]> linesAt(List<Long> offsets) throws IOException {
        List<byte[]> lines = new ArrayList<>();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (long offset : offsets) {
                lines.add(lineAt(offset, channel));
            }
        } catch (NoSuchFileException _) {
            offsets.forEach(_ -> lines.add(new byte[0]));
        }
        return lines;
    }

    private static byte[] lineAt(long offset, FileChannel channel) throws IOException {
        ByteBuffer line = ByteBuffer.allocate(1024);
        for (int from = 0; channel.read(line, offset + from) > 0; from = line.position()) {
            for (int i = from; i < line.position(); i++) {
                if (line.get(i) == '\n') {
                    return Arrays.copyOf(line.array(), i);
                }
            }
            if (!line.hasRemaining() && line.capacity() < LONGEST) {
                line = ByteBuffer.allocate(4 * line.capacity()).put(line.flip());
            }
        }
        return new byte[0];
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
