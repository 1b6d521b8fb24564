package dev.asmp.scan;

import static java.nio.file.StandardWatchEventKinds.ENTRY_CREATE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_DELETE;
import static java.nio.file.StandardWatchEventKinds.ENTRY_MODIFY;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * The system's watches by folder and by key. When watches run out, or the system offers none, those in place stay, and
 * {@link #refusal} says why there are no more. Not thread-safe, except {@link #end}.
 */
final class WatchedFolders {
    private final Map<Path, Watch> byPath = new HashMap<>();
    private final Map<WatchKey, Path> byKey = new HashMap<>();
    /** Folders that turned up at another path before the event arrived that they left. */
    private final Set<Path> moved = new HashSet<>();
    private final Registrar registrar;
    private final @Nullable Runnable signal;
    private final FolderWatch.Limit limit;
    /** The keys that the waiting thread has taken, each at most once until it is reset. */
    private final Queue<WatchKey> signalled = new ConcurrentLinkedQueue<>();
    private @Nullable WatchService service;
    private @Nullable String refusal;
    private volatile boolean ended;

    /** A watch in place, and whether it reports writing too. */
    private record Watch(WatchKey key, boolean writing) {}

    /** The registration of a watch, which the system may refuse. */
    @FunctionalInterface
    interface Registrar {
        WatchKey register(Path folder, WatchService service, WatchEvent.Kind<?>... kinds) throws IOException;
    }

    /** Makes a set of watches that calls back, on a thread of its own, when the system has reported an event. */
    WatchedFolders(Registrar registrar, @Nullable Runnable signal, FolderWatch.Limit limit) {
        this.registrar = registrar;
        this.signal = signal;
        this.limit = limit;
    }

    int size() {
        return byPath.size();
    }

    int keys() {
        return byKey.size();
    }

    Set<Path> folders() {
        return Set.copyOf(byPath.keySet());
    }

    @Nullable
    Path folderOf(WatchKey key) {
        return byKey.get(key);
    }

    @Nullable
    String refusal() {
        return refusal;
    }

    /** Forgets that a watch was refused, so that it is tried again. */
    void retry() {
        refusal = null;
    }

    /** Tells whether no more registrations are accepted. */
    boolean isRefusing() {
        return refusal != null || ended;
    }

    @Nullable
    WatchKey poll() {
        WatchKey key = signalled.poll();
        return key != null ? key : service == null ? null : service.poll();
    }

    boolean contains(Path folder) {
        return byPath.containsKey(folder);
    }

    /** Tells whether a folder is watched, and for writing if that is asked for. */
    boolean isWatched(Path folder, boolean writing) {
        Watch watch = byPath.get(folder);
        return watch != null && watch.key.isValid() && (watch.writing || !writing);
    }

    /** Registers a watched folder again, and tells by its key whether the path now names another folder. */
    boolean isReplaced(Path folder, boolean writing) {
        Watch watch = byPath.get(folder);
        return watch != null
                && (!Walk.isReal(folder) || !watch.key.equals(register(folder, writing || watch.writing)));
    }

    /** Watches a folder, or changes what its watch reports; null when that cannot be done. */
    @Nullable
    WatchKey register(Path folder, boolean writing) {
        if (byPath.size() >= limit.folders() && !byPath.containsKey(folder)) {
            refusal = limit.reason();
            return null;
        }
        try {
            WatchService open = open(folder.getFileSystem());
            if (open == null) {
                return null;
            }
            WatchKey key = writing
                    ? registrar.register(folder, open, ENTRY_CREATE, ENTRY_DELETE, ENTRY_MODIFY)
                    : registrar.register(folder, open, ENTRY_CREATE, ENTRY_DELETE);
            remember(folder, new Watch(key, writing));
            return key;
        } catch (FileSystemException _) {
            return null; // gone meanwhile, or not readable, which the scan reports
        } catch (IOException | UnsupportedOperationException e) {
            refusal = IoReason.of(e);
            return null;
        }
    }

    private @Nullable WatchService open(FileSystem files) throws IOException {
        if (service == null && !ended) {
            if (files.equals(FileSystems.getDefault()) && !System.getProperty("os.name", "").equals("Linux")) {
                throw new UnsupportedOperationException(
                        "on this system that would mean to list each of them every few seconds");
            }
            WatchService opened = files.newWatchService();
            service = opened;
            if (signal != null) {
                Thread.ofPlatform().name("asmp-watch").daemon().start(() -> await(opened, signal));
            }
        }
        return service;
    }

    /** Waits for events in the system, without a tick, until the watches are closed. */
    private void await(WatchService opened, Runnable told) {
        try {
            while (true) {
                signalled.add(opened.take());
                told.run();
            }
        } catch (ClosedWatchServiceException | InterruptedException _) {
            // The watches were ended.
        }
    }

    /** A watch belongs to the folder itself: one that was moved comes back with the same key. */
    private void remember(Path folder, Watch watch) {
        Watch before = byPath.put(folder, watch);
        if (before != null && !before.key.equals(watch.key)) {
            before.key.cancel();
            byKey.remove(before.key);
        }
        Path elsewhere = byKey.put(watch.key, folder);
        if (elsewhere != null && !elsewhere.equals(folder)) {
            if (isSame(elsewhere, folder)) {
                byKey.put(watch.key, elsewhere); // mounted at two paths; the watch reports one of them only
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

    /** Takes the folders that turned up at another path. */
    Set<Path> takeMoved() {
        Set<Path> taken = Set.copyOf(moved);
        moved.clear();
        return taken;
    }

    /** Forgets a watch that the system has ended. */
    void drop(WatchKey key, Path folder) {
        byKey.remove(key);
        byPath.remove(folder);
    }

    /** Ends the watches on these folders and on all below them; those on deleted folders have ended by themselves. */
    void cancel(Set<Path> trees) {
        if (!trees.isEmpty()) {
            List<Path> below = byPath.keySet().stream().filter(folder -> FolderChanges.isWithin(trees, folder))
                    .toList();
            for (Path folder : below) {
                Watch watch = byPath.remove(folder);
                if (watch != null) {
                    byKey.remove(watch.key);
                    watch.key.cancel();
                }
            }
        }
    }

    /** Makes a registration of thousands of folders that is under way on another thread come to its end. */
    void end() {
        ended = true;
    }

    void close() throws IOException {
        end();
        byPath.clear();
        byKey.clear();
        signalled.clear();
        if (service != null) {
            service.close();
            service = null;
        }
    }
}
