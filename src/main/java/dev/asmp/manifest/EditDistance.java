package dev.asmp.manifest;

import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Edit distance of two words, and which word was probably meant: insertion, deletion, change and transposition count one. */
public final class EditDistance {
    private static final int MAX = 3;
    /** A longer word is no misspelt name, and comparing it takes time in proportion to its square. */
    private static final int LONGEST = 128;

    private EditDistance() {}

    /** Finds the word closest to what was written; null if none is close enough to be a typo. */
    public static @Nullable String nearest(String written, Collection<String> words) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String word : words) {
            int distance = of(written, word);
            if (isNear(written, distance) && distance < least) {
                nearest = word;
                least = distance;
            }
        }
        return nearest;
    }

    /** Tells whether this distance may be a typo: one letter, or a quarter of a longer word. */
    public static boolean isNear(String word, int distance) {
        return distance <= Math.max(1, Math.min(word.length() / 4, MAX));
    }

    /** Counts the edits between two words, ignoring case; words too long or too different in length are not compared. */
    public static int of(String one, String other) {
        if (one.length() > LONGEST || Math.abs(one.length() - other.length()) > MAX) {
            return one.equals(other) ? 0 : MAX + 1;
        }
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] spare = beforeLast;
            beforeLast = last;
            last = row;
            row = spare;
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int changed = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(changed, 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
                }
            }
        }
        return row[b.length()];
    }

    /** Tells whether a word is exactly one edit from part of a text; linear and without allocation, for whole catalogs. */
    public static boolean isOneApart(String word, String text, int start, int end) {
        int length = end - start;
        int difference = word.length() - length;
        if (difference < -1 || difference > 1) {
            return false;
        }
        int shorter = Math.min(word.length(), length);
        int head = 0;
        while (head < shorter && word.charAt(head) == text.charAt(start + head)) {
            head++;
        }
        int tail = 0;
        while (tail < shorter - head && word.charAt(word.length() - 1 - tail) == text.charAt(end - 1 - tail)) {
            tail++;
        }
        int left = Math.max(word.length(), length) - head - tail;
        return left == 1 || (left == 2 && difference == 0 && word.charAt(head) == text.charAt(start + head + 1)
                && word.charAt(head + 1) == text.charAt(start + head));
    }
}
