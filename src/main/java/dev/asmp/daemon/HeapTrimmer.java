package dev.asmp.daemon;

/**
 * Keeps the process small. The serial collector lets its old generation grow to the limit before it collects it, so a daemon
 * that replaces entries all day would end up holding mostly garbage. This asks for a collection when the heap has grown well
 * beyond what was alive the last time; a quiet daemon is never collected, and a busy one has better things to do than to be
 * collected all the time.
 */
final class HeapTrimmer {
    private static final long SLACK = 12L * 1024 * 1024;

    /** Of the time at most one part in so many is spent here. */
    private static final long REST = 30;

    private long alive;
    private long nextNanos = System.nanoTime();

    /** Looks once; collects if it is time. */
    void look() {
        long now = System.nanoTime();
        if (used() > alive + alive / 4 + SLACK && now - nextNanos >= 0) {
            System.gc();
            alive = used();
            long took = System.nanoTime() - now;
            nextNanos = now + REST * took;
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
