package dev.asmp.document;

/** Counts what a document has used of its limits while it is read. */
final class Budget {
    private final int maxNodes;
    private final int maxCharacters;
    private int nodes;
    private long characters;

    Budget(int maxNodes, int maxCharacters) {
        this.maxNodes = maxNodes;
        this.maxCharacters = maxCharacters;
    }

    /** The position of the reader. Finding it takes longer than reading on, so it is asked for errors only. */
    @FunctionalInterface
    interface Place {
        MalformedDocumentException error(String problem);
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

    void charge(Spent more, Place place) {
        charge(more.nodes, more.characters, place);
    }

    private void charge(int moreNodes, long moreCharacters, Place place) {
        nodes += moreNodes;
        characters += moreCharacters;
        if (nodes > maxNodes) {
            throw place.error("more than " + maxNodes + " values (aliases count each time they are used)");
        }
        if (characters > maxCharacters) {
            throw place.error("more than " + maxCharacters + " characters (aliases count each time they are used)");
        }
    }

    void chargeNode(int length, Place place) {
        charge(1, length, place);
    }

    void chargeKey(int length, Place place) {
        charge(0, length, place);
    }

    static void checkDepth(int depth, Place place) {
        if (depth > Limits.DEPTH) {
            throw place.error("nested deeper than " + Limits.DEPTH + " levels");
        }
    }
}
