package dev.asmp.registry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The names of notes and where their lines begin, in a few arrays: there may be hundreds of thousands. One thread adds. */
final class NoteIndex {
    /** An offset and the end of a name, and what arrays that grow leave empty. */
    private static final int EACH = 24;

    private final long budget;
    private long[] offsets = new long[16];
    private int[] ends = new int[16];
    private byte[] names = new byte[256];
    private int count;
    private long bytes;

    NoteIndex(long budget) {
        this.budget = budget;
    }

    /** The notes at one moment; what is added later does not change it. */
    record View(long[] offsets, int[] ends, byte[] names, int size) {
        long offset(int at) {
            return offsets[at];
        }

        String name(int at) {
            int start = at == 0 ? 0 : ends[at - 1];
            return new String(names, start, ends[at] - start, StandardCharsets.UTF_8);
        }
    }

    NoteIndex emptied() {
        return new NoteIndex(budget);
    }

    /** Adds a note; one that does not fit is left out, as are all after it. */
    void add(long offset, String name) {
        byte[] text = name.getBytes(StandardCharsets.UTF_8);
        bytes += EACH + 2L * text.length;
        if (isFull()) {
            return;
        }
        if (count == offsets.length) {
            offsets = Arrays.copyOf(offsets, 2 * count);
            ends = Arrays.copyOf(ends, 2 * count);
        }
        int start = count == 0 ? 0 : ends[count - 1];
        if (start + text.length > names.length) {
            names = Arrays.copyOf(names, 2 * names.length + text.length);
        }
        System.arraycopy(text, 0, names, start, text.length);
        offsets[count] = offset;
        ends[count++] = start + text.length;
    }

    boolean isFull() {
        return bytes > budget;
    }

    int size() {
        return count;
    }

    View view() {
        return new View(offsets, ends, names, count);
    }
}
