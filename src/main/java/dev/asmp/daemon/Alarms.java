package dev.asmp.daemon;

import dev.asmp.registry.Registry;
import dev.asmp.vm.VmStore;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The daemon's work when something is due: expired announcements, changes below the scan paths, a heap that has grown. An
 * idle daemon runs none of it.
 *
 * <pre>
 *   registry published ──► expiry, heap        events of the system, scans, reload ──► watch
 * </pre>
 */
final class Alarms {
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Registry registry;
    private final ScanCycle scans;
    private final ManifestWatcher watcher;
    private final Alarm heap;
    private final Alarm expiry;
    private final Alarm watch;

    Alarms(PeriodicTasks tasks, Registry registry, ScanCycle scans, ManifestWatcher watcher) {
        this.registry = registry;
        this.scans = scans;
        this.watcher = watcher;
        HeapTrimmer trimmer = new HeapTrimmer();
        this.heap = tasks.alarm("heap", trimmer::pause, trimmer::look);
        this.expiry = tasks.alarm("expiry of announces", this::untilExpiry, this::expire);
        this.watch = tasks.alarm("the watch for manifests", watcher::pause, this::lookAtChanges);
    }

    /** Begins to expire announcements, and to look after the heap. */
    void begin(VmStore vms) {
        registry.whenPublished(() -> {
            heap.wake();
            expiry.wake();
        });
        vms.subscribe(_ -> heap.wake());
        expiry.wake();
    }

    /** Begins to watch; the first scan has named the folders. */
    void watch() {
        watcher.whenDue(watch::wake);
        scans.whenScanned(watch::wake);
        watch.wake();
    }

    /** Looks whether the watch was turned on or off by another profile. */
    void profileChanged() {
        watch.wake();
    }

    private @Nullable Duration untilExpiry() {
        Duration left = registry.untilExpiry();
        return left == null ? null : wait(left);
    }

    /** The time to wait; never so short that a failing expiry is tried without a pause. */
    static Duration wait(Duration left) {
        return left.compareTo(SOON) < 0 ? SOON : left;
    }

    private void expire() {
        try {
            scans.expire();
        } finally {
            expiry.wake();
        }
    }

    private void lookAtChanges() {
        watcher.look();
        if (watcher.isBusy()) {
            watch.wake();
        }
    }
}
