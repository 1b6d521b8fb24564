package dev.asmp.daemon;

import dev.asmp.document.IoReason;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Things done again and again. None of them dies of a failure, and none shouts: the change of state alone is logged. */
final class PeriodicTasks implements AutoCloseable {
    // Scans, looks at changes and expiries may take long and at the same time; the watchdog must not wait for them.
    private final ScheduledExecutorService executor = Executors.newScheduledThreadPool(4,
            Thread.ofPlatform().name("asmp-timer-", 0).daemon().factory());
    private final Log log;

    PeriodicTasks(Log log) {
        this.log = log;
    }

    /** Does something after a pause, and again after each time it is done; the pause may change in between. */
    void repeat(String what, Supplier<Duration> pause, Runnable task) {
        schedule(what, pause, task, new boolean[1]);
    }

    private void schedule(String what, Supplier<Duration> pause, Runnable task, boolean[] failing) {
        try {
            var _ = executor.schedule(() -> {
                attempt(what, task, failing);
                schedule(what, pause, task, failing);
            }, pause.get().toMillis(), TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException _) {
            // Closed meanwhile: nothing is done again.
        }
    }

    private void attempt(String what, Runnable task, boolean[] failing) {
        try {
            task.run();
            if (failing[0]) {
                log.info(what + " works again");
            }
            failing[0] = false;
        } catch (RuntimeException | Error e) {
            if (!failing[0] && !executor.isShutdown()) {
                log.error(what + " failed: " + (e instanceof UncheckedIOException io ? IoReason.of(io) : e));
            }
            failing[0] = true;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
