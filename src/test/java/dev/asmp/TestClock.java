package dev.asmp;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until a test moves it. */
public final class TestClock implements InstantSource {
    private volatile Instant now;
    private final AtomicLong nanos = new AtomicLong();

    public TestClock(Instant now) {
        this.now = now;
    }

    /** A clock that stands at a moment like any other. */
    public static TestClock somewhen() {
        return new TestClock(Instant.parse("2026-11-20T10:00:00.000Z"));
    }

    @Override
    public Instant instant() {
        return now;
    }

    /** The time on a clock that nothing sets. */
    public long nanos() {
        return nanos.get();
    }

    /** Lets time pass, which both clocks show. */
    public void advance(Duration duration) {
        nanos.addAndGet(duration.toNanos());
        now = now.plus(duration);
    }

    /** Sets the wall clock, while no time passes. */
    public void jump(Duration duration) {
        now = now.plus(duration);
    }
}
