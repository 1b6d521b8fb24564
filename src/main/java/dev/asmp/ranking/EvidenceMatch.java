package dev.asmp.ranking;

import java.util.Arrays;

/**
 * The match of a question with one service's evidence: for each word of the question, the best text of each field. One object is
 * reused for all services.
 */
final class EvidenceMatch {
    /** The share that a word scores in fields other than its best. */
    private static final float AGAIN = 0.15f;

    private final TextMatch item;
    private final float[] worth = new float[Question.MAX_WORDS * EvidenceField.MARKS];
    private final int[] mark = new int[Question.MAX_WORDS * EvidenceField.MARKS];
    private int bits;
    private int firmBits;
    private int actionBits;
    private int topicBits;

    EvidenceMatch(Question question) {
        this.item = new TextMatch(question);
    }

    /** The words that match anywhere, a bit for each. */
    int bits() {
        return bits;
    }

    int firmBits() {
        return firmBits;
    }

    /** The words that match the action of a capability and no topic. */
    int actionBits() {
        return actionBits & ~topicBits;
    }

    /** The words that match a name, an alias, or a capability before its action. */
    int topicBits() {
        return topicBits;
    }

    void read(Evidence evidence) {
        if (bits != 0) {
            Arrays.fill(worth, 0);
        }
        bits = 0;
        firmBits = 0;
        actionBits = 0;
        topicBits = 0;
        int limit = item.open(evidence.text());
        for (int at = 0; at < limit; at = item.end()) {
            item.read(at);
            if (item.bits() != 0 && item.field() != EvidenceField.AS_WRITTEN) {
                note(at);
            }
        }
    }

    private void note(int at) {
        bits |= item.bits();
        firmBits |= item.firmBits();
        int actions = item.field().hasActions() ? item.lastBits() : 0;
        actionBits |= actions;
        topicBits |= item.field().isTerse() ? item.bits() & ~actions : 0;
        for (int left = item.bits(); left != 0; left &= left - 1) {
            int bit = Integer.numberOfTrailingZeros(left);
            int place = bit * EvidenceField.MARKS + item.field().mark();
            float here = item.worth(bit);
            if (here > worth[place]) {
                worth[place] = here;
                mark[place] = at;
            }
        }
    }

    /** The score of a word over all fields. */
    float worth(int bit) {
        float most = 0;
        float all = 0;
        for (int place = bit * EvidenceField.MARKS; place < (bit + 1) * EvidenceField.MARKS; place++) {
            most = Math.max(most, worth[place]);
            all += worth[place];
        }
        return Math.min(EvidenceField.MOST, most + AGAIN * (all - most));
    }

    /** The position of the text in which a word scores most. */
    int bestMark(int bit) {
        int best = bit * EvidenceField.MARKS;
        for (int place = best; place < (bit + 1) * EvidenceField.MARKS; place++) {
            best = worth[place] > worth[best] ? place : best;
        }
        return mark[best];
    }
}
