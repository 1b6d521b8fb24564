package dev.asmp.http;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Limits;
import dev.asmp.http.TieredBudget.Share;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A limit on the memory of requests under way: the bytes of their bodies, which are counted before they are read, and what is
 * parsed from them.
 */
final class RequestBudget {
    /** Bytes of heap for each byte of JSON when it is parsed: measured, 33 for empty mappings, 16 for manifests. */
    private static final int PARSED = 32;
    /** The most bytes of heap for a node, and so for a document with as many nodes as are allowed. */
    private static final int NODE = 128;
    private static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);
    private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(2);

    private final TieredBudget bytes;

    RequestBudget(ByteBudget bytes) {
        this.bytes = new TieredBudget(bytes);
    }

    /** Takes what one request needs. */
    Claim open(Ingress ingress) {
        return new Claim(ingress);
    }

    /** The shares of one request; confined to its thread. */
    final class Claim implements AutoCloseable {
        private final Ingress ingress;
        private List<Share> shares = List.of(); // most requests have no body

        private Claim(Ingress ingress) {
            this.ingress = ingress;
        }

        /** Takes a part of a body; 503 where there is too much under way. */
        void take(long part, boolean isLarge) {
            Share share = new Share(part, isLarge, ingress);
            if (!bytes.tryTake(share)) {
                throw crowded();
            }
            add(share);
        }

        /** Takes what the parsed form of a whole body needs, after waiting for a while for others that are nearly done. */
        void takeParsed(long length) {
            long most = Math.min(length * PARSED, (long) Limits.NODES * NODE);
            Share share = new Share(most, length > TieredBudget.SMALL, ingress);
            long end = System.nanoTime() + PATIENCE;
            while (!bytes.tryTake(share)) {
                if (System.nanoTime() - end > 0) {
                    throw crowded();
                }
                LockSupport.parkNanos(PAUSE);
            }
            add(share);
        }

        private void add(Share share) {
            shares = shares.isEmpty() ? new ArrayList<>(2) : shares;
            shares.add(share);
        }

        private static HttpError crowded() {
            return new HttpError(503, "too many bodies of requests are under way");
        }

        @Override
        public void close() {
            shares.forEach(bytes::release);
            shares = List.of();
        }
    }
}
