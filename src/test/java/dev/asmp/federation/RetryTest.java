package dev.asmp.federation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The pauses between attempts. */
class RetryTest {
    @ParameterizedTest(name = "interval {0} s, failing for {1} s: {2} s")
    @CsvSource({"60, 0, 1", "60, 6, 3", "60, 59, 5", "60, 60, 60", "60, 300, 150", "60, 600, 300", "60, 86400, 300",
            "1, 0, 1",
            "1, 61, 30", "900, 0, 1", "900, 86400, 900"})
    void theyAreShortInTheFirstMinuteAndGrowLater(long interval, long failing, long expected) {
        assertEquals(Duration.ofSeconds(expected).toSeconds(),
                new Retry(Duration.ofSeconds(interval)).after(Duration.ofSeconds(failing), 1).toSeconds());
    }

    @Test
    void thoseWhoLostTheSamePeerDoNotComeBackTogether() {
        Retry retry = new Retry(Duration.ofSeconds(60));
        Duration early = retry.after(Duration.ofMinutes(10), 0);
        assertTrue(early.compareTo(Duration.ofMinutes(4)) >= 0 && early.compareTo(Duration.ofMinutes(5)) < 0);
    }
}
