package dev.asmp.health;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** Changes of state on their way to the listener, who is told of one at a time, in the order in which they happened. */
final class HealthChangeQueue {
    private final Consumer<HealthChange> listener;
    private final ConcurrentLinkedQueue<HealthChange> untold = new ConcurrentLinkedQueue<>();
    private final ReentrantLock telling = new ReentrantLock();

    HealthChangeQueue(Consumer<HealthChange> listener) {
        this.listener = listener;
    }

    void add(HealthChange beat) {
        untold.add(beat);
    }

    /** Tells what is untold; to be called without any lock, since nobody knows what the listener does. */
    void tell() {
        if (!untold.isEmpty()) {
            tellAll();
        }
    }

    /** Returns only when everything was told, also what another thread is telling just now. */
    void tellAll() {
        telling.lock();
        try {
            for (HealthChange beat = untold.poll(); beat != null; beat = untold.poll()) {
                tell(beat);
            }
        } finally {
            telling.unlock();
        }
    }

    /** A listener that fails ends neither a probe nor the change that somebody made. */
    private void tell(HealthChange beat) {
        try {
            listener.accept(beat);
        } catch (RuntimeException e) {
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, e);
        }
    }
}
