package dev.asmp.vm;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;

/** Moments as the wire has them, {@code 2026-11-20T10:00:00.000Z}: always of the same length, so that one replaces another. */
final class IsoMillis {
    static final int LENGTH = 24;
    private static final int DATE = 10;
    private static final int DAY = 86_400_000;
    private static final long FIRST = Instant.parse("0000-01-01T00:00:00.000Z").toEpochMilli();
    private static final long LAST = Instant.parse("9999-12-31T23:59:59.999Z").toEpochMilli();

    private static volatile Day last = day(0);

    /** A day whose date was written before: nearly all moments that are written are of one day. */
    private record Day(long number, byte[] date) {}

    private IsoMillis() {}

    /** Writes a moment at a place; one whose year has not four digits is written as the nearest that has. */
    static void write(long millis, byte[] target, int at) {
        long moment = Math.clamp(millis, FIRST, LAST);
        Day day = last;
        if (day.number != Math.floorDiv(moment, DAY)) {
            day = day(Math.floorDiv(moment, DAY));
            last = day;
        }
        System.arraycopy(day.date, 0, target, at, DATE);
        writeTime(Math.floorMod(moment, DAY), target, at + DATE);
    }

    private static Day day(long number) {
        return new Day(number, LocalDate.ofEpochDay(number).toString().getBytes(StandardCharsets.US_ASCII));
    }

    private static void writeTime(int millis, byte[] target, int at) {
        int seconds = millis / 1_000;
        target[at] = 'T';
        writeTwo(seconds / 3_600, target, at + 1);
        target[at + 3] = ':';
        writeTwo(seconds / 60 % 60, target, at + 4);
        target[at + 6] = ':';
        writeTwo(seconds % 60, target, at + 7);
        target[at + 9] = '.';
        target[at + 10] = (byte) ('0' + millis % 1_000 / 100);
        writeTwo(millis % 100, target, at + 11);
        target[at + 13] = 'Z';
    }

    private static void writeTwo(int number, byte[] target, int at) {
        target[at] = (byte) ('0' + number / 10);
        target[at + 1] = (byte) ('0' + number % 10);
    }

    static String format(long millis) {
        byte[] text = new byte[LENGTH];
        write(millis, text, 0);
        return new String(text, StandardCharsets.US_ASCII);
    }

    static long parse(String text) {
        return Instant.parse(text).toEpochMilli();
    }
}
