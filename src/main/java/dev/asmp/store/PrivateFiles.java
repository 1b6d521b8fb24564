package dev.asmp.store;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Folders and files that only their owner can use. A folder of mode 2770 is the exception: it is for its group, as is all that
 * is created in it. The set-group-ID bit is the sign, because no umask sets it by accident.
 */
public final class PrivateFiles {
    private static final Set<PosixFilePermission> OWNER_FOLDER = PosixFilePermissions.fromString("rwx------");
    private static final Set<PosixFilePermission> GROUP_FOLDER = PosixFilePermissions.fromString("rwxrwx---");
    private static final Set<PosixFilePermission> OWNER_FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> GROUP_FILE = PosixFilePermissions.fromString("rw-rw----");
    private static final int SHARED = 02770;

    private PrivateFiles() {}

    /** Creates a folder with mode 0700, or tightens it to that. One for a group stays so, and what is created in it is for the group. */
    public static void makeFolder(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            makeDurably(parent);
            boolean shared = isShared(parent);
            makeDurably(folder, attributes(folder, shared ? GROUP_FOLDER : OWNER_FOLDER));
            if (shared) { // the umask has taken something of the mode
                Files.setAttribute(folder, "unix:mode", SHARED, LinkOption.NOFOLLOW_LINKS);
            }
        } else if (!isShared(folder)) {
            set(folder, OWNER_FOLDER);
        }
    }

    /** Creates a folder and its parents; they survive a power cut. */
    private static void makeDurably(@Nullable Path folder, FileAttribute<?>... attributes) throws IOException {
        if (folder != null && !Files.isDirectory(folder)) {
            Path parent = folder.toAbsolutePath().getParent();
            makeDurably(parent);
            Files.createDirectory(folder, attributes);
            if (parent != null) {
                DurableFile.forceFolder(parent);
            }
        }
    }

    /**
     * Opens a file for its owner, or for its folder's group; one that others may use is tightened. A link in its place is
     * refused: it could lead to any file of this account.
     */
    public static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        boolean shared = isShared(file.getParent());
        Set<OpenOption> all = new HashSet<>(options);
        all.add(LinkOption.NOFOLLOW_LINKS);
        FileChannel channel = FileChannel.open(file, all, attributes(file, shared ? GROUP_FILE : OWNER_FILE));
        boolean isAsMade = options.contains(StandardOpenOption.CREATE_NEW) && !shared;
        if (!isAsMade) {
            try {
                set(file, shared ? GROUP_FILE : OWNER_FILE);
            } catch (IOException e) {
                if (!shared) {
                    channel.close();
                    throw e;
                } // another member's file: its owner has set it
            }
        }
        return channel;
    }

    private static void set(Path path, Set<PosixFilePermission> permissions) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(path, PosixFileAttributeView.class,
                LinkOption.NOFOLLOW_LINKS);
        if (view != null && !view.readAttributes().permissions().equals(permissions)) {
            view.setPermissions(permissions);
        }
    }

    private static boolean isShared(@Nullable Path folder) throws IOException {
        return folder != null
                && folder.getFileSystem().supportedFileAttributeViews().containsAll(Set.of("unix", "posix"))
                && Files.getAttribute(folder, "unix:mode") instanceof Integer mode && (mode & 07777) == SHARED;
    }

    private static FileAttribute<?>[] attributes(Path path, Set<PosixFilePermission> permissions) {
        boolean posix = path.getFileSystem().supportedFileAttributeViews().contains("posix");
        return posix
                ? new FileAttribute<?>[]{PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }
}
