package dev.asmp.daemon;

import dev.asmp.manifest.Printable;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The log on standard error, one line per event: with its time for a person, with its priority for the journal. No caller waits
 * for its reader.
 */
final class Log {
    /** Writes several lines when the address cannot be bound, which the daemon says in one. */
    private static final Logger SERVER_START = Logger.getLogger("io.helidon.webserver.LoomServer");

    private static final Duration PAUSE = Duration.ofMinutes(1);

    private final LineWriter lines;
    private final @Nullable LineWriter file;
    private final InstantSource clock;
    private final boolean journal;

    /** Writes to a stream that the journal reads, or, with a folder, to another stream and to a file in the folder. */
    Log(PrintStream out, InstantSource clock, @Nullable Path folder) {
        this.lines = new LineWriter(out, count -> line("4", "warn ", count
                + " lines of the log were dropped here: standard error was not read"));
        this.clock = clock;
        this.journal = folder == null;
        this.file = folder == null
                ? null
                : new LineWriter(new PrintStream(new LogFile(folder), false, StandardCharsets.UTF_8), count -> "");
    }

    void info(String message) {
        print(line("6", "info ", message));
    }

    void warn(String message) {
        print(line("4", "warn ", message));
    }

    /** Warns of a failure, if there was one. */
    void warnIf(@Nullable String failure) {
        if (failure != null) {
            warn(failure);
        }
    }

    void error(String message) {
        print(line("3", "error", message));
    }

    private void print(String line) {
        lines.print(line);
        if (file != null) {
            file.print(line);
        }
    }

    /** Waits until all lines are written, no longer than this. */
    void flush(Duration atMost) {
        lines.flush(atMost);
        if (file != null) {
            file.flush(atMost);
        }
    }

    private String line(String priority, String level, String message) {
        String text = Printable.of(message);
        return journal
                ? "<" + priority + ">" + text
                : clock.instant().truncatedTo(ChronoUnit.MILLIS) + " " + level + " " + text;
    }

    /** Writes what libraries log into the same lines: warnings and errors only, at most one a minute. */
    void takeOverLibraryLogs() {
        LogManager.getLogManager().reset();
        SERVER_START.setLevel(Level.OFF);
        Logger root = Logger.getLogger("");
        root.setLevel(Level.WARNING);
        root.addHandler(new Handler() {
            private @Nullable Instant last;

            @Override
            public void publish(LogRecord entry) {
                String thrown = entry.getThrown() == null ? "" : ": " + entry.getThrown();
                String message = entry.getLoggerName() + ": " + entry.getMessage() + thrown;
                if (!isDue()) {
                    return;
                }
                if (entry.getLevel().intValue() >= Level.SEVERE.intValue()) {
                    error(message);
                } else if (entry.getLevel().intValue() >= Level.WARNING.intValue()) {
                    warn(message);
                }
            }

            // A client can cause any number of these lines: one a minute is enough.
            private synchronized boolean isDue() {
                Instant now = clock.instant();
                boolean due = last == null || !now.isBefore(last.plus(PAUSE));
                last = due ? now : last;
                return due;
            }

            @Override
            public void flush() {
                // The lines are written soon.
            }

            @Override
            public void close() {
                flush();
            }
        });
    }
}
