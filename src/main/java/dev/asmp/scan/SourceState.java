package dev.asmp.scan;

import dev.asmp.manifest.ScanPath;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** The state of a manifest file that a scan did not find. */
public enum SourceState {
    /** Its folder can be read, and the file is not there. */
    GONE,
    /** It is there, but not as the manifest it was: broken, outside the walk, or with another name in it. */
    PRESENT,
    /** Unknown: its scan path is gone, not configured any more, or cannot be read. */
    UNKNOWN;

    /** Looks for one file below the scan paths. */
    public static SourceState of(Path source, List<ScanPath> scanPaths) {
        for (ScanPath scanPath : scanPaths) {
            try {
                if (scanPath.path() != null && source.startsWith(scanPath.path().toRealPath())) {
                    return below(scanPath.path().toRealPath(), source);
                }
            } catch (IOException _) {
                // This scan path cannot be read; another one may still hold the file.
            }
        }
        return UNKNOWN;
    }

    private static SourceState below(Path root, Path source) {
        try {
            Files.readAttributes(source, "size", LinkOption.NOFOLLOW_LINKS);
            return PRESENT;
        } catch (NoSuchFileException _) {
            return canList(nearestFolder(root, source)) ? GONE : UNKNOWN;
        } catch (IOException _) {
            return UNKNOWN;
        }
    }

    private static Path nearestFolder(Path root, Path source) {
        Path folder = source.getParent();
        while (folder != null && !folder.equals(root) && !Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            folder = folder.getParent();
        }
        return folder == null ? root : folder;
    }

    private static boolean canList(Path folder) {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
            return entries.iterator().hasNext() || Files.isDirectory(folder);
        } catch (IOException | DirectoryIteratorException _) {
            return false;
        }
    }
}
