package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.LinkedHashMap;
import java.util.List;

/** A builder of JSON Schemas for objects, with the types that tools here need. */
final class Schema {
    /** The longest text where a schema does not say another: no name, capability or address is longer. */
    static final int MAX_TEXT = 4_096;
    private static final Mapping TEXT = Mapping.builder().put("type", "string").build();
    private static final Mapping OBJECT = Mapping.builder().put("type", "object").build();

    private final LinkedHashMap<String, Document> properties = new LinkedHashMap<>();
    private List<String> required = List.of();

    static Schema object() {
        return new Schema();
    }

    Schema text(String name) {
        return put(name, TEXT);
    }

    Schema text(String name, String description) {
        return put(name, typed("string", description));
    }

    /** A text that may be longer than others. */
    Schema text(String name, String description, int most) {
        return put(name, typed("string", description).with("maxLength", Scalar.number(most)));
    }

    Schema oneOf(String name, List<String> values) {
        return put(name, Mapping.builder().put("type", "string").put("enum", Sequence.ofTexts(values)).build());
    }

    Schema whole(String name, long from, long to) {
        return put(name, Mapping.builder().put("type", "integer").put("minimum", from).put("maximum", to).build());
    }

    Schema number(String name, String description) {
        return put(name, typed("number", description));
    }

    Schema flag(String name, String description) {
        return put(name, typed("boolean", description));
    }

    Schema texts(String name, String description) {
        return put(name, typed("array", description).with("items", TEXT));
    }

    /** A list of objects of any content. */
    Schema objects(String name, String description) {
        return put(name, typed("array", description).with("items", OBJECT));
    }

    /** An object of any content. */
    Schema anything(String name) {
        return put(name, OBJECT);
    }

    Schema anything(String name, String description) {
        return put(name, typed("object", description));
    }

    Schema requires(String... names) {
        required = List.of(names);
        return this;
    }

    Mapping document() {
        Mapping.Builder schema = Mapping.builder().put("type", "object").put("properties",
                properties.isEmpty() ? null : new Mapping(properties));
        return required.isEmpty() ? schema.build() : schema.put("required", Sequence.ofTexts(required)).build();
    }

    private Schema put(String name, Mapping schema) {
        properties.put(name, schema);
        return this;
    }

    private static Mapping typed(String type, String description) {
        return Mapping.builder().put("type", type).put("description", description).build();
    }
}
