package dev.asmp.federation;

import java.time.Duration;

/** The pauses between attempts to reach a peer: short in the first minute of a failure, then longer and longer. */
record Retry(Duration interval) {
    private static final Duration FIRST_MINUTE = Duration.ofMinutes(1);
    private static final Duration AT_ONCE = Duration.ofSeconds(1);
    private static final Duration SOON = Duration.ofSeconds(5);
    private static final Duration LONGEST = Duration.ofMinutes(5);

    /**
     * The pause after a failure.
     *
     * @param failing for how long attempts have failed
     * @param jitter from 0 to 1; spreads those who lost the same peer
     */
    Duration after(Duration failing, double jitter) {
        Duration pause;
        if (failing.compareTo(FIRST_MINUTE) < 0) {
            Duration half = failing.dividedBy(2);
            pause = shorter(interval, shorter(half.compareTo(AT_ONCE) < 0 ? AT_ONCE : half, SOON));
        } else {
            Duration most = interval.compareTo(LONGEST) > 0 ? interval : LONGEST;
            pause = shorter(failing.dividedBy(2), most);
            pause = pause.compareTo(interval) < 0 ? interval : pause;
        }
        return Duration.ofMillis((long) (pause.toMillis() * (0.8 + 0.2 * jitter)));
    }

    static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    static Duration longer(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? other : one;
    }
}
