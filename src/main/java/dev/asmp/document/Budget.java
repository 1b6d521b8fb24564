package dev.asmp.document;

/** Counts what a document has used of its limits while it is read. */
final class Budget {
    private final int maxNodes;
    private int nodes;
    private long characters;

    Budget(int maxNodes) {
        this.maxNodes = maxNodes;
    }

    /** What was used between two moments, so that an alias can be charged for what it repeats. */
    record Spent(int nodes, long characters) {
        Spent since(Spent earlier) {
            return new Spent(nodes - earlier.nodes, characters - earlier.characters);
        }
    }

    Spent spent() {
        return new Spent(nodes, characters);
    }

    void charge(Spent repeated, int line, int column) {
        nodes += repeated.nodes;
        characters += repeated.characters;
        if (nodes > maxNodes) {
            throw new MalformedDocumentException(
                    "more than " + maxNodes + " values (aliases count each time they are used)", line, column);
        }
        if (characters > Limits.CHARACTERS) {
            throw new MalformedDocumentException(
                    "more than " + Limits.CHARACTERS + " characters (aliases count each time they are used)", line,
                    column);
        }
    }

    void chargeNode(int length, int line, int column) {
        charge(new Spent(1, length), line, column);
    }

    void chargeKey(int length, int line, int column) {
        charge(new Spent(0, length), line, column);
    }

    static void checkDepth(int depth, int line, int column) {
        if (depth > Limits.DEPTH) {
            throw new MalformedDocumentException("nested deeper than " + Limits.DEPTH + " levels", line, column);
        }
    }
}
