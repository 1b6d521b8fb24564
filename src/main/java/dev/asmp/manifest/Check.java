package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads typed values out of a mapping and gathers what is wrong; fields are named with their whole path. */
final class Check {
    private final List<Problem> problems = new ArrayList<>();

    void add(String field, String message) {
        problems.add(new Problem(field, message));
    }

    void throwIfAny() {
        if (!problems.isEmpty()) {
            throw new InvalidDocumentException(problems);
        }
    }

    boolean bool(Mapping parent, String field, boolean otherwise) {
        return switch (parent.get(last(field))) {
            case null -> otherwise;
            case Scalar scalar when scalar.kind() == Scalar.Kind.BOOLEAN -> scalar.isTrue();
            case Scalar scalar when scalar.isNull() -> otherwise;
            case Document other -> {
                add(field, "must be true or false, but is " + shown(other));
                yield otherwise;
            }
        };
    }

    @Nullable
    Integer integer(Mapping parent, String field, int low, int high) {
        return value(parent, field, document -> {
            String expected = "must be a number from " + low + " to " + high + ", but is " + shown(document);
            if (!(document instanceof Scalar scalar) || !scalar.text().matches("[0-9]{1,9}")) {
                throw new IllegalArgumentException(expected);
            }
            int number = Integer.parseInt(scalar.text());
            if (number < low || number > high) {
                throw new IllegalArgumentException(expected);
            }
            return number;
        });
    }

    Duration duration(Mapping parent, String field, Duration otherwise) {
        Duration duration = value(parent, field, document -> {
            if (!(document instanceof Scalar scalar)) {
                throw new IllegalArgumentException("must be " + Durations.EXPECTED);
            }
            Duration parsed = Durations.parse(scalar.text());
            if (parsed.isZero()) {
                throw new IllegalArgumentException("must be longer than nothing");
            }
            return parsed;
        });
        return duration == null ? otherwise : duration;
    }

    List<String> texts(Mapping parent, String field) {
        Document document = parent.get(last(field));
        if (document instanceof Mapping) {
            add(field, "must be a list of texts, but is " + document.kindName());
        }
        List<Document> items = parent.list(last(field));
        for (int i = 0; i < items.size(); i++) {
            if (!(items.get(i) instanceof Scalar scalar) || scalar.isNull()) {
                add(field + "[" + i + "]", "must be text (in quotes, if it is '~'), but is " + items.get(i).kindName());
            }
        }
        return parent.texts(last(field));
    }

    /** Reads a value that may be absent or null; a failed reading is noted and counts as absent. */
    <T> @Nullable T value(Mapping parent, String field, Function<Document, T> read) {
        Document document = parent.get(last(field));
        if (document == null || isAbsent(document)) {
            return null;
        }
        try {
            return read.apply(document);
        } catch (IllegalArgumentException e) {
            add(field, String.valueOf(e.getMessage()));
            return null;
        }
    }

    /** Whether a key is missing or has nothing behind it, as where all that it held is commented out. */
    static boolean isAbsent(@Nullable Document document) {
        return document == null || (document instanceof Scalar scalar && scalar.isNull());
    }

    private static String shown(Document document) {
        return document instanceof Scalar scalar
                ? Printable.quoted(scalar.text())
                : document.kindName();
    }

    private static String last(String field) {
        return field.substring(field.lastIndexOf('.') + 1);
    }
}
