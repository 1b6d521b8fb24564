package dev.asmp.daemon;

import java.time.Duration;

/**
 * The limit on garbage in the old generation, which the serial collector would let grow to the maximum before it collects it.
 * After changes, this asks for a collection if the heap is well beyond what was alive the last time. Without changes nothing
 * is looked at, and collections take a thirtieth of the time at most.
 */
final class HeapTrimmer {
    private static final long SLACK = 12L * 1024 * 1024;
    private static final int REST = 30;
    private static final Duration PAUSE = Duration.ofSeconds(1);

    private long alive;
    private long nextNanos = System.nanoTime();

    /** The time from a change to the look at the heap: so much later that one look serves many changes. */
    Duration pause() {
        Duration rest = Duration.ofNanos(nextNanos - System.nanoTime());
        return rest.compareTo(PAUSE) > 0 ? rest : PAUSE;
    }

    /** Collects if the heap has grown. */
    void look() {
        if (used() > alive + alive / 4 + SLACK) {
            long began = System.nanoTime();
            System.gc();
            alive = used();
            long now = System.nanoTime();
            nextNanos = now + REST * (now - began);
        }
    }

    private static long used() {
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
