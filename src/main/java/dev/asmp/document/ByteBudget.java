package dev.asmp.document;

import java.util.concurrent.atomic.AtomicLong;

/** A limit on the bytes of memory that things of one kind may hold together. */
public final class ByteBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    public ByteBudget(long limit) {
        this.limit = limit;
    }

    /** Takes this many bytes; false, and nothing taken, where they do not fit. */
    public boolean tryTake(long bytes) {
        while (true) {
            long before = used.get();
            if (bytes > limit - before) {
                return false;
            }
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
        }
    }

    /** Gives back what was taken. */
    public void release(long bytes) {
        used.addAndGet(-bytes);
    }

    public long limit() {
        return limit;
    }

    public long used() {
        return used.get();
    }
}
