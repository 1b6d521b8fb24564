package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.document.Mapping;
import java.io.PrintStream;
import java.time.Duration;

/**
 * Announces again and again, at a third of the time to live; and looks every second whether the registry still knows the
 * service, so that it is announced as soon as a registry that went away is back.
 */
final class KeepAlive {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final AnnounceCommand.Announcer announcer;
    private final Duration renewal;
    private final PrintStream err;
    private String trouble = "";
    private boolean announced;
    private boolean waiting;
    private String name = "";
    private long lastRenewed;

    KeepAlive(AnnounceCommand.Announcer announcer, Duration renewal, PrintStream err) {
        this.announcer = announcer;
        this.renewal = renewal;
        this.err = err;
    }

    /** Runs until the process is told to stop; what the registry refuses at the first time is the end. */
    int run() throws InterruptedException {
        return new BackgroundTask(Duration.ZERO).untilStopped(this::keep);
    }

    /** Runs as long as a command does and returns its status. */
    int runWhile(ChildProcess child) throws InterruptedException {
        return new BackgroundTask(Duration.ZERO).whileLives(child, this::keep);
    }

    private void keep(BackgroundTask background) throws InterruptedException {
        renew();
        if (!announced && !waiting) {
            background.giveUp(); // it would be refused again
        }
        while (!background.isOverWithin(LOOK.compareTo(renewal) < 0 ? LOOK : renewal)) {
            boolean due = System.nanoTime() - lastRenewed >= renewal.toNanos();
            if (due || !announced || isForgotten()) {
                renew();
            }
        }
    }

    /** Whether the registry went away, or came back without knowing the service. */
    private boolean isForgotten() {
        try {
            return !announcer.isRegistered(name);
        } catch (RegistryException _) {
            return true;
        }
    }

    private void renew() {
        try {
            Mapping entry = JsonReader.mapping(announcer.announce());
            name = String.valueOf(entry.text("name"));
            if (!announced) {
                err.println("asmp: announced " + Terminal.clean(name + ", generation " + entry.text("generation"))
                        + "; again every " + renewal.toMillis() / 1000.0 + " s");
            }
            lastRenewed = System.nanoTime();
            announced = true;
            waiting = false;
            trouble = "";
        } catch (RegistryException e) {
            waiting = e instanceof RegistryException.Unreachable;
            announced = false;
            String message = Terminal.clean(String.valueOf(e.getMessage()));
            if (!message.equals(trouble)) {
                err.println("asmp: " + message + (waiting ? " (trying again every second)" : ""));
            }
            trouble = message;
        }
        err.flush();
    }
}
