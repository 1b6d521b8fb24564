package dev.asmp.ranking;

import dev.asmp.manifest.EditDistance;
import java.util.ArrayList;
import java.util.List;

/** Corrections for words that no service contains: names, aliases and capabilities one edit away. */
final class TypoCorrection {
    private static final int SHORTEST = 5;
    /** Unknown words that are corrected: a question has no more typos than that. */
    private static final int MOST_UNKNOWN = 6;
    /** Limit of corrections: more than that are a coincidence. */
    private static final int MOST_MEANT = 12;

    private final List<Suspect> suspects;
    private final List<Term> meant = new ArrayList<>();

    /** An unknown word, with letter sequences of which a text has at least one if it has the correction. */
    private record Suspect(Term term, String stem, List<String> keys) {
        static Suspect of(Term term) {
            String stem = term.word().substring(0, Stem.length(term.stem()));
            int half = stem.length() / 2;
            String exchanged = stem.substring(0, half - 1) + stem.charAt(half) + stem.charAt(half - 1)
                    + stem.substring(half + 1);
            return new Suspect(term, stem, List.of(stem.substring(0, half), stem.substring(half), exchanged));
        }

        boolean mayBeIn(String text) {
            return text.contains(keys.get(0)) || text.contains(keys.get(1)) || text.contains(keys.get(2));
        }

        boolean isNear(String text, int start, int end) {
            return EditDistance.isOneApart(term.word(), text, start, end)
                    || EditDistance.isOneApart(stem, text, start, start + Stem.length(Stem.of(text, start, end)));
        }
    }

    /** Looks at those words of a question whose bit is set. */
    TypoCorrection(Question question, int unknownBits) {
        this.suspects = question.terms().stream().filter(term -> !term.isPair() && (term.bits() & unknownBits) != 0
                && term.word().length() >= SHORTEST && term.word().chars().noneMatch(Character::isDigit))
                .limit(MOST_UNKNOWN).map(Suspect::of).toList();
    }

    boolean areThinkable() {
        return !suspects.isEmpty();
    }

    /** The terms that may have been meant. */
    List<Term> meant() {
        return meant;
    }

    void look(Evidence evidence) {
        for (Suspect suspect : suspects) {
            if (meant.size() < MOST_MEANT && suspect.mayBeIn(evidence.text())) {
                look(suspect, evidence.text());
            }
        }
    }

    private void look(Suspect suspect, String text) {
        int limit = Math.min(text.length(), TextMatch.MAX_LENGTH);
        for (int at = 0; at < limit;) {
            int mark = at;
            int end = Math.min(limit, MatchExplanation.end(text, mark + 1));
            if (EvidenceField.of(text.charAt(mark)).isTerse()) {
                compare(suspect, text, mark + 1, end);
            }
            at = end;
        }
    }

    private void compare(Suspect suspect, String text, int from, int to) {
        for (int at = from; at < to;) {
            int end = WordSplitter.end(text, at);
            if (end - at >= SHORTEST - 1 && suspect.isNear(text, at, end)) {
                Term other = suspect.term.spelled(text.substring(at, end));
                if (!meant.contains(other)) {
                    meant.add(other);
                }
            }
            at = Math.max(at + 1, end);
        }
    }
}
