package dev.asmp.daemon;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.HostProfile;
import dev.asmp.scan.FolderChanges;
import dev.asmp.scan.FolderWatch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The update of the index between scans: gathers the events of the watched folders, waits until none arrive, and has the
 * changes looked at. Scans remain the safety net, and determine the folders to watch.
 */
final class ManifestWatcher implements AutoCloseable {
    private static final Duration TICK = Duration.ofMillis(200);
    /** The looks that it waits at most for events to end. */
    private static final int PATIENCE = 4;
    /** The pause after a look, in durations of that look: a storm of changes must not keep the daemon busy. */
    private static final int REST = 2;

    /** A watched folder with its path takes 600 bytes. */
    static final int MOST_FOLDERS = (int) (MemoryBudgets.FILES.bytes() / 3 * 2 / 600);

    private final ScanCycle scans;
    private final Supplier<HostProfile> profile;
    private final Log log;
    private final LongSupplier nanos;
    private final FolderWatch.Limit limit;
    private volatile @Nullable FolderWatch folders;
    private FolderChanges pending = FolderChanges.NONE;
    private int waited;
    private boolean isNew;
    private boolean news;
    private boolean refused;
    private volatile Duration took = Duration.ZERO;
    private volatile Runnable signal = () -> {};
    private volatile boolean closed;

    ManifestWatcher(ScanCycle scans, Supplier<HostProfile> profile, Log log, LongSupplier nanos) {
        this(scans, profile, log, nanos, FolderWatch.Limit.of(MOST_FOLDERS));
    }

    ManifestWatcher(ScanCycle scans, Supplier<HostProfile> profile, Log log, LongSupplier nanos,
            FolderWatch.Limit limit) {
        this.limit = limit;
        this.scans = scans;
        this.profile = profile;
        this.log = log;
        this.nanos = nanos;
    }

    /** Calls back when there is something to look at: events of the system, or the folders of another scan. */
    void whenDue(Runnable told) {
        signal = told;
    }

    /** Tells whether another look must follow, since events arrived during the last one. */
    boolean isBusy() {
        return news || !pending.isEmpty();
    }

    /** The time to wait before the next look: long enough to gather the events of one change. */
    Duration pause() {
        Duration rest = took.multipliedBy(REST);
        return rest.compareTo(TICK) > 0 ? rest : TICK;
    }

    /** Takes in what has happened since the last look; acts when no more events arrive. */
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
        FolderChanges gathered = watch.gather();
        news = !gathered.isEmpty();
        pending = pending.and(gathered);
        boolean calm = !news || ++waited >= PATIENCE;
        if (calm && !pending.isEmpty()) {
            act(watch);
        }
    }

    /** The watch; one turned on since the last scan needs another scan, which names the folders. */
    private FolderWatch begun() {
        FolderWatch watch = folders;
        if (watch == null) {
            watch = new FolderWatch(signal, limit);
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
        long began = nanos.getAsLong();
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
            took = Duration.ofNanos(nanos.getAsLong() - began);
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
        news = false;
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
            log.warn("the watch for manifests cannot be ended: " + IoReason.of(e));
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
