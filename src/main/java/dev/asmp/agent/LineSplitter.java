package dev.asmp.agent;

import java.io.ByteArrayOutputStream;

/**
 * Cuts an agent's output into lines at LF only: other separators, such as U+2028, may stand in a string. A line may have 16 MiB;
 * what is held of it is bounded by cutting its long strings while they pass, so that a line of one long text stays valid JSON.
 */
final class LineSplitter {
    static final int LONGEST = 16 * 1024 * 1024;
    /** The bytes held of a line. */
    static final int HELD = 256 * 1024;
    /** The bytes held of a string in a line. */
    static final int TEXT = 32 * 1024;
    private static final byte[] CUT = {(byte) 0xE2, (byte) 0x80, (byte) 0xA6};
    private static final int USUAL = 32 * 1024;

    private ByteArrayOutputStream line = new ByteArrayOutputStream();
    private long length;
    private boolean whole = true;
    private boolean inText;
    private boolean escaped;
    private boolean cutting;
    private int text;
    /** The digits of an escape that are still to come. */
    private int digits;

    /** Receives the lines. */
    @FunctionalInterface
    interface Lines {
        /**
         * Takes a line without its end.
         *
         * @param whole whether nothing but parts of strings is missing
         * @param consumed the bytes of the line and its end
         */
        void take(byte[] line, boolean whole, long consumed);
    }

    /** Takes the next bytes; a line that is not ended waits for the next ones. */
    void take(byte[] bytes, int count, Lines lines) {
        for (int i = 0; i < count; i++) {
            byte b = bytes[i];
            length++;
            if (b == '\n') {
                end(lines);
            } else {
                keep(b);
            }
        }
    }

    private void keep(byte b) {
        if (inText) {
            keepInText(b);
            return;
        }
        inText = b == '"';
        text = 0;
        add(b);
    }

    private void keepInText(byte b) {
        boolean wasEscaped = escaped;
        escaped = !wasEscaped && b == '\\';
        if (!wasEscaped && b == '"') {
            inText = false;
            cutting = false;
            add(b);
            return;
        }
        boolean beginsCharacter = (b & 0xC0) != 0x80 && digits == 0;
        digits = wasEscaped && b == 'u' ? 4 : Math.max(0, digits - 1);
        if (!cutting && text >= TEXT && beginsCharacter && !wasEscaped && !escaped) {
            cutting = true;
            for (byte mark : CUT) {
                add(mark);
            }
        }
        if (!cutting) {
            text++;
            add(b);
        }
    }

    private void add(byte b) {
        whole &= line.size() < HELD && length <= LONGEST;
        if (whole) {
            line.write(b);
        }
    }

    private void end(Lines lines) {
        byte[] bytes = line.toByteArray();
        boolean isWhole = whole && length - 1 <= LONGEST;
        long consumed = length;
        line = line.size() > USUAL ? new ByteArrayOutputStream() : line;
        line.reset();
        length = 0;
        whole = true;
        inText = false;
        escaped = false;
        digits = 0;
        cutting = false;
        lines.take(bytes, isWhole, consumed);
    }
}
