package dev.asmp.mcp;

import java.util.Arrays;
import java.util.Collection;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How far two words are apart. */
final class WordDistance {
    private static final int FAR = 3;

    private WordDistance() {}

    /** The word that is nearest, if one is near enough to be meant. */
    static @Nullable String nearest(String word, Collection<String> words) {
        String nearest = null;
        int least = Integer.MAX_VALUE;
        for (String other : words) {
            int distance = distance(word, other);
            if (isNear(word, distance) && distance < least) {
                nearest = other;
                least = distance;
            }
        }
        return nearest;
    }

    /** Whether so few different letters may be a slip of the pen in a word. */
    static boolean isNear(String word, int distance) {
        return distance <= Math.max(1, Math.min(word.length() / 4, FAR));
    }

    /** How many letters must change, or change places with their neighbour, to make one word of the other, big or small. */
    static int distance(String one, String other) {
        String a = one.toLowerCase(Locale.ROOT);
        String b = other.toLowerCase(Locale.ROOT);
        if (Math.abs(a.length() - b.length()) > FAR) {
            return FAR + 1;
        }
        int[] before = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, j -> j);
        for (int i = 1; i <= a.length(); i++) {
            int[] spare = before;
            before = last;
            last = row;
            row = spare;
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                boolean same = a.charAt(i - 1) == b.charAt(j - 1);
                row[j] = Math.min(last[j - 1] + (same ? 0 : 1), 1 + Math.min(last[j], row[j - 1]));
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    row[j] = Math.min(row[j], before[j - 2] + 1);
                }
            }
        }
        return row[b.length()];
    }
}
