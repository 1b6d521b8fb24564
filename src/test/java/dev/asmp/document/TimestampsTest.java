package dev.asmp.document;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Moments are written as the library would write them, and read again. */
class TimestampsTest {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC);

    @Test
    void anyMomentIsWrittenWithMilliseconds() {
        Random random = new Random(7);
        long first = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
        long last = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
        for (int i = 0; i < 20_000; i++) {
            long millis = i < 5 ? new long[]{0, -1, 86_399_999, first, last}[i] : random.nextLong(first, last);
            String written = Timestamps.format(millis);
            assertEquals(FORMAT.format(Instant.ofEpochMilli(millis)), written);
            assertEquals(millis, Timestamps.millis(Objects.requireNonNull(Timestamps.parse(written))));
        }
    }

    @Test
    void aMomentBeyondMillisecondsIsCutDownToThem() {
        assertEquals("2026-11-20T10:00:00.999Z", Timestamps.format(Instant.parse("2026-11-20T10:00:00.999999999Z")));
        assertEquals("1969-12-31T23:59:59.999Z", Timestamps.format(Instant.EPOCH.minusNanos(1)));
    }

    @Test
    void whatIsNoMomentOfFourDigitYearsIsNotRead() {
        assertNull(Timestamps.parse(null));
        assertNull(Timestamps.parse("yesterday"));
        assertNull(Timestamps.parse("+10000-01-01T00:00:00Z"));
        assertNull(Timestamps.parse("-0001-12-31T23:59:59Z"));
        assertEquals(Instant.parse("2026-11-20T10:00:00Z"), Timestamps.parse("2026-11-20T12:00:00+02:00"));
    }

    @Test
    void whatHasNoYearOfFourDigitsIsWrittenAsTheNearestThatHas() {
        assertEquals("9999-12-31T23:59:59.999Z", Timestamps.format(Long.MAX_VALUE));
        assertEquals("0000-01-01T00:00:00.000Z", Timestamps.format(Long.MIN_VALUE));
        assertEquals("9999-12-31T23:59:59.999Z", Timestamps.format(Instant.MAX));
    }
}
