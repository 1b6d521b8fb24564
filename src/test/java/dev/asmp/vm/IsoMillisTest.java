package dev.asmp.vm;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Moments are written as the library would write them, and read again. */
class IsoMillisTest {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC);

    @Test
    void anyMomentIsWrittenWithMilliseconds() {
        Random random = new Random(7);
        long first = Instant.parse("0000-01-01T00:00:00Z").toEpochMilli();
        long last = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();
        for (int i = 0; i < 20_000; i++) {
            long millis = i < 5 ? new long[]{0, -1, 86_399_999, first, last}[i] : random.nextLong(first, last);
            String written = IsoMillis.format(millis);
            assertEquals(FORMAT.format(Instant.ofEpochMilli(millis)), written);
            assertEquals(millis, IsoMillis.parse(written));
        }
    }

    @Test
    void whatHasNoYearOfFourDigitsIsWrittenAsTheNearestThatHas() {
        assertEquals("9999-12-31T23:59:59.999Z", IsoMillis.format(Long.MAX_VALUE));
        assertEquals("0000-01-01T00:00:00.000Z", IsoMillis.format(Long.MIN_VALUE));
    }
}
