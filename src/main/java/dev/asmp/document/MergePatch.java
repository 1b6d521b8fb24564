package dev.asmp.document;

import java.util.Set;

/** JSON merge patch (RFC 7396): a mapping says which keys get another value, null which ones go; all else replaces. */
public final class MergePatch {
    private MergePatch() {}

    /** The target after the patch; neither of the two is changed. */
    public static Document apply(Document target, Document patch) {
        if (!(patch instanceof Mapping changes)) {
            return patch;
        }
        Mapping result = target instanceof Mapping mapping ? mapping : Mapping.EMPTY;
        for (var change : changes.fields().entrySet()) {
            String key = change.getKey();
            Document old = result.get(key);
            if (change.getValue() instanceof Scalar scalar && scalar.isNull()) {
                result = result.without(Set.of(key));
            } else {
                result = result.with(key, apply(old == null ? Scalar.NULL : old, change.getValue()));
            }
        }
        return result;
    }
}
