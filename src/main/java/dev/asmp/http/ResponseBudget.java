package dev.asmp.http;

import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A limit on the memory that responses to slow clients may hold. Answers that arrive at the same moment may exceed it by a
 * few.
 */
final class ResponseBudget {
    /** A longer answer counts. */
    private static final int SMALL = 64 * 1024;
    private static final int KILOBYTE = 1024;
    private static final int KILOBYTES = 64 * 1024;
    /** The most answers sent in pieces at a time. */
    private static final int READERS = 1_000;
    private static final Answer CROWDED = Answer.error(503, "too many long answers are on their way to slow readers",
            Map.of("Retry-After", "1"));

    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicInteger inPieces = new AtomicInteger();

    static boolean isLong(Answer answer) {
        return answer.reply().body().length > SMALL;
    }

    /** Admits an answer to a read; above the limit, returns the same in pieces, or else a 503. */
    Answer admit(Answer answer) {
        Answer fitting = answer;
        if (isLong(answer) && taken.get() + kilobytes(answer) > KILOBYTES) {
            fitting = answer.pieces() == null ? CROWDED : answer.piecesOnly();
        }
        return admitAnyway(fitting.isInPieces() && inPieces.get() >= READERS ? CROWDED : fitting);
    }

    /** Admits the answer to a change, which is sent whatever it takes. */
    Answer admitAnyway(Answer answer) {
        count(answer, 1);
        return answer;
    }

    /** Releases an admitted answer. */
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
