package dev.asmp.document;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/** Keys and their nodes, in the order in which they were written. */
public record Mapping(SequencedMap<String, Document> fields) implements Document {
    public static final Mapping EMPTY = new Mapping(new LinkedHashMap<>());

    public Mapping {
        fields = Collections.unmodifiableSequencedMap(new LinkedHashMap<>(fields));
    }

    public static Builder builder() {
        return new Builder();
    }

    public @Nullable Document get(String key) {
        return fields.get(key);
    }

    /** The characters of a scalar, or null where there is no such key, it is null, or no scalar. */
    public @Nullable String text(String key) {
        return fields.get(key) instanceof Scalar scalar && !scalar.isNull() ? scalar.text() : null;
    }

    /** The mapping under a key; an empty one where there is none. */
    public Mapping mapping(String key) {
        return fields.get(key) instanceof Mapping mapping ? mapping : EMPTY;
    }

    /** The list under a key; an empty one where there is none. */
    public List<Document> list(String key) {
        return fields.get(key) instanceof Sequence sequence ? sequence.items() : List.of();
    }

    /** The scalars of the list under a key, as text; a single scalar counts as a list of one. */
    public List<String> texts(String key) {
        if (fields.get(key) instanceof Scalar scalar && !scalar.isNull()) {
            return List.of(scalar.text());
        }
        List<String> texts = new ArrayList<>();
        for (Document item : list(key)) {
            if (item instanceof Scalar scalar && !scalar.isNull()) {
                texts.add(scalar.text());
            }
        }
        return texts;
    }

    public boolean isEmpty() {
        return fields.isEmpty();
    }

    /** A copy in which the key has this value: at its old place, or at the end. */
    public Mapping with(String key, Document value) {
        LinkedHashMap<String, Document> copy = new LinkedHashMap<>(fields);
        copy.put(key, value);
        return new Mapping(copy);
    }

    /** A copy without these keys. */
    public Mapping without(Collection<String> keys) {
        if (Collections.disjoint(fields.keySet(), keys)) {
            return this;
        }
        LinkedHashMap<String, Document> copy = new LinkedHashMap<>(fields);
        copy.keySet().removeAll(keys);
        return new Mapping(copy);
    }

    /** Gathers fields in order; a null value is left out. */
    public static final class Builder {
        private final LinkedHashMap<String, Document> fields = new LinkedHashMap<>();

        private Builder() {}

        public Builder put(String key, @Nullable Document value) {
            if (value != null) {
                fields.put(key, value);
            }
            return this;
        }

        public Builder put(String key, @Nullable String text) {
            return put(key, text == null ? null : Scalar.text(text));
        }

        public Builder put(String key, long number) {
            return put(key, Scalar.number(number));
        }

        public Builder putAll(Mapping other) {
            fields.putAll(other.fields);
            return this;
        }

        public Mapping build() {
            return new Mapping(fields);
        }
    }
}
