package dev.asmp.manifest;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The one rule about names. A name becomes a file name, so nothing that could leave a folder may be in it. */
public final class ServiceName {
    public static final int MAX_LENGTH = 128;
    private static final Pattern VALID = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");

    private ServiceName() {}

    /** What is wrong with this name, or null when it is a good one. */
    public static @Nullable String problemWith(String name) {
        if (name.isEmpty()) {
            return "must not be empty";
        }
        if (name.length() > MAX_LENGTH) {
            return "is " + name.length() + " characters long; at most " + MAX_LENGTH + " are allowed";
        }
        if (!VALID.matcher(name).matches()) {
            return "'" + printable(name) + "' is not allowed: use letters, digits, '.', '_' and '-', and begin with a"
                    + " letter or digit";
        }
        return null;
    }

    public static boolean isValid(String name) {
        return problemWith(name) == null;
    }

    /** The text with control characters written as escapes, so that an error message cannot steer a terminal. */
    public static String printable(String text) {
        StringBuilder out = new StringBuilder(text.length());
        text.codePoints().forEach(c -> {
            if (Character.isISOControl(c) || Character.getType(c) == Character.FORMAT
                    || Character.getType(c) == Character.LINE_SEPARATOR
                    || Character.getType(c) == Character.PARAGRAPH_SEPARATOR) {
                out.append("\\u%04X".formatted(c));
            } else {
                out.appendCodePoint(c);
            }
        });
        return out.toString();
    }
}
