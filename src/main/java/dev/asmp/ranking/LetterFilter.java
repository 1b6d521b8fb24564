package dev.asmp.ranking;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A few letters of each term, of which a text must have some if it has any of the terms in any form. Searching for letters is
 * twenty times faster than reading words, and most services do not match a question.
 */
final class LetterFilter {
    private static final int TAIL = 4;

    private final List<String> keys = new ArrayList<>();

    LetterFilter(Collection<Term> terms) {
        Set<String> all = new LinkedHashSet<>();
        for (Term term : terms) {
            all.add(head(term));
            if (!term.isPair() && term.word().length() > TAIL) {
                all.add(term.word().substring(term.word().length() - TAIL));
            }
        }
        // Where a shorter key is in a longer one, it is in every text that has the longer one.
        all.stream().filter(key -> all.stream().noneMatch(other -> !other.equals(key) && key.contains(other)))
                .forEach(keys::add);
    }

    /** The first letters that all forms have: one that ends with e or y may lose it, a short one may be two words. */
    private static String head(Term term) {
        String word = term.word();
        int kept = Math.min(Stem.length(term.stem()), word.endsWith("e") || word.endsWith("y")
                ? word.length() - 1
                : word.length());
        return word.substring(0, Math.max(1, Math.min(kept, word.length() <= 6 ? 3 : 4)));
    }

    boolean mayBeIn(String text) {
        for (String key : keys) {
            if (text.contains(key)) {
                return true;
            }
        }
        return keys.isEmpty();
    }
}
