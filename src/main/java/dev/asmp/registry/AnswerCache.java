package dev.asmp.registry;

import java.lang.ref.Reference;
import java.lang.ref.ReferenceQueue;
import java.lang.ref.WeakReference;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A limit on the memory of rendered answers. Each is held by its {@link Offers}, and goes with them; above the limit the oldest
 * ones are dropped and rendered again when they are asked for.
 */
final class AnswerCache {
    /** An answer's objects, and its place here. */
    private static final long EACH = 300;

    private final long limit;
    private final Set<Kept> inOrder = new LinkedHashSet<>();
    private final ReferenceQueue<Offers> gone = new ReferenceQueue<>();
    private long bytes;

    AnswerCache(long limit) {
        this.limit = limit;
    }

    /** An answer that is counted. */
    static final class Kept extends WeakReference<Offers> {
        private final long bytes;

        private Kept(Offers offers, long bytes, ReferenceQueue<Offers> gone) {
            super(offers, gone);
            this.bytes = bytes;
        }
    }

    /** Counts an answer in the place of an earlier one of the same offers. */
    synchronized Kept keep(Offers offers, long length, @Nullable Kept before) {
        if (before != null) {
            forget(before);
        }
        for (Reference<?> next = gone.poll(); next != null; next = gone.poll()) {
            if (next instanceof Kept collected) {
                forget(collected);
            }
        }
        Kept kept = new Kept(offers, EACH + length, gone);
        inOrder.add(kept);
        bytes += kept.bytes;
        while (bytes > limit) {
            Kept oldest = inOrder.iterator().next();
            forget(oldest);
            Offers old = oldest.get();
            if (old != null) {
                old.dropAnswer();
            }
        }
        return kept;
    }

    private void forget(Kept kept) {
        if (inOrder.remove(kept)) {
            bytes -= kept.bytes;
        }
    }
}
