package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.time.Duration;
import java.util.List;

/** Expected type of a value. */
interface ValueType {
    ValueType TEXT = ValueType::text;
    ValueType BOOLEAN = ValueType::bool;
    ValueType PORT = value -> integer(value, 1, 65_535);
    ValueType DURATION = ValueType::duration;
    ValueType MAPPING = value -> require(value instanceof Mapping, value, "a mapping of keys");
    ValueType TEXT_OR_MAPPING = value -> require(isText(value) || value instanceof Mapping, value,
            "text or a mapping of keys");
    ValueType LIST = value -> require(value instanceof Sequence, value, "a list");
    /** A list of texts, or one alone. */
    ValueType TEXTS = value -> require(value instanceof Sequence || isText(value), value, "a list of texts");
    ValueType CAPABILITY = ValueType::capability;

    /** Accepts the value or throws; the message says what was expected. */
    void check(Document value) throws IllegalArgumentException;

    /** One of these words; an unknown word is kept, so this is only ever a warning. */
    static ValueType oneOf(List<String> words) {
        return value -> {
            if (!words.contains(text(value))) {
                throw new IllegalArgumentException(
                        Printable.quoted(text(value)) + " is not one of " + String.join(", ", words));
            }
        };
    }

    /** The characters of any scalar but null. */
    static String text(Document value) {
        require(isText(value), value, "text");
        return ((Scalar) value).text();
    }

    static boolean bool(Document value) {
        require(value instanceof Scalar scalar && scalar.kind() == Scalar.Kind.BOOLEAN, value, "true or false");
        return ((Scalar) value).isTrue();
    }

    static int integer(Document value, int low, int high) {
        String expected = "a number from " + low + " to " + high;
        require(value instanceof Scalar scalar && scalar.text().matches("[0-9]{1,9}"), value, expected);
        int number = Integer.parseInt(((Scalar) value).text());
        require(low <= number && number <= high, value, expected);
        return number;
    }

    /** A duration greater than 0. */
    static Duration duration(Document value) {
        require(isText(value), value, Durations.EXPECTED);
        Duration duration = Durations.parse(text(value));
        if (duration.isZero()) {
            throw new IllegalArgumentException("must be greater than 0");
        }
        return duration;
    }

    private static void capability(Document value) {
        String text = text(value);
        boolean dotted = text.indexOf('.') > 0 && !text.endsWith(".") && !text.contains("..")
                && text.chars().noneMatch(Character::isWhitespace);
        if (!dotted) {
            throw new IllegalArgumentException(Printable.quoted(text)
                    + " is not dot-separated: write domain.action or domain.resource.action, such as email.send");
        }
    }

    private static boolean isText(Document value) {
        return value instanceof Scalar scalar && !scalar.isNull();
    }

    private static void require(boolean holds, Document value, String expected) {
        if (!holds) {
            throw new IllegalArgumentException("must be " + expected + ", but is " + shown(value));
        }
    }

    private static String shown(Document value) {
        return isText(value) ? Printable.quoted(((Scalar) value).text()) : value.kindName();
    }
}
