package dev.asmp.ranking;

/**
 * What is left of a word without the endings of plurals and of {@code -ing} and {@code -ed}: the number of its first letters, and
 * which letters may have stood after them. {@code saving} leaves {@code sav}, which may have been {@code save}; nothing is
 * looked up and nothing is built, since this is asked for each word of ten thousand services.
 */
final class Stem {
    /** After the stem there may have been an e. */
    private static final int MAYBE_E = 1 << 16;
    /** After the stem there was a y, or ie. */
    private static final int WITH_Y = 1 << 17;
    private static final int LENGTH = MAYBE_E - 1;
    private static final String VOWELS = "aeiouy";

    private Stem() {}

    /** The stem of a part of a text, as one number. */
    static int of(String text, int start, int end) {
        int length = Math.min(end - start, LENGTH);
        if (length < 4) {
            return length;
        }
        char last = text.charAt(start + length - 1);
        return last == 's'
                ? plural(text, start, length)
                : last == 'g' || last == 'd' ? verb(text, start, length) : length;
    }

    static int length(int stem) {
        return stem & LENGTH;
    }

    private static int plural(String text, int start, int length) {
        char before = text.charAt(start + length - 2);
        if (before == 's' || before == 'u' || before == 'i') { // class, status, analysis
            return length == 4 && text.startsWith("apis", start) ? 3 : length;
        }
        if (before == 'e' && length > 4) {
            if (text.charAt(start + length - 3) == 'i') {
                return (length - 3) | WITH_Y;
            }
            return hisses(text, start, start + length - 2) ? (length - 2) | MAYBE_E : length - 1;
        }
        return verb(text, start, length - 1);
    }

    /** Tells whether the word that ends here has a plural in -es. */
    private static boolean hisses(String text, int start, int end) {
        char last = text.charAt(end - 1);
        boolean afterC = end - start > 2 && (text.charAt(end - 2) == 'c' || text.charAt(end - 2) == 's');
        return last == 's' || last == 'x' || last == 'z' || (last == 'h' && afterC);
    }

    private static int verb(String text, int start, int length) {
        if (length >= 6 && ends(text, start, length, "ing")) {
            return bare(text, start, length, length - 3);
        }
        if (length > 4 && ends(text, start, length, "ied")) {
            return (length - 3) | WITH_Y;
        }
        boolean ed = length >= 5 && ends(text, start, length, "ed") && text.charAt(start + length - 3) != 'e';
        boolean root = length == 5 && text.startsWith("embed", start);
        return ed && !root ? bare(text, start, length, length - 2) : length;
    }

    private static boolean ends(String text, int start, int length, String ending) {
        return text.startsWith(ending, start + length - ending.length());
    }

    /** Takes an ending off, and one of two equal consonants before it; a word without a vowel left is none. */
    private static int bare(String text, int start, int length, int rest) {
        boolean vowel = false;
        for (int i = start; i < start + rest; i++) {
            vowel |= VOWELS.indexOf(text.charAt(i)) >= 0;
        }
        if (!vowel) {
            return length;
        }
        char last = text.charAt(start + rest - 1);
        boolean twice = rest > 3 && last == text.charAt(start + rest - 2) && VOWELS.indexOf(last) < 0;
        return twice && last != 'l' && last != 's' && last != 'z' ? rest - 1 : rest | MAYBE_E;
    }

    /** Tells whether two stems with this many first letters in common belong to one word. */
    static boolean same(int a, int b, String textA, int startA, String textB, int startB, int shared) {
        int lengthA = length(a);
        int lengthB = length(b);
        return shared >= Math.min(lengthA, lengthB) && (lengthA == lengthB
                || (lengthA < lengthB
                        ? goesOn(a, textB, startB + lengthA, lengthB - lengthA)
                        : goesOn(b, textA, startA + lengthB, lengthA - lengthB)));
    }

    /** Tells whether a longer word continues the stem with letters that the stem may have lost. */
    private static boolean goesOn(int stem, String text, int at, int count) {
        boolean e = (stem & MAYBE_E) != 0 && count == 1 && text.charAt(at) == 'e';
        boolean y = (stem & WITH_Y) != 0
                && (count == 1 ? text.charAt(at) == 'y' : count == 2 && text.startsWith("ie", at));
        return e || y;
    }
}
