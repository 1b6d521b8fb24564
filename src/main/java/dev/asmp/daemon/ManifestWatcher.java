package dev.asmp.daemon;

import dev.asmp.manifest.HostProfile;
import dev.asmp.scan.FolderChanges;
import dev.asmp.scan.FolderWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the index in step with the manifests between the scans: gathers what the watched folders tell, waits until it has
 * calmed down, and has it looked at. The scans remain the safety net, and say which folders to watch.
 */
final class ManifestWatcher implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(200);
    /** So many ticks it waits at most for whoever writes to finish. */
    private static final int PATIENCE = 4;
    /** So many times as long as a look took it rests afterwards: a storm of changes must not keep the daemon busy. */
    private static final int REST = 2;

    private final ScanCycle scans;
    private final Supplier<HostProfile> profile;
    private final Log log;
    private volatile @Nullable FolderWatch folders;
    private FolderChanges pending = FolderChanges.NONE;
    private int waited;
    private boolean isNew;
    private boolean refused;
    private volatile Duration took = Duration.ZERO;
    private volatile boolean closed;

    ManifestWatcher(ScanCycle scans, Supplier<HostProfile> profile, Log log) {
        this.scans = scans;
        this.profile = profile;
        this.log = log;
    }

    /** How long to wait before the next tick. */
    Duration pause() {
        Duration rest = took.multipliedBy(REST);
        return rest.compareTo(TICK) > 0 ? rest : TICK;
    }

    /** Does what there is to do at one tick. */
    void look() {
        took = Duration.ZERO;
        if (closed || !profile.get().discovery().watch()) {
            stop();
            return;
        }
        FolderWatch watch = begun();
        Map<Path, Boolean> walked = scans.takeWalked();
        if (walked != null) {
            align(watch, walked);
        }
        FolderChanges news = watch.gather();
        pending = pending.and(news);
        boolean calm = news.isEmpty() || ++waited >= PATIENCE;
        if (calm && !pending.isEmpty()) {
            act(watch);
        }
    }

    /** The watch; when it was turned on since the last scan, that one did not say which folders there are. */
    private FolderWatch begun() {
        FolderWatch watch = folders;
        if (watch == null) {
            watch = new FolderWatch();
            folders = watch;
            isNew = true;
            if (!scans.hasWalked()) {
                scans.scan();
            }
        }
        return watch;
    }

    private void align(FolderWatch watch, Map<Path, Boolean> walked) {
        pending = pending.and(watch.align(walked));
        tellRefusal(watch, "watches only " + watch.size() + " of " + walked.size() + " folders");
        int size = watch.size();
        if (watch.refusal() == null && size > 0 && (isNew || refused)) {
            log.info("watches " + size + (size == 1 ? " folder" : " folders") + " for manifests");
        }
        isNew = false;
        refused = watch.refusal() != null;
    }

    private void act(FolderWatch watch) {
        long began = System.nanoTime();
        FolderChanges changes = pending;
        pending = FolderChanges.NONE;
        waited = 0;
        try {
            if (changes.everything()) {
                scans.scan();
            } else {
                scans.look(changes, watch);
                tellRefusal(watch, "watches only " + watch.size() + " folders");
            }
        } finally {
            took = Duration.ofNanos(System.nanoTime() - began);
        }
    }

    private void tellRefusal(FolderWatch watch, String state) {
        String refusal = watch.refusal();
        if (refusal != null && !refused) {
            refused = true;
            String remedy = refusal.contains("inotify watches") ? ", which fs.inotify.max_user_watches sets" : "";
            log.warn(state + ": " + refusal + remedy + "; elsewhere a change is noticed by the next scan");
        }
    }

    private void stop() {
        FolderWatch watch = folders;
        folders = null;
        pending = FolderChanges.NONE;
        waited = 0;
        if (watch != null) {
            close(watch);
        }
    }

    private void close(FolderWatch watch) {
        try {
            watch.close();
        } catch (IOException e) {
            log.warn("the watch for manifests cannot be ended: " + e.getMessage());
        }
    }

    /** Ends all watches, also while there are more to come. */
    @Override
    public void close() {
        closed = true;
        FolderWatch watch = folders;
        if (watch != null) {
            close(watch);
        }
    }
}
