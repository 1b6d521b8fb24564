package dev.asmp.vm;

/** A change of a VM that is saved and visible. A heartbeat alone is no change. */
public record VmChange(Kind kind, VmEntry vm) {
    /** The kind of a change. */
    public enum Kind {
        /** Is new. */
        REGISTERED,
        /** Was patched. */
        CHANGED,
        /** Was silent for too long. */
        STALE,
        /** Was stale and was heard again. */
        BACK,
        /** Was removed. */
        REMOVED
    }
}
