package dev.asmp.document;

/** Estimates of the heap that values take, with 4-byte references: what budgets in bytes are charged with. */
public final class HeapCost {
    private static final int ARRAY = 20;
    private static final int STRING = 24;
    private static final int SCALAR = 24;
    private static final int SEQUENCE = 64;
    private static final int REFERENCE = 4;
    private static final int MAPPING = 128;
    /** A node of a linked map, and its place in the table. */
    private static final int FIELD = 48;

    private HeapCost() {}

    public static long of(byte[] bytes) {
        return (long) ARRAY + bytes.length;
    }

    /** A string takes one byte per character, or two if any does not fit in one. */
    public static long of(String text) {
        long characters = text.length();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xff) {
                return STRING + ARRAY + 2 * characters;
            }
        }
        return STRING + ARRAY + characters;
    }

    /** A document with all that is in it; a node that several places share is charged at each. */
    public static long of(Document document) {
        return switch (document) {
            case Scalar scalar -> SCALAR + of(scalar.text());
            case Sequence list -> {
                long bytes = SEQUENCE + (long) REFERENCE * list.items().size();
                for (Document item : list.items()) {
                    bytes += of(item);
                }
                yield bytes;
            }
            case Mapping mapping -> {
                long bytes = MAPPING;
                for (var field : mapping.fields().entrySet()) {
                    bytes += FIELD + of(field.getKey()) + of(field.getValue());
                }
                yield bytes;
            }
        };
    }
}
