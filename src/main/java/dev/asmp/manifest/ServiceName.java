package dev.asmp.manifest;

import org.jspecify.annotations.Nullable;

/** The one rule about names. A name becomes a file name, so nothing that could leave a folder may be in it. */
public final class ServiceName {
    public static final int MAX_LENGTH = 128;

    private ServiceName() {}

    /** Finds the error in a name; null where it is valid. */
    public static @Nullable String problemWith(String name) {
        if (name.isEmpty()) {
            return "must not be empty";
        }
        if (name.length() > MAX_LENGTH) {
            return "is " + name.length() + " characters long; at most " + MAX_LENGTH + " are allowed";
        }
        if (!isWritten(name)) {
            return Printable.quoted(name)
                    + " is not allowed: use ASCII letters, digits, '.', '_' and '-', and begin with a"
                    + " letter or digit";
        }
        return null;
    }

    public static boolean isValid(String name) {
        return problemWith(name) == null;
    }

    private static boolean isWritten(String name) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letterOrDigit = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            if (!letterOrDigit && (i == 0 || (c != '.' && c != '_' && c != '-'))) {
                return false;
            }
        }
        return true;
    }
}
