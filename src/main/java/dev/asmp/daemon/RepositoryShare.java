package dev.asmp.daemon;

import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.ScanPath;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Entry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The part of the index that the manifests of one repository may take, so that one repository cannot fill it for the others. A
 * repository is the topmost folder with {@code .git} on the way from a scan path to the file; without one, the folder directly
 * below the scan path.
 */
final class RepositoryShare {
    private static final long MEGABYTE = 1024 * 1024;

    private final Supplier<Catalog> catalog;
    private final HostProfile host;
    private final long most;
    private @Nullable Path repository;
    private @Nullable Catalog counted;
    private long held;

    RepositoryShare(Supplier<Catalog> catalog, HostProfile host, long most) {
        this.catalog = catalog;
        this.host = host;
        this.most = most;
    }

    /** The reason why nothing more of this file's repository goes into the index; null where it has some of its share left. */
    @SuppressWarnings("ReferenceEquality") // the same catalog holds the same
    @Nullable
    String whyFull(Path file) {
        Catalog now = catalog.get();
        if (now.heapBytes() <= most) {
            return null; // nor is any part of it larger
        }
        if (repository == null || !file.startsWith(repository)) {
            repository = repositoryOf(file);
            counted = null;
        }
        if (counted != now) {
            held = held(now, repository + "/");
            counted = now;
        }
        return held <= most
                ? null
                : "the manifests of " + repository + " take " + held / MEGABYTE
                        + " MB of the index, and those of one repository may take " + most / MEGABYTE + " MB";
    }

    private static long held(Catalog catalog, String below) {
        long held = 0;
        for (Entry entry : catalog.entries()) {
            String source = entry.state().source();
            held += source != null && source.startsWith(below) ? entry.heapBytes() : 0;
        }
        return held;
    }

    private Path repositoryOf(Path file) {
        Path folder = file.getParent();
        for (ScanPath scanPath : host.discovery().scanPaths()) {
            try {
                Path root = scanPath.path() == null ? null : scanPath.path().toRealPath();
                if (root != null && folder != null && folder.startsWith(root)) {
                    return repositoryBelow(root, folder);
                }
            } catch (IOException _) {
                // Gone meanwhile; another one may hold the file.
            }
        }
        return folder == null ? file : folder;
    }

    private static Path repositoryBelow(Path root, Path folder) {
        for (int depth = root.getNameCount(); depth <= folder.getNameCount(); depth++) {
            Path above = folder.getRoot().resolve(folder.subpath(0, depth));
            if (Files.exists(above.resolve(".git"), LinkOption.NOFOLLOW_LINKS)) {
                return above;
            }
        }
        return folder.equals(root) ? root : root.resolve(root.relativize(folder).getName(0));
    }
}
