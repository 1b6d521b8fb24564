package dev.asmp.daemon;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/**
 * Lines on their way to a stream that may stop taking any, such as a pipe or a terminal whose reader is paused. No caller
 * waits: a thread of its own writes, and lines beyond a limit are dropped and counted.
 */
final class LineWriter {
    private static final int MOST = 256 * 1024;
    private static final int LONGEST = 8 * 1024;
    /** The thread ends after so long without a line; the next line starts another. */
    private static final long IDLE_MILLIS = 5_000;

    private final PrintStream out;
    private final LongFunction<String> lost;
    private final ArrayDeque<String> lines = new ArrayDeque<>();
    private int length;
    private long dropped;
    private boolean running;
    private boolean writing;

    /** Writes to a stream; the function makes the line that tells the number of dropped ones. */
    LineWriter(PrintStream out, LongFunction<String> lost) {
        this.out = out;
        this.lost = lost;
    }

    /** Writes a line soon, or drops it. */
    synchronized void print(String text) {
        String line = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
        if (length + line.length() > MOST) {
            dropped++;
            return;
        }
        lines.add(line);
        length += line.length();
        notifyAll();
        if (!running) {
            running = true;
            Thread.ofPlatform().name("asmp-lines").daemon().start(this::run);
        }
    }

    /** Waits until all lines are written, no longer than this. */
    synchronized void flush(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (writing || !lines.isEmpty()) {
                long left = (deadline - System.nanoTime()) / 1_000_000;
                if (left <= 0) {
                    return;
                }
                wait(left);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        for (List<String> next = take(); !next.isEmpty(); next = take()) {
            next.forEach(out::println);
            out.flush();
        }
    }

    /** The next lines, after those before are written; none where there were none for a while. */
    @SuppressWarnings("WaitNotInLoop") // a spurious wakeup only looks once more
    private synchronized List<String> take() {
        writing = false;
        notifyAll();
        try {
            if (lines.isEmpty()) {
                wait(IDLE_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        List<String> next = new ArrayList<>(lines);
        if (dropped > 0) {
            next.add(lost.apply(dropped));
        }
        lines.clear();
        length = 0;
        dropped = 0;
        running = !next.isEmpty();
        writing = running;
        return next;
    }
}
