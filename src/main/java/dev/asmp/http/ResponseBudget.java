package dev.asmp.http;

import dev.asmp.document.ByteBudget;
import dev.asmp.http.TieredBudget.Share;
import java.util.concurrent.atomic.AtomicInteger;

/** A limit on the memory that answers may hold until their clients have read them. */
final class ResponseBudget {
    /** So few bytes are always sent: the limit on connections bounds them. */
    private static final int TINY = 4 * 1024;
    /** The most answers sent in pieces at a time. */
    private static final int READERS = 1_000;
    private static final Answer CROWDED = Answer.error(503, "too many answers are on their way to slow readers",
            ErrorMapper.RETRY);

    private final TieredBudget bytes;
    private final AtomicInteger inPieces = new AtomicInteger();

    ResponseBudget(ByteBudget bytes) {
        this.bytes = new TieredBudget(bytes);
    }

    /** An answer that may be sent, and what it takes until then. */
    record Admitted(Answer answer, Share share) {}

    /** Admits an answer to a read; above the limit, returns the same in pieces, or else a 503. */
    Admitted admit(Answer answer, Ingress ingress) {
        Share share = share(answer, ingress);
        if (share.bytes() > TINY && !bytes.tryTake(share)) {
            return admit(answer.pieces() == null || answer.isInPieces() ? CROWDED : answer.piecesOnly(), ingress);
        }
        if (share.bytes() <= TINY) {
            bytes.takeAnyway(share);
        }
        if (answer.isInPieces() && inPieces.incrementAndGet() > READERS) {
            inPieces.decrementAndGet();
            bytes.release(share);
            return admit(CROWDED, ingress);
        }
        return new Admitted(answer, share);
    }

    /** Admits the answer to a change, which is sent whatever it takes. */
    Admitted admitAnyway(Answer answer, Ingress ingress) {
        Share share = share(answer, ingress);
        bytes.takeAnyway(share);
        if (answer.isInPieces()) {
            inPieces.incrementAndGet();
        }
        return new Admitted(answer, share);
    }

    /** Releases an admitted answer. */
    void leave(Admitted admitted) {
        bytes.release(admitted.share);
        if (admitted.answer.isInPieces()) {
            inPieces.decrementAndGet();
        }
    }

    private static Share share(Answer answer, Ingress ingress) {
        return new Share(answer.isInPieces() ? answer.held() : answer.reply().body().length, ingress);
    }
}
