package dev.asmp.daemon;

import dev.asmp.document.IoReason;
import dev.asmp.store.RefusedException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The tasks of the daemon by time: periodic ones and alarms. A failure ends none; only the change of state is logged. */
final class PeriodicTasks implements AutoCloseable {
    // Scans, looks at changes and expiries may take long and at the same time; the watchdog must not wait for them.
    private final ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(4,
            Thread.ofPlatform().name("asmp-timer-", 0).daemon().factory());
    private final Log log;

    PeriodicTasks(Log log) {
        this.log = log;
        executor.setRemoveOnCancelPolicy(true);
    }

    /** Runs a task after a pause, and again after each run; the pause may change in between. */
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

    /** Makes an alarm for a task that nothing but its own planning runs. */
    Alarm alarm(String what, Supplier<@Nullable Duration> pause, Runnable task) {
        boolean[] failing = new boolean[1];
        return new Alarm(new Timer(), pause, () -> attempt(what, task, failing));
    }

    /** The executor as a timer. */
    private final class Timer implements Alarm.Timer {
        @Override
        public Runnable after(Duration pause, Runnable task) {
            try {
                Future<?> run = executor.schedule(task, pause.toNanos(), TimeUnit.NANOSECONDS);
                return () -> run.cancel(false);
            } catch (RejectedExecutionException _) {
                return () -> {}; // closed meanwhile
            }
        }

        @Override
        public long nanos() {
            return System.nanoTime();
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
                log.error(what + " failed: " + switch (e) {
                    case UncheckedIOException io -> IoReason.of(io);
                    case RefusedException refused -> refused.getMessage();
                    default -> e.toString();
                });
            }
            failing[0] = true;
        }
    }

    @Override
    public void close() {
        executor.shutdownNow();
    }
}
