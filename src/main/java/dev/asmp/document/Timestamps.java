package dev.asmp.document;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * ISO-8601 in UTC with milliseconds, {@code 2026-11-20T10:00:00.000Z}: always 24 characters, so that one moment can be written
 * over another in bytes that are ready to be sent. Moments outside the years 0 to 9999 become the nearest one inside.
 */
public final class Timestamps {
    /** The characters of a moment. */
    public static final int LENGTH = 24;
    private static final int DATE_LENGTH = 10;
    private static final int MILLIS_PER_DAY = 86_400_000;
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00.000Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");
    private static final long FIRST_MILLIS = FIRST.toEpochMilli();
    private static final long LAST_MILLIS = LAST.toEpochMilli();

    private static volatile Day lastDay = day(0);

    /** The date of the day written last: nearly all moments that are written belong to one day. */
    private record Day(long number, byte[] date) {}

    private Timestamps() {}

    public static String format(Instant moment) {
        return format(millis(moment));
    }

    public static String format(long millis) {
        byte[] text = new byte[LENGTH];
        write(millis, text, 0);
        return new String(text, StandardCharsets.US_ASCII);
    }

    /** Milliseconds since 1970, without overflow. */
    public static long millis(Instant moment) {
        return moment.isBefore(FIRST) ? FIRST_MILLIS : moment.isAfter(LAST) ? LAST_MILLIS : moment.toEpochMilli();
    }

    /** Writes a moment, in milliseconds since 1970, at a place in an array. */
    public static void write(long millis, byte[] target, int at) {
        long moment = Math.clamp(millis, FIRST_MILLIS, LAST_MILLIS);
        Day day = lastDay;
        if (day.number != Math.floorDiv(moment, MILLIS_PER_DAY)) {
            day = day(Math.floorDiv(moment, MILLIS_PER_DAY));
            lastDay = day;
        }
        System.arraycopy(day.date, 0, target, at, DATE_LENGTH);
        writeTime(Math.floorMod(moment, MILLIS_PER_DAY), target, at + DATE_LENGTH);
    }

    private static Day day(long number) {
        return new Day(number, LocalDate.ofEpochDay(number).toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static void writeTime(int millis, byte[] target, int at) {
        int seconds = millis / 1_000;
        target[at] = 'T';
        writeTwoDigits(seconds / 3_600, target, at + 1);
        target[at + 3] = ':';
        writeTwoDigits(seconds / 60 % 60, target, at + 4);
        target[at + 6] = ':';
        writeTwoDigits(seconds % 60, target, at + 7);
        target[at + 9] = '.';
        target[at + 10] = (byte) ('0' + millis % 1_000 / 100);
        writeTwoDigits(millis % 100, target, at + 11);
        target[at + 13] = 'Z';
    }

    private static void writeTwoDigits(int number, byte[] target, int at) {
        target[at] = (byte) ('0' + number / 10);
        target[at + 1] = (byte) ('0' + number % 10);
    }

    /** Reads a moment, typed by a person perhaps; null where the text is not one of the years 0 to 9999. */
    public static @Nullable Instant parse(@Nullable String text) {
        try {
            Instant moment = text == null ? null : Instant.parse(text);
            return moment == null || moment.isBefore(FIRST) || moment.isAfter(LAST) ? null : moment;
        } catch (DateTimeParseException _) {
            return null;
        }
    }
}
