package dev.asmp.health;

import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The time that all of one probe has together, whatever it waits for. */
record Deadline(long began, long ends) {
    static Deadline in(Duration timeout) {
        long now = System.nanoTime();
        return new Deadline(now, now + timeout.toNanos());
    }

    /** The same beginning with an earlier end. */
    Deadline atMost(Duration patience) {
        long end = System.nanoTime() + patience.toNanos();
        return end - ends < 0 ? new Deadline(began, end) : this;
    }

    long elapsedMillis() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    /** The milliseconds left, at least one, since 0 means no limit to a socket; throws when none are left. */
    int remainingMillis() throws SocketTimeoutException {
        long left = ends - System.nanoTime();
        if (left <= 0) {
            throw new SocketTimeoutException("the time is over");
        }
        return (int) Math.max(1, TimeUnit.NANOSECONDS.toMillis(left));
    }
}
