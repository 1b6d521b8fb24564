package dev.asmp.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks into files that may or may not be there and may hold anything: a little of each, and never a failure. */
final class FileExcerpt {
    private static final int BYTES = 128 * 1024;

    private FileExcerpt() {}

    /** The beginning of a file, or nothing where it is missing, unreadable or no regular file. */
    static byte[] bytes(Path file) {
        if (!Files.isRegularFile(file)) { // a pipe would keep us waiting
            return new byte[0];
        }
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(BYTES);
        } catch (IOException _) {
            return new byte[0];
        }
    }

    static String text(Path file) {
        String text = new String(bytes(file), StandardCharsets.UTF_8);
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }
}
