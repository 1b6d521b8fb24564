package dev.asmp.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/** A file that cannot be read: it is kept beside, numbered where there is one already, so that nothing overwrites it. */
record BrokenFile(Path file) {
    /** Renames the file; returns its new path. */
    Path moveAside(String extension) throws IOException {
        Path kept = freePath(extension);
        Files.move(file, kept);
        DurableFile.forceFolderOf(kept);
        return kept;
    }

    /** Copies the file, which stays in use; returns the path of the copy. */
    Path copyAside(String extension) throws IOException {
        Path kept = freePath(extension);
        Files.copy(file, kept, StandardCopyOption.COPY_ATTRIBUTES);
        try (FileChannel copy = FileChannel.open(kept, StandardOpenOption.WRITE)) {
            copy.force(true);
        }
        DurableFile.forceFolderOf(kept);
        return kept;
    }

    private Path freePath(String extension) {
        Path kept = file.resolveSibling(file.getFileName() + extension);
        for (int i = 2; Files.exists(kept, LinkOption.NOFOLLOW_LINKS); i++) {
            kept = file.resolveSibling(file.getFileName() + extension + "." + i);
        }
        return kept;
    }
}
