package dev.asmp.daemon;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Work that is done one at a time; of one kind of it, those who ask while it is being done share the next. */
final class SerializedScans<T> {
    private final Supplier<T> shared;
    private final ReentrantLock running = new ReentrantLock();
    private final Object door = new Object();
    private @Nullable CompletableFuture<T> next;

    SerializedScans(Supplier<T> shared) {
        this.shared = shared;
    }

    /** Does the shared work so that it begins after this call, or waits for one that does. */
    T share() {
        CompletableFuture<T> mine;
        boolean mineToRun;
        synchronized (door) {
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
            synchronized (door) {
                next = null;
            }
            mine.complete(shared.get());
        } catch (RuntimeException | Error e) {
            mine.completeExceptionally(e);
        } finally {
            running.unlock();
        }
    }

    /** Does some other work in its turn. */
    void take(Runnable work) {
        running.lock();
        try {
            work.run();
        } finally {
            running.unlock();
        }
    }
}
