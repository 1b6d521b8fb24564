package dev.asmp.registry;

/** A change of an entry that is on disk and visible. */
public record EntryChange(Kind kind, Entry entry) {
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
