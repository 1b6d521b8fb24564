package dev.asmp.store;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/** The line format of a journal: a JSON object whose first key is the checksum of all that follows it. */
final class JournalLine {
    /** The longest line that is written; a longer one has lost its end. */
    static final int MAX = 2 * 1024 * 1024;
    static final int LONGEST_RECORD = MAX - 32;

    private static final byte[] BEFORE = "{\"crc\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] AFTER = "\",".getBytes(StandardCharsets.US_ASCII);
    private static final int DIGITS = 8;
    /** The start of the checked part. */
    private static final int START = BEFORE.length + DIGITS + AFTER.length;

    private JournalLine() {}

    /** Appends a record, a JSON object that has keys and holds no line's end, as a line. */
    static void write(byte[] record, ByteArrayOutputStream out) {
        out.writeBytes(BEFORE);
        out.writeBytes(checksum(record, 1).getBytes(StandardCharsets.US_ASCII));
        out.writeBytes(AFTER);
        out.write(record, 1, record.length - 1);
        out.write('\n');
    }

    /** Tells whether a line, without its end, is as it was written. */
    static boolean isWhole(byte[] line) {
        return line.length > START && startsWith(BEFORE, line, 0) && startsWith(AFTER, line, START - AFTER.length)
                && checksum(line, START).equals(
                        new String(line, BEFORE.length, DIGITS, StandardCharsets.ISO_8859_1));
    }

    /** The record of a whole line, as it was appended. */
    static byte[] record(byte[] line) {
        byte[] record = Arrays.copyOfRange(line, START - 1, line.length);
        record[0] = '{';
        return record;
    }

    private static String checksum(byte[] bytes, int from) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, bytes.length - from);
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    private static boolean startsWith(byte[] part, byte[] line, int at) {
        for (int i = 0; i < part.length; i++) {
            if (line[at + i] != part[i]) {
                return false;
            }
        }
        return true;
    }
}
