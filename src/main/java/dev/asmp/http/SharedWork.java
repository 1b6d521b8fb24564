package dev.asmp.http;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.LongUnaryOperator;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Work of this host or its network that any program may ask for. Those who ask while it runs share one run that begins after
 * that; it takes a third of the time at most, beyond a burst; and who would wait for long is told to try again.
 */
final class SharedWork<T> {
    private static final long PATIENCE = Duration.ofSeconds(5).toNanos();
    /** The time to rest for each moment of work. */
    private static final int REST = 2;

    private final String what;
    private final Supplier<T> work;
    private final LongSupplier nanos;
    private final LongUnaryOperator cost;
    private final long burst;
    private final ReentrantLock running = new ReentrantLock();
    private final Object guard = new Object();
    private @Nullable CompletableFuture<T> next;
    /** The cost of past runs for which there was no rest yet, at the moment when that was reckoned. */
    private long debt;
    private long reckoned;

    /**
     * @param what the work, for the message to those that must wait
     * @param cost tells what a run of so many nanoseconds counts as
     */
    SharedWork(String what, Supplier<T> work, LongSupplier nanos, LongUnaryOperator cost, Duration burst) {
        this.what = what;
        this.work = work;
        this.nanos = nanos;
        this.cost = cost;
        this.burst = burst.toNanos();
        this.reckoned = nanos.getAsLong();
    }

    /** Work that counts by its time, and for 20 ms at least. */
    static <T> SharedWork<T> byTime(String what, Supplier<T> work) {
        return new SharedWork<>(what, work, System::nanoTime, took -> Math.max(took, Duration.ofMillis(20).toNanos()),
                Duration.ofSeconds(10));
    }

    /** Work that burdens others, each run for one second however long they take. */
    static <T> SharedWork<T> ofOthers(String what, Supplier<T> work) {
        return new SharedWork<>(what, work, System::nanoTime, _ -> Duration.ofSeconds(1).toNanos(),
                Duration.ofSeconds(5));
    }

    /** Runs it for the owner at once, and else shares a run. */
    T make(boolean forOwner) {
        return forOwner ? work.get() : share();
    }

    private T share() {
        CompletableFuture<T> mine = new CompletableFuture<>();
        CompletableFuture<T> other;
        synchronized (guard) {
            other = next;
            next = other == null ? mine : other;
        }
        if (other == null) {
            run(mine);
        }
        try {
            return (other == null ? mine : other).join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void run(CompletableFuture<T> mine) {
        running.lock();
        try {
            rest();
            begin();
            long start = nanos.getAsLong();
            try {
                mine.complete(work.get());
            } finally {
                reckoned = nanos.getAsLong();
                debt += cost.applyAsLong(reckoned - start);
            }
        } catch (RuntimeException | Error e) {
            begin();
            mine.completeExceptionally(e);
        } finally {
            running.unlock();
        }
    }

    /** Who asks from now on shares the next run. */
    private void begin() {
        synchronized (guard) {
            next = null;
        }
    }

    private void rest() {
        long now = nanos.getAsLong();
        debt = Math.max(0, debt - (now - reckoned) / REST);
        reckoned = now;
        long pause = (debt - burst) * REST;
        if (pause > PATIENCE) {
            throw new HttpError(503, what + " was asked for too often; try again in " + (pause / 1_000_000_000 + 1)
                    + " s, or over the Unix socket");
        }
        if (pause > 0) {
            LockSupport.parkNanos(pause);
        }
    }
}
