package dev.asmp.vm;

/** Something that happened to a VM, told after it lasts and can be seen. A heartbeat alone is no change. */
public record VmChange(Kind kind, VmEntry vm) {
    /** What happened. */
    public enum Kind {
        /** Is new. */
        REGISTERED,
        /** Was patched. */
        CHANGED,
        /** Has given no sign of life for too long. */
        STALE,
        /** Was stale and gives signs of life again. */
        BACK,
        /** Is registered no more. */
        REMOVED
    }
}
