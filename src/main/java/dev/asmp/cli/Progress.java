package dev.asmp.cli;

import java.io.PrintStream;
import java.util.function.IntConsumer;

/** A line on a terminal that counts, once something takes longer than a second; nothing elsewhere. */
final class Progress implements IntConsumer, AutoCloseable {
    private static final long QUIET_NANOS = 1_000_000_000L;
    private static final long PAUSE_NANOS = 100_000_000L;

    private final String what;
    private final PrintStream err;
    private final boolean isShown;
    private long next = System.nanoTime() + QUIET_NANOS;
    private boolean isWritten;

    Progress(String what, CommandContext session) {
        this.what = what;
        this.err = session.err();
        this.isShown = session.terminal().isBounded() && !session.json();
    }

    @Override
    public void accept(int count) {
        if (isShown && System.nanoTime() - next >= 0) {
            next = System.nanoTime() + PAUSE_NANOS;
            isWritten = true;
            err.print("\r" + what + " " + count);
            err.flush();
        }
    }

    /** Clears the line. */
    @Override
    public void close() {
        if (isWritten) {
            err.print("\r\u001b[K");
            err.flush();
        }
    }
}
