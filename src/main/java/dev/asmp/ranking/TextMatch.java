package dev.asmp.ranking;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** One text of evidence as a question meets it. One object serves for all texts, one after another. */
final class TextMatch {
    private static final float PHRASE = 1.2f;
    /** More than a manifest of honest length has; what stands behind is found as a whole, not word by word. */
    static final int MAX_LENGTH = 4_000;
    private static final int NOWHERE = Integer.MIN_VALUE;

    private final float[] kinship = new float[Question.MAX_WORDS];
    /** The letters of the text once more: a loop over an array is three times as quick as one over a text. */
    private final char[] letters = new char[MAX_LENGTH];
    private final Question question;
    private String text = "";
    private int limit;
    private EvidenceField field = EvidenceField.NAME;
    private int start;
    private int end;
    private int words;
    private float met;
    private int firmlyMet;
    private int bits;
    private int firmBits;
    private int earlierBits;
    private boolean phrase;
    /** The place in the question of what the word before was; out of reach where it was nothing. */
    private int placeBefore;
    private @Nullable Term bestTerm;
    private float best;

    TextMatch(Question question) {
        this.question = question;
    }

    /** Begins with another text; returns how much of it can be read. */
    int open(String other) {
        text = other;
        limit = Math.min(other.length(), MAX_LENGTH);
        other.getChars(0, limit, letters, 0);
        return limit;
    }

    EvidenceField field() {
        return field;
    }

    int start() {
        return start;
    }

    int end() {
        return end;
    }

    /** The words of the question that are met here, a bit for each. */
    int bits() {
        return bits;
    }

    /** Those of them that are met, and not only perhaps. */
    int firmBits() {
        return firmBits;
    }

    /** Those of them that only the last of several words meets: in a capability, its action. */
    int lastBits() {
        return words > 1 ? bits & ~earlierBits : 0;
    }

    /** The share of this text's own words that the question has. */
    float share() {
        return words == 0 ? 0 : (float) firmlyMet / words;
    }

    /** What it is worth that a word of the question is met here. */
    float worth(int bit) {
        return field.worth(words, Math.min(met, words)) * kinship[bit] * (phrase ? PHRASE : 1);
    }

    /** Reads the text whose mark stands here; it ends at the next mark. */
    void read(int mark) {
        if (bits != 0) {
            Arrays.fill(kinship, 0);
        }
        field = EvidenceField.of(letters[mark]);
        start = mark + 1;
        words = 0;
        met = 0;
        firmlyMet = 0;
        bits = 0;
        firmBits = 0;
        earlierBits = 0;
        phrase = false;
        placeBefore = NOWHERE;
        int at = start;
        while (at < limit && letters[at] >= ' ') {
            at = WordSplitter.has(letters[at]) ? word(at) : at + 1;
        }
        end = at;
    }

    /** Takes the word that begins here, and returns where it ends. */
    private int word(int from) {
        int to = from + 1;
        while (to < limit && WordSplitter.has(letters[to])) {
            to++;
        }
        words++;
        earlierBits = bits;
        bestTerm = null;
        best = 0;
        for (Term term : question.beginningWith(letters[from])) {
            int second = term.endOfTwo(text, from, to, limit);
            if (second > 0) {
                words++;
                take(term, term.trust());
                meet(2);
                return second;
            }
            take(term, term.kinship(text, from, to));
        }
        if (bestTerm == null && field.isTerse() && question.hasOneEndingWith(letters[to - 1])) {
            for (Term term : question.terms()) {
                take(term, term.isPair() ? 0 : term.kinshipByEnd(text, from, to));
            }
        }
        if (bestTerm == null && field.hasSentences() && WordSplitter.isSmall(text, from, to)) {
            words--; // neighbours stay neighbours
        } else {
            meet(1);
        }
        return to;
    }

    /** Notes that the word at hand is this term to some degree. */
    private void take(Term term, float kin) {
        if (kin == 0) {
            return;
        }
        for (int left = term.bits(); left != 0; left &= left - 1) {
            int bit = Integer.numberOfTrailingZeros(left);
            kinship[bit] = Math.max(kinship[bit], kin);
        }
        bits |= term.bits();
        firmBits |= kin >= Term.FIRM ? term.bits() : 0;
        if (kin > best) {
            best = kin;
            bestTerm = term;
        }
    }

    /** Goes on behind a word, or two that were one. */
    private void meet(int count) {
        Term term = bestTerm;
        if (term == null) {
            placeBefore = NOWHERE;
            return;
        }
        met += best * count;
        firmlyMet += best >= Term.FIRM ? count : 0;
        phrase |= best >= Term.FIRM && (term.first() == placeBefore + 1 || term.isPair());
        placeBefore = best >= Term.FIRM ? term.last() : NOWHERE;
    }
}
