package dev.asmp.vm;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The clock on the wall, which people set, and the one that only counts on; both stand still until a test moves them. */
final class TwoClocks implements InstantSource, LongSupplier {
    private volatile Instant wall = Instant.parse("2026-11-20T10:00:00.000Z");
    // Such a clock may begin anywhere, even just before it runs over.
    private volatile long nanos = Long.MAX_VALUE - 1_000;

    @Override
    public Instant instant() {
        return wall;
    }

    @Override
    public long getAsLong() {
        return nanos;
    }

    synchronized void pass(Duration time) {
        wall = wall.plus(time);
        nanos += time.toNanos();
    }

    /** Sets the wall clock. */
    synchronized void jump(Duration by) {
        wall = wall.plus(by);
    }
}
