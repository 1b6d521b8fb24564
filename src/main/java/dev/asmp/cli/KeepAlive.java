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
    private static final Duration FAREWELL = Duration.ofSeconds(2);

    private final AnnounceCommand.Announcer announcer;
    private final Duration renewal;
    private final PrintStream err;
    private String trouble = "";
    private boolean announced;
    private boolean pending;
    private boolean waiting;
    private String name = "";
    private long generation;
    private long lastRenewed;

    KeepAlive(AnnounceCommand.Announcer announcer, Duration renewal, PrintStream err) {
        this.announcer = announcer;
        this.renewal = renewal;
        this.err = err;
    }

    /** Runs until the process is told to stop; what the registry refuses at the first time is the end. */
    int run() throws InterruptedException {
        return new BackgroundTask(FAREWELL).untilStopped(this::keep);
    }

    /** Runs as long as a command does and returns its status. */
    int runWhile(ChildProcess child) throws InterruptedException {
        return new BackgroundTask(FAREWELL).whileLives(child, this::keep);
    }

    void keep(BackgroundTask background) throws InterruptedException {
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
        leave();
    }

    /** Says that the service is gone, instead of leaving that to the time to live. */
    private void leave() {
        if (!announced || pending) {
            return;
        }
        try {
            announcer.sayGoodbye(name, generation);
            err.println("asmp: " + Terminal.clean(name) + " said goodbye");
        } catch (RegistryException | CommandFailure e) {
            err.println("asmp: the registry does not know yet that " + Terminal.clean(name) + " is gone: "
                    + Terminal.clean(String.valueOf(e.getMessage())));
        }
        err.flush();
    }

    /** Tells whether the registry went away, came back without knowing the service, or the owner has decided. */
    private boolean isForgotten() {
        try {
            return !(pending ? "pending" : "registered").equals(announcer.status(name));
        } catch (RegistryException _) {
            return true;
        }
    }

    private void renew() {
        try {
            Mapping entry = JsonReader.mapping(announcer.announce());
            name = String.valueOf(entry.text("name"));
            generation = Long.parseLong(String.valueOf(entry.text("generation")));
            boolean waits = "pending".equals(entry.text("status"));
            if (waits && !(announced && pending)) {
                err.println("asmp: " + StatusLine.line(entry));
            } else if (!waits && (!announced || pending)) {
                err.println("asmp: announced " + Terminal.clean(name + ", generation " + entry.text("generation"))
                        + "; again every " + renewal.toMillis() / 1000.0 + " s");
            }
            pending = waits;
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
