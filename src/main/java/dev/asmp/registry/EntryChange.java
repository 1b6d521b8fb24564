package dev.asmp.registry;

import org.jspecify.annotations.Nullable;

/**
 * A change of an entry that is on disk and visible.
 *
 * @param before what was in service before; null where nothing was
 * @param reason what the service said at its end, or null
 */
public record EntryChange(Kind kind, Entry entry, @Nullable Entry before, @Nullable String reason) {
    /** The memory that it holds until it is told. */
    public long heapBytes() {
        return entry.heapBytes() + (before == null ? 0 : before.heapBytes());
    }

    /** What happened. */
    public enum Kind {
        /** New, or back after it was stale. */
        REGISTERED,
        /** Says something else than before. */
        CHANGED,
        /** An announcement gave a scanned service other endpoints than its manifest has. */
        ENDPOINTS_MOVED,
        /** Was not seen or renewed in time, or its manifest is gone. */
        STALE,
        /** It, or a change of it, was proposed to the owner. */
        PENDING,
        /** The owner rejected what was proposed. */
        REJECTED,
        /** Was removed from the registry. */
        REMOVED,
        /** Its file was deleted by hand. */
        DELETED
    }
}
