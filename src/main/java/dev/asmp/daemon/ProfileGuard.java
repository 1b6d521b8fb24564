package dev.asmp.daemon;

import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rule for the host profile's owner and mode: who may write it decides what the daemon allows. */
final class ProfileGuard {
    private static final Set<PosixFilePermission> OTHERS = Set.of(PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.OTHERS_WRITE);
    private static final int ROOT = 0;

    private ProfileGuard() {}

    /**
     * Refuses a profile that another user owns, other than root, and takes from others the right to write ours.
     *
     * @return what was changed or could not be, for the log; null for a profile that is as it should be
     */
    static @Nullable String check(Path file) throws IOException {
        if (!file.getFileSystem().equals(FileSystems.getDefault())
                || !file.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return null;
        }
        int owner = (Integer) Files.getAttribute(file, "unix:uid");
        return check(file, owner, us(file, owner));
    }

    private static int us(Path file, int owner) throws IOException {
        Path self = Path.of("/proc/self");
        if (Files.exists(self)) {
            return (Integer) Files.getAttribute(self, "unix:uid");
        }
        return Files.getOwner(file).getName().equals(System.getProperty("user.name")) ? owner : -1;
    }

    /** The rule, for a process of a user. */
    static @Nullable String check(Path file, int owner, int us) throws IOException {
        if (owner != us && owner != ROOT) {
            throw new FileSystemException(file.toString(), null, "belongs to another user (" + Files.getOwner(file)
                    + "), who could change what is allowed here; it must belong to the user who runs the daemon, or to root");
        }
        Set<PosixFilePermission> modes = Files.readAttributes(file, PosixFileAttributes.class).permissions();
        if (modes.stream().noneMatch(OTHERS::contains)) {
            return null;
        }
        if (owner != us) {
            if (modes.contains(PosixFilePermission.OTHERS_WRITE)) {
                throw new FileSystemException(file.toString(), null,
                        "can be written by every user: chmod go-w " + file);
            }
            return file + " can be written by its group, which decides what is allowed here: chmod g-w " + file;
        }
        EnumSet<PosixFilePermission> ours = EnumSet.copyOf(modes);
        ours.removeAll(OTHERS);
        try {
            Files.setPosixFilePermissions(file, ours);
            return file + " could be written by other users, and cannot any more (chmod go-w)";
        } catch (IOException e) {
            return file + " can be written by other users, who decide what is allowed here: chmod go-w " + file;
        }
    }
}
