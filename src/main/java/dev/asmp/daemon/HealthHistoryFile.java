package dev.asmp.daemon;

import dev.asmp.document.IoReason;
import dev.asmp.health.HealthHistory;
import dev.asmp.store.DurableFile;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The file in which the health of the last 24 hours outlives a restart. It is written ten minutes after a probe and at the stop,
 * and not forced: what a power cut takes is the last minutes of a plot.
 */
final class HealthHistoryFile {
    static final String NAME = "health-history.jsonl";
    private static final Duration PAUSE = Duration.ofMinutes(10);
    /** A line is shorter; what is longer was not written by this class. */
    private static final int LONGEST_LINE = 8 * 1024;

    private final Path file;
    private final HealthHistory history;
    private final InstantSource clock;
    private final Log log;
    private final AtomicBoolean isDue = new AtomicBoolean();

    HealthHistoryFile(Path home, HealthHistory history, InstantSource clock, Log log) {
        this.file = home.resolve(NAME);
        this.history = history;
        this.clock = clock;
        this.log = log;
    }

    /** Reads what was written; a file of another format is left alone until the next one replaces it. */
    void load() {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file))) {
            byte[] first = line(in);
            if (first == null || !history.readLine(first, clock.instant())) {
                log.warn(file + " is not in a known format: the plots of health begin now");
                return;
            }
            for (byte[] line = line(in); line != null; line = line(in)) {
                history.readLine(line, clock.instant()); // a damaged one is a service without a plot
            }
        } catch (NoSuchFileException _) {
            // The first start.
        } catch (IOException e) {
            log.warn("cannot read " + file + ": " + IoReason.of(e));
        }
    }

    private static byte @Nullable [] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        int c = in.read();
        if (c < 0) {
            return null;
        }
        for (; c >= 0 && c != '\n'; c = in.read()) {
            if (line.size() < LONGEST_LINE) {
                line.write(c);
            }
        }
        return line.toByteArray();
    }

    /** Saves from now on, some time after each change. */
    void begin(PeriodicTasks tasks) {
        Alarm alarm = tasks.alarm("saving the history of health", () -> isDue.get() ? PAUSE : null, this::save);
        history.whenChanged(() -> {
            if (!isDue.get() && isDue.compareAndSet(false, true)) {
                alarm.wake();
            }
        });
    }

    /** Saves if there is something new. */
    void save() {
        if (isDue.getAndSet(false)) {
            try {
                DurableFile.replaceUnforced(file, out -> history.writeTo(out, clock.instant()));
            } catch (IOException e) {
                log.warn("could not save " + file + ": " + IoReason.of(e));
            }
        }
    }
}
