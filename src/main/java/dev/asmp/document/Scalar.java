package dev.asmp.document;

/**
 * One value, kept exactly as it was written: {@code 1.10} stays {@code 1.10}, whether it is later read as a number or as
 * text.
 */
public record Scalar(Kind kind, String text) implements Document {
    /** What a scalar is when it leaves as JSON. */
    public enum Kind {
        TEXT, NUMBER, BOOLEAN, NULL
    }

    public static final Scalar NULL = new Scalar(Kind.NULL, "null");

    public static Scalar text(String text) {
        return new Scalar(Kind.TEXT, text);
    }

    public static Scalar number(long number) {
        return new Scalar(Kind.NUMBER, Long.toString(number));
    }

    public static Scalar bool(boolean value) {
        return new Scalar(Kind.BOOLEAN, Boolean.toString(value));
    }

    public boolean isNull() {
        return kind == Kind.NULL;
    }

    public boolean isTrue() {
        return kind == Kind.BOOLEAN && text.equalsIgnoreCase("true");
    }

    /** The same characters as text; null stays null. */
    public Scalar asText() {
        return kind == Kind.TEXT || kind == Kind.NULL ? this : text(text);
    }
}
