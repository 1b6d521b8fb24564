package dev.asmp.registry;

import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * When scanned entries were last seen: all of them at the last scan, but for those listed here. So a scan in which nothing
 * changed is remembered in one small file.
 */
record LastSeen(@Nullable Instant at, Map<String, Instant> except) {
    static final LastSeen NEVER = new LastSeen(null, Map.of());

    LastSeen {
        except = Map.copyOf(except);
    }

    Instant lastSeen(Entry entry) {
        Instant own = entry.state().lastSeen();
        if (at == null || entry.state().sync() != Sync.SCAN || entry.isStale()) {
            return except.getOrDefault(entry.name(), own);
        }
        Instant scanned = except.getOrDefault(entry.name(), at);
        return scanned.isAfter(own) ? scanned : own;
    }
}
