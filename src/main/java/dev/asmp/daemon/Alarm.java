package dev.asmp.daemon;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task that runs when something is due, and takes no time while nothing is. Whatever may have made it due sooner wakes it;
 * it then plans its next run. It never runs twice at the same time.
 */
final class Alarm {
    private final Supplier<@Nullable Duration> pause;
    private final Runnable task;
    private final Timer timer;
    private @Nullable Runnable cancel;
    private long due;
    private boolean isRunning;
    private boolean again;

    /** Runs something once, after a while; tests have one of their own. */
    interface Timer {
        /** Returns what cancels the run. */
        Runnable after(Duration pause, Runnable task);

        /** The time on a monotonic clock. */
        long nanos();
    }

    /** {@code pause} tells how long from now the task is due; null while it is not. */
    Alarm(Timer timer, Supplier<@Nullable Duration> pause, Runnable task) {
        this.timer = timer;
        this.pause = pause;
        this.task = task;
    }

    /** Plans the next run, unless one is planned that is sooner; during a run, after its end. */
    synchronized void wake() {
        again = isRunning;
        if (!isRunning) {
            plan();
        }
    }

    private void plan() {
        Duration left = pause.get();
        if (left == null) {
            return;
        }
        long at = timer.nanos() + left.toNanos();
        Runnable planned = cancel;
        if (planned != null && at - due >= 0) {
            return;
        }
        if (planned != null) {
            planned.run();
        }
        due = at;
        cancel = timer.after(left, this::run);
    }

    private void run() {
        synchronized (this) {
            cancel = null;
            isRunning = true;
            again = false;
        }
        try {
            task.run();
        } finally {
            synchronized (this) {
                isRunning = false;
                if (again) {
                    plan();
                }
            }
        }
    }
}
