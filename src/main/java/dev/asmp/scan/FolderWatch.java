package dev.asmp.scan;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A watch on the folders that the scans walk. Only two kinds of events count: a file named like a manifest is touched, and a
 * folder appears or goes. Writing is watched only in folders that hold such a file, so that a build costs little.
 *
 * <pre>
 *   folders walked → align → WatchedFolders → gather → FolderChanges → Scanner.look ─┐
 *                                  ↑                                                 │
 *                                  └──────────── visit: folders that are new ────────┘
 * </pre>
 */
public final class FolderWatch implements FolderListener, AutoCloseable {
    /** With more folders than this whose changes are lost, a whole scan is quicker. */
    private static final int MANY = 16;

    private final WatchedFolders watched;

    /** The number of folders that may be watched, and why no more. */
    public record Limit(int folders, String reason) {
        private static final Path OF_USER = Path.of("/proc/sys/fs/inotify/max_user_watches");

        /** Half of what the system grants to this user, whose editors and builds watch folders too, and no more than this. */
        public static Limit of(int most) {
            return of(most, OF_USER);
        }

        static Limit of(int most, Path setting) {
            // In one read: the kernel gives such a number only to the first one, and readString begins with one byte.
            try (BufferedReader line = Files.newBufferedReader(setting)) {
                long half = Long.parseLong(String.valueOf(line.readLine()).strip()) / 2;
                if (half < most) {
                    return new Limit((int) half, "half of this user's inotify watches are left to other programs");
                }
            } catch (IOException | NumberFormatException _) {
                // Another system, which says no when it has no more.
            }
            return new Limit(most, "at most " + most + " are watched");
        }
    }

    /** Makes a watch that calls back when the system has reported an event; the events themselves are gathered. */
    public FolderWatch(Runnable signal, Limit limit) {
        this.watched = new WatchedFolders(Path::register, signal, limit);
    }

    FolderWatch(WatchedFolders.Registrar registrar, Limit limit) {
        this.watched = new WatchedFolders(registrar, null, limit);
    }

    /** The number of folders watched. */
    public synchronized int size() {
        return watched.size();
    }

    synchronized Set<Path> folders() {
        return watched.folders();
    }

    /** The system's reason why not all folders are watched; null if all are. */
    public synchronized @Nullable String refusal() {
        return watched.refusal();
    }

    /**
     * Brings what is watched in line with the folders that a scan went through; those that hold a manifest and those near the
     * scan paths come first. Returns what differs, which was not watched until now.
     */
    public synchronized FolderChanges align(Map<Path, Boolean> walked) {
        watched.retry();
        Set<Path> differing = new HashSet<>(watched.folders());
        differing.removeAll(walked.keySet());
        walked.keySet().stream().filter(folder -> isRoot(folder, walked) && watched.isReplaced(folder, false))
                .forEach(differing::add);
        watched.cancel(differing);
        List<Map.Entry<Path, Boolean>> missing = walked.entrySet().stream()
                .filter(folder -> !watched.isWatched(folder.getKey(), folder.getValue()))
                .sorted(Comparator.comparing((Map.Entry<Path, Boolean> folder) -> !folder.getValue())
                        .thenComparingInt(folder -> folder.getKey().getNameCount()))
                .toList();
        for (Map.Entry<Path, Boolean> folder : missing) {
            if (watched.register(folder.getKey(), folder.getValue()) != null) {
                differing.add(folder.getKey());
            } else if (watched.isRefusing()) {
                break;
            }
        }
        return new FolderChanges(Set.of(), differing, false);
    }

    private static boolean isRoot(Path folder, Map<Path, Boolean> walked) {
        Path parent = folder.getParent();
        return parent == null || !walked.containsKey(parent);
    }

    /** Watches a folder before a look at changes lists it. */
    @Override
    public synchronized void visit(Path folder, boolean holdsManifest) {
        if (!watched.isWatched(folder, holdsManifest)) {
            watched.register(folder, holdsManifest);
        }
    }

    /** Takes the events since the last call. */
    public synchronized FolderChanges gather() {
        Gathering gathering = new Gathering();
        // At most one round over the folders: where events never stop, this ends nevertheless.
        int left = watched.keys();
        for (WatchKey key = watched.poll(); key != null; key = left > 0 ? watched.poll() : null) {
            left -= gathering.take(key) ? 1 : 0;
        }
        return gathering.changes();
    }

    /** The changes that several watches report. */
    private final class Gathering {
        private final Set<Path> folders = new HashSet<>();
        private final Set<Path> trees = new HashSet<>();
        /** Watched folders that are not at their path any more. */
        private final Set<Path> left = new HashSet<>();
        private int overflows;

        /** Takes the events of one watch; returns whether it was still in place. */
        boolean take(WatchKey key) {
            Path folder = watched.folderOf(key);
            for (WatchEvent<?> event : key.pollEvents()) {
                if (folder != null && event.kind().equals(OVERFLOW)) {
                    overflows++;
                    trees.add(folder);
                } else if (folder != null && event.context() instanceof Path name) {
                    take(folder, name, event.kind());
                }
            }
            if (!key.reset() && folder != null) {
                watched.drop(key, folder); // deleted, and perhaps another folder made at its path
                trees.add(folder);
            }
            return folder != null;
        }

        private void take(Path folder, Path name, WatchEvent.Kind<?> kind) {
            Path path = folder.resolve(name);
            if (name.toString().equals(Walk.MANIFEST)) {
                folders.add(folder);
                if (!watched.isWatched(folder, true) && watched.isReplaced(folder, true)) {
                    left.add(folder);
                }
            } else if (kind.equals(ENTRY_CREATE)) {
                appeared(path);
            } else if (kind.equals(ENTRY_DELETE) && (watched.contains(path) || watched.refusal() != null)) {
                left.add(path);
            }
        }

        private void appeared(Path path) {
            boolean isFolder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
            boolean isKnown = watched.contains(path);
            if (isKnown && (!isFolder || watched.isReplaced(path, false))) {
                left.add(path);
            } else if (!isKnown && isFolder) {
                trees.add(path);
            }
        }

        FolderChanges changes() {
            left.addAll(watched.takeMoved());
            watched.cancel(left);
            trees.addAll(left);
            return new FolderChanges(folders, trees, overflows > MANY);
        }
    }

    /** Ends all watches. */
    @Override
    public void close() throws IOException {
        watched.end(); // before the lock: align may be registering thousands of folders
        synchronized (this) {
            watched.close();
        }
    }
}
