package dev.asmp.health;

import org.jspecify.annotations.Nullable;

/** What one probe found out; {@code healthy} is null when it could not be made, through no fault of the service. */
record Outcome(@Nullable Boolean healthy, @Nullable Long latencyMs, @Nullable String error) {
    static Outcome healthy(long latencyMs) {
        return new Outcome(true, latencyMs, null);
    }

    static Outcome unhealthy(@Nullable Long latencyMs, String error) {
        return new Outcome(false, latencyMs, Words.of(error));
    }

    static Outcome unchecked(@Nullable String error) {
        return new Outcome(null, null, error == null ? null : Words.of(error));
    }
}
