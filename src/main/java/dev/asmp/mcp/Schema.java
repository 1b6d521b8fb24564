package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.LinkedHashMap;
import java.util.List;

/** Builds the JSON Schema of an object, with the few words that tools here need. */
final class Schema {
    private final LinkedHashMap<String, Document> properties = new LinkedHashMap<>();
    private List<String> required = List.of();

    static Schema object() {
        return new Schema();
    }

    /** What every answer may have beside its own fields. */
    static Schema answer() {
        return object().text("notice", "Something about this answer that should be said, or taken into account.");
    }

    Schema text(String name, String description) {
        return put(name, "string", description);
    }

    Schema oneOf(String name, String description, List<String> values) {
        return put(name, typed("string", description).with("enum", Sequence.ofTexts(values)));
    }

    Schema whole(String name, String description) {
        return put(name, "integer", description);
    }

    Schema whole(String name, String description, long from, long to) {
        return put(name, typed("integer", description).with("minimum", Scalar.number(from)).with("maximum",
                Scalar.number(to)));
    }

    Schema flag(String name, String description) {
        return put(name, "boolean", description);
    }

    Schema texts(String name, String description) {
        return put(name, typed("array", description).with("items", Mapping.builder().put("type", "string").build()));
    }

    Schema list(String name, String description, Schema items) {
        return put(name, typed("array", description).with("items", items.open()));
    }

    /** An object of any content. */
    Schema anything(String name, String description) {
        return put(name, "object", description);
    }

    Schema requires(String... names) {
        required = List.of(names);
        return this;
    }

    /** The schema of what comes in: nothing but these properties. */
    Mapping closed() {
        return open().with("additionalProperties", Scalar.bool(false));
    }

    /** The schema of what goes out: others may join these properties one day. */
    Mapping open() {
        Mapping.Builder schema = Mapping.builder().put("type", "object").put("properties", new Mapping(properties));
        return required.isEmpty() ? schema.build() : schema.put("required", Sequence.ofTexts(required)).build();
    }

    private Schema put(String name, String type, String description) {
        return put(name, typed(type, description));
    }

    private Schema put(String name, Mapping schema) {
        properties.put(name, schema);
        return this;
    }

    private static Mapping typed(String type, String description) {
        return Mapping.builder().put("type", type).put("description", description).build();
    }
}
