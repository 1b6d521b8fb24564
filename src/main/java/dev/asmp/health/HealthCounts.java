package dev.asmp.health;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The numbers of healthy and unhealthy services, and the end of the last probe. */
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
