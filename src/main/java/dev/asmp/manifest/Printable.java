package dev.asmp.manifest;

/** Text from outside as it may be shown: nothing in it can steer a terminal or break a line. */
public final class Printable {
    private static final int QUOTED_LENGTH = 100;

    private Printable() {}

    /** The text with control characters written as escapes. */
    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length());
        for (int i = 0; i < text.length();) {
            int c = text.codePointAt(i);
            if (isUnprintable(c)) {
                out.append("\\u").append("%04X".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
            i += Character.charCount(c);
        }
        return out.toString();
    }

    /** The text in quotes, for a sentence about it, without credentials; what is too long for a sentence is cut. */
    public static String quoted(String written) {
        String text = SecretMask.text(written);
        boolean tooLong = text.codePointCount(0, text.length()) > QUOTED_LENGTH;
        String shown = tooLong ? text.substring(0, text.offsetByCodePoints(0, QUOTED_LENGTH)) + "…" : text;
        return "'" + of(shown) + "'";
    }

    /** Tells whether a character is none that is seen, but one that controls how others are. */
    public static boolean isUnprintable(int c) {
        int type = Character.getType(c);
        return type == Character.CONTROL || type == Character.FORMAT || type == Character.LINE_SEPARATOR
                || type == Character.PARAGRAPH_SEPARATOR || type == Character.SURROGATE;
    }
}
