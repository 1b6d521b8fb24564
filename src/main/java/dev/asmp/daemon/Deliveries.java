package dev.asmp.daemon;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What listeners are told, in order, on a thread of its own: no change waits for them. When more waits than fits, all that comes
 * until the thread has caught up is dropped, and listeners are told once that they missed something.
 */
final class Deliveries {
    private static final int MOST = 16_384;
    private static final long EACH = 256;
    /** The thread ends after so long without a delivery; the next one starts another. */
    private static final long IDLE_SECONDS = 5;

    private final long mostBytes;
    private final LongConsumer missed;
    private final Consumer<String> warnings;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Condition idle = lock.newCondition();
    private final ArrayDeque<Delivery> waiting = new ArrayDeque<>();
    private long bytes;
    private long dropped;
    private boolean running;
    private boolean busy;

    private record Delivery(long bytes, Runnable task) {}

    /** Calls {@code missed} with the number of deliveries that were dropped, in their place. */
    Deliveries(long mostBytes, LongConsumer missed, Consumer<String> warnings) {
        this.mostBytes = mostBytes;
        this.missed = missed;
        this.warnings = warnings;
    }

    /** Runs this after all before it, or drops it. It holds so many bytes; one alone is never too large. */
    void add(long held, Runnable task) {
        lock.lock();
        try {
            boolean fits = waiting.isEmpty() || (waiting.size() < MOST && bytes + held <= mostBytes);
            if (dropped > 0 || !fits) {
                dropped++;
            } else {
                waiting.add(new Delivery(EACH + held, task));
                bytes += EACH + held;
            }
            news.signal();
            if (!running) {
                running = true;
                Thread.ofPlatform().name("asmp-listeners").daemon().start(this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is left to deliver, no longer than this. */
    void flush(Duration atMost) {
        lock.lock();
        try {
            long left = atMost.toNanos();
            while ((busy || !waiting.isEmpty()) && left > 0) {
                left = idle.awaitNanos(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        for (Runnable next = take(); next != null; next = take()) {
            try {
                next.run();
            } catch (RuntimeException | Error e) {
                warnings.accept("defect while telling of a change: " + e);
            }
        }
    }

    /** The next delivery; null where there was none for a while. */
    private @Nullable Runnable take() {
        lock.lock();
        try {
            busy = false;
            long left = TimeUnit.SECONDS.toNanos(IDLE_SECONDS);
            while (waiting.isEmpty() && dropped == 0) {
                idle.signalAll();
                left = news.awaitNanos(left);
                if (left <= 0 && waiting.isEmpty()) {
                    running = false;
                    return null;
                }
            }
            Delivery next = waiting.poll();
            busy = true;
            if (next == null) {
                long count = dropped;
                dropped = 0;
                return () -> missed.accept(count);
            }
            bytes -= next.bytes;
            return next.task;
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            running = false;
            return null;
        } finally {
            lock.unlock();
        }
    }
}
