package dev.asmp.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What a result says, and how it closes an entry's JSON. */
class HealthResultTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private static String tail(HealthResult result) {
        return new String(result.members(), StandardCharsets.UTF_8);
    }

    @Test
    void aResultClosesAnEntry() {
        assertEquals(",\"healthy\":true,\"latency_ms\":3,\"last_check\":\"2026-11-20T12:00:00.000Z\"}",
                tail(HealthResult.of(ProbeOutcome.healthy(3), NOON)));
        assertEquals(
                ",\"healthy\":false,\"last_check\":\"2026-11-20T12:00:00.123Z\",\"health_error\":\"no\"}",
                tail(HealthResult.of(ProbeOutcome.unhealthy(null, "no"), NOON.plusNanos(123_456_789))));
        assertEquals(",\"healthy\":null}",
                tail(HealthResult.UNCHECKED));
        assertSame(HealthResult.UNCHECKED, HealthResult.unchecked(null));
    }

    @Test
    void whatCouldNotBeProbedWasNotChecked() {
        HealthResult result = HealthResult.of(ProbeOutcome.unchecked("elsewhere"), NOON);
        assertNull(result.healthy());
        assertNull(result.lastCheck());
        assertEquals("elsewhere", result.error());
    }

    @Test
    void countsFollowTheStates() {
        HealthResult good = HealthResult.of(ProbeOutcome.healthy(1), NOON);
        HealthResult bad = HealthResult.of(ProbeOutcome.unhealthy(1L, "answered 500"), NOON.plusSeconds(1));
        HealthCounts counts = HealthCounts.NONE.after(null, good).after(null, good).after(true, bad);
        assertEquals(new HealthCounts(1, 1, NOON.plusSeconds(1)), counts);
        assertEquals(new HealthCounts(1, 0, NOON.plusSeconds(1)), counts.after(false, HealthResult.UNCHECKED));
        assertEquals(new HealthCounts(1, 1, NOON), counts.after(true, good));
    }
}
