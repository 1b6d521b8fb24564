package dev.asmp.http;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Room for long answers on their way. Whoever reads slowly keeps an answer in memory for as long as he reads, and there may be
 * thousands of them; so only so many bytes are under way at a time, or a few answers more where some come at the same moment.
 */
final class ResponseBudget {
    /** A longer answer takes room. */
    private static final int SMALL = 64 * 1024;
    private static final int KILOBYTE = 1024;
    private static final int KILOBYTES = 64 * 1024;
    /** An answer in pieces takes little, but not nothing. */
    private static final int READERS = 1_000;
    private static final Answer CROWDED = Answer.error(503, "too many long answers are on their way to slow readers",
            Map.of("Retry-After", "1"));

    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger inPieces = new AtomicInteger();

    static boolean isLong(Answer answer) {
        return answer.reply().body().length > SMALL;
    }

    /**
     * Takes room for the answer to a question, if it needs any. Where there is none, it is to be sent in pieces or, if it does
     * not come in pieces, not at all; what is returned is what there is room for, and nobody should hold on to the other.
     */
    Answer admit(Answer answer) {
        Answer fitting = answer;
        if (isLong(answer) && taken.get() + kilobytes(answer) > KILOBYTES) {
            fitting = answer.pieces() == null ? CROWDED : answer.piecesOnly();
        }
        return admitAnyway(fitting.isInPieces() && inPieces.get() >= READERS ? CROWDED : fitting);
    }

    /** Takes room for what has to be said because something was done. */
    Answer admitAnyway(Answer answer) {
        count(answer, 1);
        return answer;
    }

    /** Gives back what an admitted answer took. */
    void leave(Answer answer) {
        count(answer, -1);
    }

    private void count(Answer answer, int sign) {
        if (isLong(answer)) {
            taken.addAndGet(sign * kilobytes(answer));
        } else if (answer.isInPieces()) {
            inPieces.addAndGet(sign);
        }
    }

    private static int kilobytes(Answer answer) {
        return answer.reply().body().length / KILOBYTE;
    }
}
