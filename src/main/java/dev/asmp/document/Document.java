package dev.asmp.document;

/** A node of a YAML or JSON document: immutable, in the order in which it was written. */
public sealed interface Document permits Mapping, Sequence, Scalar {
    /** Names the kind of this node the way an error message would. */
    default String kindName() {
        return switch (this) {
            case Mapping _ -> "a mapping";
            case Sequence _ -> "a list";
            case Scalar scalar -> switch (scalar.kind()) {
                case TEXT -> "text";
                case NUMBER -> "a number";
                case BOOLEAN -> "true or false";
                case NULL -> "null";
            };
        };
    }
}
