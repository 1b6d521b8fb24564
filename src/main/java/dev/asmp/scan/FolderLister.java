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
import java.util.function.Consumer;

/** Lists folders: which folders lie in one, and whether a manifest does. Links count as neither. */
interface FolderLister {
    /** The most names that are held of one folder. */
    int BATCH = 1_024;

    /** The names of the last folders in a folder, and whether something in it is named like a manifest, or like its folder. */
    record Listing(List<String> folders, boolean manifest, boolean infra) {}

    /** Lists a folder; where more folders lie in it than a batch, the others are passed on before the last ones. */
    Listing list(Path folder, Consumer<List<String>> more) throws IOException;

    /** The fastest lister for this file system. */
    static FolderLister of(Path root) {
        boolean isDefault = root.getFileSystem().equals(FileSystems.getDefault());
        return isDefault && LinuxFolderLister.AVAILABLE ? new LinuxFolderLister() : FolderLister::portable;
    }

    /** Lists a folder on any file system, with a system call for each entry. */
    static Listing portable(Path folder, Consumer<List<String>> more) throws IOException {
        Gathering gathering = new Gathering(more);
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            for (Path entry : entries) {
                String name = entry.getFileName().toString();
                if (name.equals(Walk.MANIFEST)) {
                    gathering.manifest = true;
                } else if (Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS)) {
                    gathering.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        return gathering.end();
    }

    /** What was read of a folder so far. */
    final class Gathering {
        private final Consumer<List<String>> more;
        private List<String> folders = new ArrayList<>();
        private boolean infra;
        boolean manifest;

        Gathering(Consumer<List<String>> more) {
            this.more = more;
        }

        void add(String name) {
            if (folders.size() == BATCH) {
                more.accept(folders);
                folders = new ArrayList<>();
            }
            folders.add(name);
            infra |= name.equals(Walk.INFRA);
        }

        Listing end() {
            return new Listing(folders, manifest, infra);
        }
    }
}
