package dev.asmp.store;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Consumer;

/** One pass over a journal, line by line: whole records are passed on, others are counted. */
final class JournalReader {
    private static final int CHUNK = 1 << 16;

    private final Consumer<byte[]> records;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long length;
    private long wholeEnd;
    private int lines;
    private int bad;
    private int firstBad;

    /**
     * The outcome: the number of lines, how many could not be read and which was the first, where the last line ends, and how
     * many bytes follow it without a line's end.
     */
    record Found(int lines, int bad, int firstBad, long end, long torn) {}

    private JournalReader(Consumer<byte[]> records) {
        this.records = records;
    }

    /** Reads a file; a record for which the consumer throws counts as one that cannot be read. */
    static Found read(Path file, Consumer<byte[]> records) throws IOException {
        JournalReader reader = new JournalReader(records);
        try (InputStream in = Files.newInputStream(file)) {
            byte[] chunk = new byte[CHUNK];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                reader.take(chunk, n);
            }
        }
        return reader.finish();
    }

    private void take(byte[] chunk, int n) {
        int start = 0;
        for (int i = 0; i < n; i++) {
            if (chunk[i] == '\n') {
                gather(chunk, start, i);
                endLine();
                start = i + 1;
            }
        }
        gather(chunk, start, n);
    }

    private void gather(byte[] chunk, int from, int to) {
        length += to - from;
        if (line.size() <= JournalLine.MAX) {
            line.write(chunk, from, to - from);
        }
    }

    private void endLine() {
        length++;
        takeLine(line.toByteArray());
        line.reset();
        wholeEnd = length;
    }

    private void takeLine(byte[] bytes) {
        lines++;
        if (!isTaken(bytes)) {
            bad++;
            firstBad = bad == 1 ? lines : firstBad;
        }
    }

    private boolean isTaken(byte[] bytes) {
        try {
            if (JournalLine.isWhole(bytes)) {
                records.accept(JournalLine.record(bytes));
                return true;
            }
        } catch (RuntimeException _) {
            // Whole, but without a known meaning: lost like the others.
        }
        return false;
    }

    private Found finish() {
        byte[] rest = line.toByteArray();
        byte[] butOne = rest.length == 0 ? rest : Arrays.copyOf(rest, rest.length - 1);
        if (JournalLine.isWhole(butOne)) { // nothing was torn: it is the line's end that is damaged
            takeLine(butOne);
            return new Found(lines, bad + 1, bad == 0 ? lines : firstBad, length, 0);
        }
        return new Found(lines, bad, firstBad, wholeEnd, length - wholeEnd);
    }
}
