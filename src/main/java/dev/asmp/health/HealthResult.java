package dev.asmp.health;

import dev.asmp.document.Json;
import dev.asmp.document.JsonSplice;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The last result for one service, with its JSON, so that a lookup renders nothing. */
public final class HealthResult {
    /** Nothing is known, and nothing is assumed. */
    public static final HealthResult UNCHECKED = new HealthResult(ProbeOutcome.unchecked(null), null);

    private final ProbeOutcome outcome;
    private final @Nullable Instant lastCheck;
    private final byte[] members;

    private HealthResult(ProbeOutcome outcome, @Nullable Instant lastCheck) {
        this.outcome = outcome;
        this.lastCheck = lastCheck;
        this.members = render(outcome, lastCheck);
    }

    /** The result of a probe that ended at this moment; one that could not be made was no check. */
    static HealthResult of(ProbeOutcome outcome, Instant moment) {
        return new HealthResult(outcome, outcome.healthy() == null ? null : moment);
    }

    /** Nothing is known, for this reason. */
    static HealthResult unchecked(@Nullable String reason) {
        return reason == null ? UNCHECKED : new HealthResult(ProbeOutcome.unchecked(reason), null);
    }

    /** Tells whether the last probe succeeded; null when nothing was checked. */
    public @Nullable Boolean healthy() {
        return outcome.healthy();
    }

    public @Nullable Long latencyMs() {
        return outcome.latencyMs();
    }

    public @Nullable Instant lastCheck() {
        return lastCheck;
    }

    public @Nullable String error() {
        return outcome.error();
    }

    /** The keys as members for {@link JsonSplice}. Not to be changed. */
    public byte[] members() {
        return members;
    }

    /**
     * Renders the keys without a generator, whose buffers would be most of what a probe allocates. Only {@code healthy} is always
     * there: clients take a key such as {@code error} as a failure, even if it is null.
     */
    private static byte[] render(ProbeOutcome outcome, @Nullable Instant lastCheck) {
        StringBuilder json = new StringBuilder(128).append(",\"healthy\":").append(outcome.healthy());
        if (outcome.latencyMs() != null) {
            json.append(",\"latency_ms\":").append(outcome.latencyMs());
        }
        if (lastCheck != null) {
            json.append(",\"last_check\":\"").append(Timestamps.format(lastCheck)).append('"');
        }
        if (outcome.error() != null) {
            json.append(",\"health_error\":")
                    .append(new String(Json.write(Scalar.text(outcome.error())), StandardCharsets.UTF_8));
        }
        return json.append('}').toString().getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "Result[healthy=" + healthy() + ", error=" + error() + "]";
    }
}
