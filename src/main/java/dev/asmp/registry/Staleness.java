package dev.asmp.registry;

import java.time.Duration;
import java.time.Instant;

/** The pure rule for entries that a scan did not see. */
public final class Staleness {
    private Staleness() {}

    /**
     * Whether an entry is stale now. Only scanned ones can be: at once where the file is known to be gone, else when they were
     * not seen for too long.
     */
    public static boolean isStale(Entry entry, boolean sourceIsGone, Instant lastSeen, Duration staleAfter,
            Instant now) {
        if (entry.state().sync() != Sync.SCAN) {
            return false;
        }
        return sourceIsGone || !now.isBefore(lastSeen.plus(staleAfter));
    }
}
