package dev.asmp.registry;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** Moments as text: ISO-8601, UTC, always with milliseconds. */
public final class Timestamps {
    private static final DateTimeFormatter FORMAT = DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'")
            .withZone(ZoneOffset.UTC);

    /** Moments that can be written with a year of four digits. */
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

    private static volatile Formatted last = new Formatted(Instant.EPOCH, new byte[0]);

    private Timestamps() {}

    public static String format(Instant instant) {
        return FORMAT.format(instant);
    }

    /** The moment as bytes; asked about the same one again and again, as all entries of one scan are, it answers at once. */
    static byte[] bytes(Instant instant) {
        Formatted known = last;
        if (!known.instant.equals(instant)) {
            known = new Formatted(instant, format(instant).getBytes(StandardCharsets.US_ASCII));
            last = known;
        }
        return known.bytes;
    }

    private record Formatted(Instant instant, byte[] bytes) {}

    /** Reads a moment that a person may have typed; null where it is none. */
    static @Nullable Instant parse(@Nullable String text) {
        try {
            Instant moment = text == null ? null : Instant.parse(text);
            return moment == null || moment.isBefore(FIRST) || moment.isAfter(LAST) ? null : moment;
        } catch (DateTimeParseException _) {
            return null;
        }
    }
}
