package dev.asmp.cli;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * When to act again: steadily while all is well, and ever more seldom while the registry does not answer. Chance keeps the agents of a
 * fleet from coming all at once.
 */
final class RetryInterval {
    private static final Duration FIRST = Duration.ofSeconds(1);
    private static final Duration LONGEST = Duration.ofSeconds(60);

    private final Duration interval;
    private final DoubleSupplier chance;
    private int failures;

    /** @param chance gives numbers from 0 to 1 */
    RetryInterval(Duration interval, DoubleSupplier chance) {
        this.interval = interval;
        this.chance = chance;
    }

    /** The pause when all is well, or when trying sooner would not help: at most the interval, at least nine tenths of it. */
    Duration steady() {
        failures = 0;
        return between(0.9, interval);
    }

    /** The pause after a request without an answer: 1 s, doubled each time up to a minute or the interval, less up to a half of it. */
    Duration afterFailure() {
        Duration pause = FIRST.multipliedBy(1L << Math.min(failures++, 6));
        Duration longest = interval.compareTo(LONGEST) < 0 ? interval : LONGEST;
        return between(0.5, pause.compareTo(longest) < 0 ? pause : longest);
    }

    private Duration between(double share, Duration whole) {
        return Duration.ofNanos((long) (whole.toNanos() * (share + (1 - share) * chance.getAsDouble())));
    }
}
