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
final class FieldReader {
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
        Boolean bool = value(parent, field, ValueType::bool);
        return bool == null ? otherwise : bool;
    }

    @Nullable
    Integer integer(Mapping parent, String field, int low, int high) {
        return value(parent, field, document -> ValueType.integer(document, low, high));
    }

    Duration duration(Mapping parent, String field, Duration otherwise) {
        Duration duration = value(parent, field, ValueType::duration);
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

    /** The text of a field that must be there; an empty one after noting that it is not. */
    String required(Mapping document, String field, String what) {
        Document value = document.get(field);
        if (isAbsent(value) || (value instanceof Scalar scalar && scalar.text().isBlank())) {
            add(field, "is required: " + what);
        }
        String text = value(document, field, ValueType::text);
        return text == null ? "" : text;
    }

    /** Reads a value that may be absent or null; a failed reading is noted and counts as absent. */
    <T> @Nullable T value(Mapping parent, String field, Function<Document, T> read) {
        return valueOf(parent.get(last(field)), field, read);
    }

    /** Reads a value of which the key may hold points. */
    <T> @Nullable T valueOf(@Nullable Document document, String field, Function<Document, T> read) {
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

    /** Tells whether a key is missing or has no value, as where its value is commented out. */
    static boolean isAbsent(@Nullable Document document) {
        return document == null || (document instanceof Scalar scalar && scalar.isNull());
    }

    private static String last(String field) {
        return field.substring(field.lastIndexOf('.') + 1);
    }
}
