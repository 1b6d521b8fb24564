package dev.asmp.ranking;

import java.text.Normalizer;
import java.util.Locale;

/** Normal forms of texts for comparison. */
final class NormalizedText {
    private NormalizedText() {}

    /** Compatible characters made the same, lower case, one line. */
    static String of(String text) {
        return lower(compatible(text));
    }

    /** In lower case, with blanks for control characters. */
    static String lower(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        for (int i = 0; i < lower.length(); i++) {
            if (lower.charAt(i) < ' ') {
                return withoutControls(lower, i);
            }
        }
        return lower;
    }

    private static String withoutControls(String text, int first) {
        StringBuilder out = new StringBuilder(text);
        for (int i = first; i < out.length(); i++) {
            if (out.charAt(i) < ' ') {
                out.setCharAt(i, ' ');
            }
        }
        return out.toString();
    }

    /** Replaces compatible characters, so that an "e" with an accent is one character. */
    static String compatible(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (mayHaveAnotherForm(text.charAt(i))) {
                return Normalizer.normalize(text, Normalizer.Form.NFKC);
            }
        }
        return text;
    }

    /** Tells whether the normalizer is needed; loading it takes longer than reading a hundred manifests. */
    private static boolean mayHaveAnotherForm(char c) {
        boolean accented = c >= 0xc0 && c < 0x130;
        boolean dashOrQuote = c >= 0x2012 && c <= 0x201f && c != 0x2017;
        return c >= 0xa0 && !accented && !dashOrQuote;
    }
}
