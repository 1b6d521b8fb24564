package dev.asmp.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** How many services the last probes found healthy and unhealthy, and when the last of these probes ended. */
public record HealthCounts(int healthy, int unhealthy, @Nullable Instant checkedAt) {
    static final HealthCounts NONE = new HealthCounts(0, 0, null);

    /** The counts after one service's state became another. */
    HealthCounts after(@Nullable Boolean from, HealthResult to) {
        Instant moment = to.lastCheck();
        return new HealthCounts(healthy + one(to.healthy(), true) - one(from, true),
                unhealthy + one(to.healthy(), false) - one(from, false), moment == null ? checkedAt : moment);
    }

    private static int one(@Nullable Boolean state, boolean counted) {
        return state != null && state == counted ? 1 : 0;
    }
}
