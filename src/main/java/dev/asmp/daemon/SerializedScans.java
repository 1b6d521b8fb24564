package dev.asmp.daemon;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A queue for work that runs one at a time; requests for the shared work that arrive while it runs share the next run. */
final class SerializedScans<T> {
    private final Supplier<T> shared;
    private final ReentrantLock running = new ReentrantLock();
    private final Object guard = new Object();
    private @Nullable CompletableFuture<T> next;

    SerializedScans(Supplier<T> shared) {
        this.shared = shared;
    }

    /** Runs the shared work, or waits for a run that begins after this call. */
    T share() {
        CompletableFuture<T> mine;
        boolean mineToRun;
        synchronized (guard) {
            CompletableFuture<T> waiting = next;
            mineToRun = waiting == null;
            mine = waiting == null ? new CompletableFuture<>() : waiting;
            next = mine;
        }
        if (mineToRun) {
            run(mine);
        }
        try {
            return mine.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private void run(CompletableFuture<T> mine) {
        running.lock();
        try {
            synchronized (guard) {
                next = null;
            }
            mine.complete(shared.get());
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            running.unlock();
        }
    }

    /** Runs other work, never at the same time. */
    void take(Runnable work) {
        running.lock();
        try {
            work.run();
        } finally {
            running.unlock();
        }
    }
}
