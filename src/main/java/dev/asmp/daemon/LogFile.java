package dev.asmp.daemon;

import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The log as a file in the state folder, for hosts without a journal. At a mebibyte it becomes {@code daemon.log.1}, in place of
 * the one before, so that both together stay small. What cannot be written is lost: the log must not stop the daemon.
 */
final class LogFile extends OutputStream {
    static final String NAME = "daemon.log";
    private static final long LARGEST = 1024 * 1024;

    private final Path file;
    private @Nullable OutputStream out;
    private long length;

    LogFile(Path folder) {
        this.file = folder.resolve(NAME);
    }

    @Override
    public void write(int b) {
        write(new byte[]{(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int count) {
        try {
            if (length + count > LARGEST) {
                turn();
            }
            OutputStream target = out == null ? open() : out;
            target.write(bytes, offset, count);
            length += count;
        } catch (IOException _) {
            close();
        }
    }

    private OutputStream open() throws IOException {
        FileChannel channel = PrivateFiles.open(file, Set.of(StandardOpenOption.CREATE, StandardOpenOption.APPEND,
                LinkOption.NOFOLLOW_LINKS));
        length = channel.size();
        OutputStream opened = Channels.newOutputStream(channel);
        out = opened;
        return opened;
    }

    private void turn() throws IOException {
        close();
        length = 0;
        if (Files.exists(file)) {
            Files.move(file, file.resolveSibling(NAME + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    @Override
    public void close() {
        OutputStream closing = out;
        out = null;
        try {
            if (closing != null) {
                closing.close();
            }
        } catch (IOException _) {
            // The next line opens it again.
        }
    }
}
