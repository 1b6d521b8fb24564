package dev.asmp.scan;

import dev.asmp.document.FileStamp;
import dev.asmp.document.IoReason;
import dev.asmp.document.Limits;
import dev.asmp.manifest.Manifest;
import dev.asmp.posix.RegularFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file named like a manifest, which may be anything: a folder, a pipe, a link out of the tree, huge, or changing while it is
 * read. Only a regular file inside its scan path is opened.
 */
final class ManifestFile {
    private final Path file;
    private final Path root;

    /** The reason why a file cannot be used, in words for its owner. */
    static final class Unusable extends Exception {
        private static final long serialVersionUID = 1L;

        Unusable(String message) {
            super(message);
        }
    }

    /** The bytes of a file that did not change while they were read. */
    record Content(byte[] bytes, FileStamp stamp) {
        private static final int LARGE = 32 * 1024;

        /** Parses the content. A large one takes up to eighty times its size meanwhile, so they take turns. */
        Manifest manifest(Object turn) {
            if (bytes.length <= LARGE) {
                return Manifest.read(bytes);
            }
            synchronized (turn) {
                return Manifest.read(bytes);
            }
        }

        String digest() {
            try {
                return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every JDK has SHA-256", e);
            }
        }
    }

    ManifestFile(Path file, Path root) {
        this.file = file;
        this.root = root;
    }

    /** Checks the kind and size of the file and stamps it, without opening it. */
    FileStamp stamp() throws Unusable {
        try {
            FileStamp.Seen seen = FileStamp.look(file);
            if (seen.isLink()) {
                seen = FileStamp.look(realPath());
            }
            if (seen.isFolder()) {
                throw new Unusable("is a folder, not a file");
            }
            if (!seen.isRegularFile()) {
                throw new Unusable("is not a regular file");
            }
            if (seen.stamp().size() > Limits.MANIFEST_BYTES) {
                throw new Unusable(String.valueOf(Manifest.tooLarge(seen.stamp().size()).getMessage()));
            }
            return seen.stamp();
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** Reads the file; one that changes meanwhile is tried once more. */
    Content read() throws Unusable {
        for (int attempt = 1; attempt <= 2; attempt++) {
            FileStamp before = stamp();
            byte[] bytes = bytes();
            if (stamp().equals(before) && bytes.length == before.size()) {
                return new Content(bytes, before);
            }
        }
        throw new Unusable("changed while it was read; the next scan reads it again");
    }

    private byte[] bytes() throws Unusable {
        try {
            return RegularFile.read(realPath(), Limits.MANIFEST_BYTES);
        } catch (IOException e) {
            throw unusable(e);
        }
    }

    /** The file behind a link, which must lie inside the scan path too. */
    private Path realPath() throws IOException, Unusable {
        Path real = file.toRealPath();
        if (!real.startsWith(root)) {
            throw new Unusable("is a link that leads out of the scan path");
        }
        return real;
    }

    private Unusable unusable(IOException e) {
        return new Unusable(switch (e) {
            case NoSuchFileException _ -> Files.isSymbolicLink(file)
                    ? "is a link that leads nowhere"
                    : "vanished while it was looked at";
            case AccessDeniedException _ -> "cannot be read: permission denied";
            case FileSystemLoopException _ -> "is a link that leads round in a circle";
            default -> Files.isSymbolicLink(file)
                    ? "is a link that cannot be followed: " + IoReason.of(e)
                    : "cannot be read: " + IoReason.of(e);
        });
    }
}
