package dev.asmp.daemon;

/**
 * Keeps the process small. The serial collector lets its old generation grow to the limit before it collects it, so a daemon
 * that replaces entries all day would end up holding mostly garbage. This asks for a collection when the heap has grown well
 * beyond what was alive the last time; a quiet daemon is never collected.
 */
final class HeapKeeper {
    private static final long SLACK = 12L * 1024 * 1024;

    private long alive;

    /** Looks once; collects if it is time. */
    void look() {
        if (used() > alive + alive / 4 + SLACK) {
            System.gc();
            alive = used();
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
