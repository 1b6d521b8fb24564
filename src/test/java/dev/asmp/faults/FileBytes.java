package dev.asmp.faults;

import java.util.Arrays;

/** The content of a file: bytes that can be overwritten, extended and cut. */
final class FileBytes {
    private byte[] bytes = {};
    private int length;

    int length() {
        return length;
    }

    /** Writes at a place; a gap before it reads as zeros. */
    void write(long offset, byte[] written) {
        int end = Math.toIntExact(offset) + written.length;
        extend(end);
        System.arraycopy(written, 0, bytes, (int) offset, written.length);
    }

    void extend(int end) {
        if (end > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(end, 2 * bytes.length));
        }
        length = Math.max(length, end);
    }

    void truncate(long size) {
        if (size < length) {
            Arrays.fill(bytes, (int) size, length, (byte) 0);
            length = (int) size;
        }
    }

    byte[] read(long from, int most) {
        return from >= length
                ? new byte[0]
                : Arrays.copyOfRange(bytes, (int) from, (int) Math.min(length, from + most));
    }

    FileBytes copy() {
        FileBytes copy = new FileBytes();
        copy.write(0, read(0, length));
        return copy;
    }
}
