package dev.asmp.ranking;

/**
 * A search term of a question: one of its words, two neighbours written as one, or a correction of a misspelt word.
 *
 * @param isPair whether it is two neighbours as one
 * @param bits the words of the question that are met where this is met
 * @param first the place of the first of them in the question
 * @param last the place of the last of them
 * @param trust the weight of a match
 */
record Term(String word, int stem, boolean isPair, int bits, int first, int last, float trust) {
    /** The kinship of words with a common prefix; of those with a common suffix or a short prefix. */
    private static final float RELATED = 0.6f;
    private static final float DISTANT = 0.4f;
    /** The kinship from which a match is certain. */
    static final float FIRM = 0.5f;
    private static final float CORRECTED = 0.7f;

    /** A word of the question at its place. */
    static Term single(String word, int place) {
        return new Term(word, Stem.of(word, 0, word.length()), false, 1 << place, place, place, 1);
    }

    /** Two neighbours; where one of them does not matter, both places are that of the other. */
    static Term pair(String word, int first, int last) {
        return new Term(word, Stem.of(word, 0, word.length()), true, (1 << first) | (1 << last), first, last, 1);
    }

    /** The same with another spelling. */
    Term spelled(String other) {
        return new Term(other, Stem.of(other, 0, other.length()), isPair, bits, first, last, CORRECTED);
    }

    /** The kinship with a word of a text that begins with the same letter, from 0 to 1. */
    float kinship(String text, int start, int end) {
        int shared = shared(text, start, end);
        if (shared < 2 && shared < word.length()) {
            return 0;
        }
        int other = Stem.of(text, start, end);
        if (Stem.same(stem, other, word, 0, text, start, shared)) {
            return trust;
        }
        return isPair ? 0 : related(Stem.length(stem), Stem.length(other), shared) * trust;
    }

    /**
     * Relates two stems with this many first letters in common. Either one is how the other begins, or, where
     * both are long, they part just before the end of the shorter one, and the longer one goes on: compile and compilation.
     */
    private static float related(int length, int other, int shared) {
        int shorter = Math.min(length, other);
        if (shared >= shorter) {
            return shorter < 4 ? 0 : shorter == 4 ? DISTANT : RELATED;
        }
        boolean part = shorter >= 9
                ? shared >= shorter - 2
                : shorter >= 6 && shared == shorter - 1
                        && Math.max(length, other) - shared >= 3;
        return part ? RELATED : 0;
    }

    private int shared(String text, int start, int end) {
        int most = Math.min(word.length(), end - start);
        int shared = 1;
        while (shared < most && word.charAt(shared) == text.charAt(start + shared)) {
            shared++;
        }
        return shared;
    }

    /** Returns the end of two words of a text that together are this one, as in {@code git-hub}; else -1. */
    int endOfTwo(String text, int start, int end, int limit) {
        int length = end - start;
        int rest = word.length() - length;
        int secondEnd = end + 1 + rest;
        boolean met = rest > 0 && secondEnd <= limit && text.regionMatches(start, word, 0, length)
                && text.regionMatches(end + 1, word, length, rest);
        return met && (secondEnd == limit || !WordSplitter.has(text.charAt(secondEnd))) ? secondEnd : -1;
    }

    /** The kinship with a word that has another prefix: mail, email. */
    float kinshipByEnd(String text, int start, int end) {
        int length = end - start;
        int shorter = Math.min(length, word.length());
        boolean met = shorter >= 4 && length != word.length()
                && text.regionMatches(end - shorter, word, word.length() - shorter, shorter);
        return met ? DISTANT * trust : 0;
    }
}
