package dev.asmp.daemon;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Set;

/** The owner's token for HTTP, created at the first start. Only the owner's account can read it, also in a group's folder. */
final class OwnerToken {
    /** The file's name in the state folder. */
    static final String FILE = "token";
    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private OwnerToken() {}

    /** The token of a state folder; a missing or damaged one is created, and one that another account put there. */
    static String of(Path stateFolder) throws IOException {
        Path file = stateFolder.resolve(FILE);
        try {
            String token = read(file);
            if (token.matches("[0-9a-f]{64}") && isOurs(file)) {
                tighten(file);
                return token;
            }
            Files.delete(file);
        } catch (NoSuchFileException _) {
            // The first start.
        }
        return make(file);
    }

    private static String read(Path file) throws IOException {
        if (Files.isSymbolicLink(file)) {
            return "";
        }
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return new String(in.readNBytes(1_000), StandardCharsets.ISO_8859_1).strip();
        }
    }

    /** Tells whether this account owns the file: the members of a shared folder's group could put one there that they know. */
    private static boolean isOurs(Path file) throws IOException {
        return !file.getFileSystem().equals(FileSystems.getDefault())
                || Files.getOwner(file, LinkOption.NOFOLLOW_LINKS).equals(StateFolder.self(file));
    }

    private static void tighten(Path file) throws IOException {
        if (isPosix(file) && !Files.getPosixFilePermissions(file).equals(OWNER_ONLY)) {
            Files.setPosixFilePermissions(file, OWNER_ONLY);
        }
    }

    private static String make(Path file) throws IOException {
        byte[] secret = new byte[32];
        new SecureRandom().nextBytes(secret);
        String token = HexFormat.of().formatHex(secret);
        FileAttribute<?>[] attributes = isPosix(file)
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                : new FileAttribute<?>[0];
        try (FileChannel channel = FileChannel.open(file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
            channel.write(ByteBuffer.wrap((token + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        return token;
    }

    private static boolean isPosix(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix");
    }
}
