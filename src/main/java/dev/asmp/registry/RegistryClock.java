package dev.asmp.registry;

import java.time.Instant;
import java.time.InstantSource;
import java.util.function.LongSupplier;

/** The registry's clocks: the wall clock, and a monotonic one that begins where the wall clock stood at the start. */
public final class RegistryClock {
    private final InstantSource wall;
    private final LongSupplier nanos;
    private final Instant began;
    private final long beganNanos;

    public RegistryClock(InstantSource wall, LongSupplier nanos) {
        this.wall = wall;
        this.nanos = nanos;
        this.began = wall.instant();
        this.beganNanos = nanos.getAsLong();
    }

    Moment now() {
        return new Moment(wall.instant(), running());
    }

    /** The time on the clock that nothing sets. */
    Instant running() {
        return began.plusNanos(nanos.getAsLong() - beganNanos);
    }
}
