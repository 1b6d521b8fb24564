package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Table of the types that the values of known keys should have. A path such as {@code endpoints[].port} means the port of every
 * endpoint. What is missing, or has nothing behind it, is as it should be.
 */
final class ValueTypes {
    private static final String ITEMS = "[]";

    private final Map<String, ValueType> table = new LinkedHashMap<>();

    /** Says what the values at these places below a parent should look like; an empty parent means the document. */
    ValueTypes put(String parent, ValueType shape, String... keys) {
        for (String key : keys) {
            table.put(parent.isEmpty() ? key : parent + "." + key, shape);
        }
        return this;
    }

    /** Says that these are lists of texts; one text alone will do. */
    ValueTypes putTexts(String parent, String... keys) {
        for (String key : keys) {
            put(parent, ValueType.TEXTS, key);
            put(parent, ValueType.TEXT, key + ITEMS);
        }
        return this;
    }

    /** Says that this is a list of mappings. */
    ValueTypes putMappings(String path) {
        table.put(path, ValueType.LIST);
        table.put(path + ITEMS, ValueType.MAPPING);
        return this;
    }

    /** All that does not look as it should. */
    List<Problem> complaints(Mapping document) {
        List<Problem> complaints = new ArrayList<>();
        table.forEach((path, shape) -> look(document, "", path, shape, complaints));
        return complaints;
    }

    private static void look(Document node, String at, String rest, ValueType shape, List<Problem> complaints) {
        if (complaints.size() >= Problem.MOST) {
            return;
        }
        if (rest.isEmpty()) {
            complain(node, at, shape, complaints);
        } else if (rest.startsWith(ITEMS)) {
            lookAtItems(node, at, rest.substring(ITEMS.length()), shape, complaints);
        } else if (node instanceof Mapping mapping) {
            String path = rest.startsWith(".") ? rest.substring(1) : rest;
            String key = firstKey(path);
            Document value = mapping.get(key);
            if (value != null && !FieldReader.isAbsent(value)) {
                look(value, at.isEmpty() ? key : at + "." + key, path.substring(key.length()), shape, complaints);
            }
        }
    }

    private static void lookAtItems(Document node, String at, String rest, ValueType shape, List<Problem> complaints) {
        List<Document> items = node instanceof Sequence list ? list.items() : List.of();
        for (int i = 0; i < items.size(); i++) {
            look(items.get(i), at + "[" + i + "]", rest, shape, complaints);
        }
    }

    private static void complain(Document value, String at, ValueType shape, List<Problem> complaints) {
        try {
            shape.check(value);
        } catch (IllegalArgumentException e) {
            complaints.add(new Problem(at, String.valueOf(e.getMessage())));
        }
    }

    private static String firstKey(String path) {
        int end = 0;
        while (end < path.length() && path.charAt(end) != '.' && path.charAt(end) != '[') {
            end++;
        }
        return path.substring(0, end);
    }
}
