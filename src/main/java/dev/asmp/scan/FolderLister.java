package dev.asmp.scan;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Lists folders: which folders lie in one, and whether a manifest does. Links count as neither. */
interface FolderLister {
    /** The names of the folders in a folder, and whether something in it is named like a manifest. */
    record Listing(List<String> folders, boolean manifest) {}

    Listing list(Path folder) throws IOException;

    /** The fastest lister for this file system. */
    static FolderLister of(Path root) {
        boolean isDefault = root.getFileSystem().equals(FileSystems.getDefault());
        return isDefault && LinuxFolderLister.AVAILABLE ? new LinuxFolderLister() : FolderLister::portable;
    }

    /** Lists a folder on any file system, with a system call for each entry. */
    static Listing portable(Path folder) throws IOException {
        List<String> folders = new ArrayList<>();
        boolean manifest = false;
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                Path name = entry.getFileName();
                if (name.toString().equals(Walk.MANIFEST)) {
                    manifest = true;
                } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    folders.add(name.toString());
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return new Listing(folders, manifest);
    }
}
