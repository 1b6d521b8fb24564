package dev.asmp.registry;

/** Something that happened to an entry, told after it is on disk and visible. */
public record EntryChange(Kind kind, Entry entry) {
    /** What happened. */
    public enum Kind {
        /** New, or back after it was stale. */
        REGISTERED,
        /** Says something else than before. */
        CHANGED,
        /** An announce gave a scanned service other endpoints than its manifest has. */
        ENDPOINTS_MOVED,
        /** Was not seen or renewed in time, or its manifest is gone. */
        STALE,
        /** Waits for the owner's approval, or a change of it does. */
        PENDING,
        /** The owner does not want what was proposed. */
        REJECTED,
        /** Was taken out of the registry. */
        REMOVED,
        /** Its file was deleted by hand. */
        DELETED
    }
}
