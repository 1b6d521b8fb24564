package dev.asmp.scan;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;
import static java.nio.file.StandardWatchEventKinds.OVERFLOW;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Watches the folders that the scans walk. Of all that happens in them only two things count: that a file named like a
 * manifest is touched, and that a folder appears or goes. Writing is watched only where such a file lies, so that a build
 * costs little.
 *
 * <pre>
 *   folders walked → align → watches → gather → Changes → Scanner.look ─┐
 *                              ↑                                        │
 *                              └──────── visit: folders that are new ───┘
 * </pre>
 *
 * When watches run out, or there are none to be had, those that there are stay; {@link #refusal} says why there are no more.
 */
public final class FolderWatch implements FolderListener, AutoCloseable {
    /** So many folders at once that do not say what changed in them, and it is quicker to look at everything. */
    private static final int MANY = 16;

    private final Map<Path, Watched> byPath = new HashMap<>();
    private final Map<WatchKey, Path> byKey = new HashMap<>();
    /** Folders that were met elsewhere, before anybody told that they are not where they were. */
    private final Set<Path> moved = new HashSet<>();
    private final Registrar registrar;
    private @Nullable WatchService service;
    private @Nullable String refusal;
    private volatile boolean closed;

    /** A watch that is in place, and whether it tells of writing too. */
    private record Watched(WatchKey key, boolean writing) {}

    /** How a folder comes to be watched; the system may refuse. */
    @FunctionalInterface
    interface Registrar {
        WatchKey register(Path folder, WatchService service, WatchEvent.Kind<?>... kinds) throws IOException;
    }

    public FolderWatch() {
        this(Path::register);
    }

    FolderWatch(Registrar registrar) {
        this.registrar = registrar;
    }

    /** How many folders are watched. */
    public synchronized int size() {
        return byPath.size();
    }

    /** The folders that are watched. */
    synchronized Set<Path> folders() {
        return Set.copyOf(byPath.keySet());
    }

    /** Why not all folders are watched, in the system's words; null when all are. */
    public synchronized @Nullable String refusal() {
        return refusal;
    }

    /**
     * Brings what is watched in line with the folders that a scan went through; those that hold a manifest and those near the
     * scan paths come first. What differs is to be looked at, since nobody watched it until now.
     */
    public synchronized FolderChanges align(Map<Path, Boolean> walked) {
        refusal = null;
        Set<Path> differing = new HashSet<>(byPath.keySet());
        differing.removeAll(walked.keySet());
        walked.keySet().stream().filter(folder -> isRoot(folder, walked) && isReplaced(folder, false))
                .forEach(differing::add);
        forget(differing);
        List<Map.Entry<Path, Boolean>> missing = walked.entrySet().stream()
                .filter(folder -> !isWatched(folder.getKey(), folder.getValue()))
                .sorted(Comparator.comparing((Map.Entry<Path, Boolean> folder) -> !folder.getValue())
                        .thenComparingInt(folder -> folder.getKey().getNameCount()))
                .toList();
        for (Map.Entry<Path, Boolean> folder : missing) {
            if (register(folder.getKey(), folder.getValue()) != null) {
                differing.add(folder.getKey());
            } else if (refusal != null || closed) {
                break;
            }
        }
        return new FolderChanges(Set.of(), differing, false);
    }

    private static boolean isRoot(Path folder, Map<Path, Boolean> walked) {
        Path parent = folder.getParent();
        return parent == null || !walked.containsKey(parent);
    }

    /** Watches a folder once more, and sees by that whether it is another one than the one that was watched. */
    private boolean isReplaced(Path folder, boolean writing) {
        Watched watched = byPath.get(folder);
        return watched != null && (!Walk.isReal(folder)
                || !watched.key.equals(register(folder, writing || watched.writing)));
    }

    private boolean isWatched(Path folder, boolean writing) {
        Watched watched = byPath.get(folder);
        return watched != null && watched.key.isValid() && (watched.writing || !writing);
    }

    /** Watches a folder that a look at changes comes by. */
    @Override
    public synchronized void visit(Path folder, boolean holdsManifest) {
        if (!isWatched(folder, holdsManifest)) {
            register(folder, holdsManifest);
        }
    }

    /** Watches a folder, or goes on doing so in another way; null when that cannot be done. */
    private @Nullable WatchKey register(Path folder, boolean writing) {
        try {
            WatchService open = open(folder.getFileSystem());
            if (open == null) {
                return null;
            }
            WatchKey key = writing
                    ? registrar.register(folder, open, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY)
                    : registrar.register(folder, open, ENTRY_CREATE, ENTRY_DELETE);
            remember(folder, new Watched(key, writing));
            return key;
        } catch (FileSystemException _) {
            return null; // gone meanwhile, or not readable, of which the scan tells
        } catch (IOException | UnsupportedOperationException e) {
            refusal = String.valueOf(e.getMessage());
            return null;
        }
    }

    private @Nullable WatchService open(FileSystem files) throws IOException {
        if (service == null && !closed) {
            if (files.equals(FileSystems.getDefault()) && !System.getProperty("os.name", "").equals("Linux")) {
                throw new UnsupportedOperationException(
                        "on this system that would mean to list each of them every few seconds");
            }
            service = files.newWatchService();
        }
        return service;
    }

    /** A watch belongs to the folder itself: one that was moved comes back with the same key. */
    private void remember(Path folder, Watched watched) {
        Watched before = byPath.put(folder, watched);
        if (before != null && !before.key.equals(watched.key)) {
            before.key.cancel();
            byKey.remove(before.key);
        }
        Path elsewhere = byKey.put(watched.key, folder);
        if (elsewhere != null && !elsewhere.equals(folder)) {
            if (isSame(elsewhere, folder)) {
                byKey.put(watched.key, elsewhere); // mounted at two places, of which it can tell of one only
            } else {
                byPath.remove(elsewhere);
                moved.add(elsewhere);
            }
        }
    }

    private static boolean isSame(Path one, Path other) {
        try {
            return Walk.isReal(one) && Files.isSameFile(one, other);
        } catch (IOException _) {
            return false;
        }
    }

    /** Takes what has happened since the last time. */
    public synchronized FolderChanges gather() {
        WatchService open = service;
        if (open == null) {
            return FolderChanges.NONE;
        }
        Gathering gathering = new Gathering();
        // As many as there are folders: where something happens all the time, this must come to an end nevertheless.
        int left = byKey.size();
        for (WatchKey key = open.poll(); key != null; key = left > 0 ? open.poll() : null) {
            left -= gathering.take(key) ? 1 : 0;
        }
        return gathering.changes();
    }

    /** What several watches have to tell. */
    private final class Gathering {
        private final Set<Path> folders = new HashSet<>();
        private final Set<Path> trees = new HashSet<>();
        /** Watched folders that do not lie any more where they did. */
        private final Set<Path> left = new HashSet<>();
        private int overflows;

        /** Takes what one watch tells; whether it was not ended meanwhile. */
        boolean take(WatchKey key) {
            Path folder = byKey.get(key);
            for (WatchEvent<?> event : key.pollEvents()) {
                if (folder != null && event.kind().equals(OVERFLOW)) {
                    overflows++;
                    trees.add(folder);
                } else if (folder != null && event.context() instanceof Path name) {
                    take(folder, name, event.kind());
                }
            }
            if (!key.reset()) {
                drop(key, folder);
            }
            return folder != null;
        }

        /** The watched folder has been deleted, and perhaps another one made in its place. */
        private void drop(WatchKey key, @Nullable Path folder) {
            if (folder != null) {
                byKey.remove(key);
                byPath.remove(folder);
                trees.add(folder);
            }
        }

        private void take(Path folder, Path name, WatchEvent.Kind<?> kind) {
            Path path = folder.resolve(name);
            if (name.toString().equals(Walk.MANIFEST)) {
                folders.add(folder);
                if (!isWatched(folder, true) && isReplaced(folder, true)) {
                    left.add(folder);
                }
            } else if (kind.equals(ENTRY_CREATE)) {
                appeared(path);
            } else if (kind.equals(ENTRY_DELETE) && (byPath.containsKey(path) || refusal != null)) {
                left.add(path);
            }
        }

        private void appeared(Path path) {
            boolean isFolder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
            Watched watched = byPath.get(path);
            if (watched != null && (!isFolder || isReplaced(path, watched.writing))) {
                left.add(path);
            } else if (watched == null && isFolder) {
                trees.add(path);
            }
        }

        FolderChanges changes() {
            left.addAll(moved);
            moved.clear();
            forget(left);
            trees.addAll(left);
            return new FolderChanges(folders, trees, overflows > MANY);
        }
    }

    /** Ends the watches on these folders and on all below them; those on deleted folders have ended by themselves. */
    private void forget(Set<Path> trees) {
        if (!trees.isEmpty()) {
            List<Path> forgotten = byPath.keySet().stream().filter(folder -> FolderChanges.isWithin(trees, folder))
                    .toList();
            for (Path folder : forgotten) {
                Watched watched = byPath.remove(folder);
                if (watched != null) {
                    byKey.remove(watched.key);
                    watched.key.cancel();
                }
            }
        }
    }

    /** Ends all watches. */
    @Override
    public void close() throws IOException {
        closed = true; // first of all, so that nobody has to wait until thousands of folders are watched
        synchronized (this) {
            byPath.clear();
            byKey.clear();
            if (service != null) {
                service.close();
                service = null;
            }
        }
    }
}
