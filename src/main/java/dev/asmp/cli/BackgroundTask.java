package dev.asmp.cli;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Work that goes on until the process is told to stop, or beside a command as long as that lives. It has a thread of its own,
 * so that a registry that hangs cannot keep us from stopping.
 */
final class BackgroundTask {
    private final Duration farewell;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CompletableFuture<Integer> status = new CompletableFuture<>();

    /** The work, which ends soon after it is told that it is over. */
    @FunctionalInterface
    interface Work {
        void run(BackgroundTask background) throws InterruptedException;
    }

    /** @param farewell how long the work may take to end once it is over */
    BackgroundTask(Duration farewell) {
        this.farewell = farewell;
    }

    /** Works until the process is told to stop, or until the work gives up; returns the exit code. */
    int untilStopped(Work work) throws InterruptedException {
        Signals.onStop(_ -> status.complete(Command.DONE));
        Thread worker = begin(work, status::completeExceptionally);
        try {
            return status.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e);
        } finally {
            end(worker);
        }
    }

    /** Works as long as a command lives and returns its status. */
    int whileLives(ChildProcess child, Work work) throws InterruptedException {
        child.start();
        Thread worker = begin(work, BackgroundTask::report);
        int ended = child.waitFor();
        end(worker);
        return ended;
    }

    /** Waits, for so long or until it is over; whether it is. */
    boolean isOverWithin(Duration pause) throws InterruptedException {
        return stop.await(pause.toNanos(), TimeUnit.NANOSECONDS);
    }

    /** Says that there is no point in going on; beside a command that is no reason to end. */
    void giveUp() {
        status.complete(Command.FAILED);
    }

    /** Tells the work that it is over. */
    void stop() {
        stop.countDown();
    }

    /** The work has ended, and the command goes on. */
    private static void report(Throwable failure) {
        Thread worker = Thread.currentThread();
        worker.getUncaughtExceptionHandler().uncaughtException(worker, failure);
    }

    private Thread begin(Work work, Consumer<Throwable> failed) {
        return Thread.ofPlatform().daemon().start(() -> {
            try {
                work.run(this);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | Error e) {
                failed.accept(e); // or else the process would live on without its work
            }
        });
    }

    private void end(Thread worker) throws InterruptedException {
        stop();
        worker.join(farewell);
    }
}
