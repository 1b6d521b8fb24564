package dev.asmp.document;

import java.util.LinkedHashMap;
import java.util.Map;

/** JSON merge patch (RFC 7396): a mapping says which keys get another value, null which ones go; all else replaces. */
public final class MergePatch {
    private MergePatch() {}

    /** The target after the patch; neither of the two is changed. */
    public static Document apply(Document target, Document patch) {
        if (!(patch instanceof Mapping changes)) {
            return patch;
        }
        LinkedHashMap<String, Document> result = new LinkedHashMap<>(
                target instanceof Mapping mapping ? mapping.fields() : Map.of());
        for (var change : changes.fields().entrySet()) {
            String key = change.getKey();
            if (change.getValue() instanceof Scalar scalar && scalar.isNull()) {
                result.remove(key);
            } else {
                result.put(key, apply(result.getOrDefault(key, Scalar.NULL), change.getValue()));
            }
        }
        return new Mapping(result);
    }
}
