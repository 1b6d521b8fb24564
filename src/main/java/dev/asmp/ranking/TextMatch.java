package dev.asmp.ranking;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The match of a question with one text of evidence. One object is reused for all texts. */
final class TextMatch {
    private static final float PHRASE = 1.2f;
    /** A limit above the length of honest manifests; text beyond it is searched literally only. */
    static final int MAX_LENGTH = 4_000;
    private static final int NOWHERE = Integer.MIN_VALUE;

    private final float[] kinship = new float[Question.MAX_WORDS];
    /** The letters of the text: a loop over an array is three times as fast as one over a string. */
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
    /** The place in the question of the word before; NOWHERE where it did not match. */
    private int placeBefore;
    private @Nullable Term bestTerm;
    private float best;

    TextMatch(Question question) {
        this.question = question;
    }

    /** Starts with another text; returns its readable length. */
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

    /** The words of the question that match here, a bit for each. */
    int bits() {
        return bits;
    }

    /** Those of them that match with certainty. */
    int firmBits() {
        return firmBits;
    }

    /** Those of them that match only the last of several words: in a capability, its action. */
    int lastBits() {
        return words > 1 ? bits & ~earlierBits : 0;
    }

    /** The share of this text's own words that the question has. */
    float share() {
        return words == 0 ? 0 : (float) firmlyMet / words;
    }

    /** The score of a word of the question in this text. */
    float worth(int bit) {
        return field.worth(words, Math.min(met, words)) * kinship[bit] * (phrase ? PHRASE : 1);
    }

    /** Reads the text after this mark, up to the next mark. */
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

    /** Matches the word that begins here, and returns its end. */
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

    /** Notes the kinship of the current word with a term. */
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

    /** Counts a word, or two that match one term. */
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
