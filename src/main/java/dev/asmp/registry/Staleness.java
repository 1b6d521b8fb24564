package dev.asmp.registry;

import java.time.Duration;
import java.time.Instant;

/** The rule about entries that a scan did not come by. */
public final class Staleness {
    private Staleness() {}

    /**
     * Whether an entry is stale now. Only what a scan brought can be: at once where its file is known to be gone, and where
     * nobody can tell, when it was not seen for too long.
     */
    public static boolean isStale(Entry entry, boolean sourceIsGone, Instant lastSeen, Duration staleAfter,
            Instant now) {
        if (entry.state().sync() != Sync.SCAN) {
            return false;
        }
        return sourceIsGone || !now.isBefore(lastSeen.plus(staleAfter));
    }
}
