package dev.asmp.cli;

import dev.asmp.manifest.Printable;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** Width and colour of standard output; unbounded and plain unless it is a terminal, which the launcher tells. */
record Terminal(int columns, boolean colour) {
    private static final int DELETE = 0x7F;
    private static final int UNBOUNDED = Integer.MAX_VALUE;

    static Terminal ofProcess() {
        Integer columns = Integer.getInteger("asmp.columns");
        boolean terminal = columns != null;
        boolean plain = isSet(System.getenv("NO_COLOR")) || "dumb".equals(System.getenv("TERM"));
        return new Terminal(terminal && columns > 0 ? Math.max(columns, 40) : terminal ? 80 : UNBOUNDED,
                terminal && !plain);
    }

    private static boolean isSet(@Nullable String variable) {
        return variable != null && !variable.isEmpty();
    }

    boolean isBounded() {
        return columns != UNBOUNDED;
    }

    String faint(String text) {
        return colour ? "\u001b[2m" + text + "\u001b[0m" : text;
    }

    String yellow(String text) {
        return colour ? "\u001b[33m" + text + "\u001b[0m" : text;
    }

    String green(String text) {
        return colour ? "\u001b[32m" + text + "\u001b[0m" : text;
    }

    String red(String text) {
        return colour ? "\u001b[31m" + text + "\u001b[0m" : text;
    }

    /** Puts text from a manifest on one line, without control characters: nothing in it can steer a terminal. */
    static String clean(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        boolean blank = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == ' ' || (c >= '\t' && c <= '\r')) {
                blank = !clean.isEmpty();
            } else {
                if (blank) {
                    clean.append(' ');
                }
                blank = false;
                clean.append(c);
            }
        }
        return Printable.of(clean.toString());
    }

    /** The same lines without control characters: nothing in them can steer a terminal. */
    static String cleanLines(String text) {
        StringBuilder clean = new StringBuilder(text.length());
        text.codePoints().forEach(c -> clean
                .append(c == '\n' || c == '\t' ? Character.toString(c) : Printable.of(Character.toString(c))));
        return clean.toString();
    }

    /** The same JSON with escapes for control and format characters beyond ASCII, which JSON allows in texts as they are. */
    static byte[] escaped(byte[] json) {
        if (isPlain(json)) {
            return json;
        }
        String text = new String(json, StandardCharsets.UTF_8);
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length();) {
            int c = text.codePointAt(i);
            int end = i + Character.charCount(c);
            for (; i < end; i++) {
                if (c >= DELETE && Printable.isUnprintable(c)) {
                    out.append("\\u").append(HexFormat.of().toHexDigits(text.charAt(i)));
                } else {
                    out.append(text.charAt(i));
                }
            }
        }
        return out.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static boolean isPlain(byte[] json) {
        for (byte b : json) {
            if (b < 0 || b == DELETE) {
                return false;
            }
        }
        return true;
    }
}
