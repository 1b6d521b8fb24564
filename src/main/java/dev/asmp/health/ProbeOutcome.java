package dev.asmp.health;

import org.jspecify.annotations.Nullable;

/** The outcome of one probe; {@code healthy} is null if it could not be made for reasons outside the service. */
record ProbeOutcome(@Nullable Boolean healthy, @Nullable Long latencyMs, @Nullable String error) {
    static ProbeOutcome healthy(long latencyMs) {
        return new ProbeOutcome(true, latencyMs, null);
    }

    static ProbeOutcome unhealthy(@Nullable Long latencyMs, String error) {
        return new ProbeOutcome(false, latencyMs, ErrorText.of(error));
    }

    static ProbeOutcome unchecked(@Nullable String error) {
        return new ProbeOutcome(null, null, error == null ? null : ErrorText.of(error));
    }
}
