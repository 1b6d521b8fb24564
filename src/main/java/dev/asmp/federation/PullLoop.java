package dev.asmp.federation;

import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/** The thread that asks one peer, round after round. Others may have it ask at once, and end it. */
final class PullLoop {
    private final Rounds rounds;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Thread thread;
    private boolean isWanted;
    private boolean isWaiting;
    private boolean isClosed;
    private long begun;
    private long ended;

    /** One round after the other, on the loop's thread. */
    interface Rounds {
        /** Takes what earlier rounds left, before the first one. */
        void load();

        /** Asks once; returns the pause before the next time. */
        Duration round();

        /** Ends the request under way. */
        void abort();

        /** Allows requests again. */
        void resume();
    }

    PullLoop(String host, Rounds rounds, Consumer<String> log) {
        this.rounds = rounds;
        this.thread = Thread.ofVirtual().name("peer-" + host).unstarted(() -> run(host, log));
    }

    void start() {
        thread.start();
    }

    private void run(String host, Consumer<String> log) {
        try {
            rounds.load();
            while (pause(rounds.round())) {
                // Until it is closed.
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            log.accept("asking the registry of " + host + " ended: " + e);
        }
    }

    /** Ends a round, and waits; returns whether there is another one. */
    private boolean pause(Duration pause) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            ended++;
            isWaiting = false;
            news.signalAll();
            long nanos = pause.toNanos();
            while (nanos > 0 && !isWanted && !isClosed) {
                nanos = news.awaitNanos(nanos);
            }
            return !isClosed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Begins a round; returns whether the peer may wait for a change before it answers.
     *
     * @param mayWait whether it could
     */
    boolean begin(boolean mayWait) {
        lock.lock();
        try {
            begun++;
            isWaiting = mayWait && !isWanted;
            isWanted = false;
            if (!isClosed) {
                rounds.resume();
            }
            return isWaiting;
        } finally {
            lock.unlock();
        }
    }

    /** Whether the round under way was ended because the next one is wanted. */
    boolean isInterrupted() {
        lock.lock();
        try {
            return isClosed || (isWaiting && isWanted);
        } finally {
            lock.unlock();
        }
    }

    /** Asks at once; returns whether that was done within this time. */
    boolean askNow(Duration patience) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long awaited = begun + 1;
            isWanted = true;
            news.signalAll();
            if (isWaiting) {
                rounds.abort();
            }
            long nanos = patience.toNanos();
            while (ended < awaited && nanos > 0 && !isClosed) {
                nanos = news.awaitNanos(nanos);
            }
            return ended >= awaited;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            isClosed = true;
            news.signalAll();
            rounds.abort();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the thread has ended, if it was started. */
    void join(Duration patience) throws InterruptedException {
        if (thread.getState() != Thread.State.NEW) {
            thread.join(patience);
        }
    }
}
