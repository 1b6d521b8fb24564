package dev.asmp.daemon;

import dev.asmp.store.PrivateFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.UserPrincipal;

/**
 * The folder in which the daemon keeps everything. It must belong to the account of the process: in another's folder, that one
 * decides what is read and, by links, what is written over.
 */
final class StateFolder {
    private StateFolder() {}

    /** Creates the folder, or checks that it is this account's. */
    static void make(Path folder) throws IOException, StartFailure {
        if (Files.exists(folder) && folder.getFileSystem().equals(FileSystems.getDefault())) {
            UserPrincipal owner = Files.getOwner(folder);
            UserPrincipal self = self(folder);
            if (!owner.equals(self)) {
                throw new StartFailure(
                        "the state folder " + folder + " belongs to " + owner.getName() + ", and this process runs"
                                + " as " + self.getName() + ": run asmp serve as " + owner.getName()
                                + ", or set ASMP_HOME to a folder of your own");
            }
        }
        PrivateFiles.makeFolder(folder);
        refuseOddFiles(folder);
    }

    /** Opening a pipe waits until somebody writes, and a device may do anything: a start must not depend on either. */
    private static void refuseOddFiles(Path folder) throws IOException, StartFailure {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
            for (Path file : files) {
                boolean opened = !file.getFileName().toString().endsWith(".sock");
                if (opened
                        && Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther()) {
                    throw new StartFailure(file + " is a pipe, a socket or a device, where the daemon keeps files:"
                            + " remove it");
                }
            }
        }
    }

    /** Creates a folder that only this account can enter; one of that name that another account has made is refused. */
    static void makeOwn(Path folder) throws IOException {
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            PrivateFiles.makeFolder(folder);
        }
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)
                || !Files.getOwner(folder, LinkOption.NOFOLLOW_LINKS).equals(self(folder))) {
            throw new IOException(folder + " is not a folder of this account");
        }
        PrivateFiles.makeFolder(folder); // tightens its permissions
    }

    /** The account of this process. */
    static UserPrincipal self(Path near) throws IOException {
        Path process = Path.of("/proc/self");
        return Files.exists(process)
                ? Files.getOwner(process)
                : near.getFileSystem().getUserPrincipalLookupService()
                        .lookupPrincipalByName(System.getProperty("user.name"));
    }
}
