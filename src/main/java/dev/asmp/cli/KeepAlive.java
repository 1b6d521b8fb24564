package dev.asmp.cli;

import dev.asmp.document.Mapping;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Announces again and again, at a third of the time to live; and looks every second whether the registry still knows the
 * service, so that it is announced as soon as a registry that went away is back.
 */
final class KeepAlive {
    private static final Duration LOOK = Duration.ofSeconds(1);

    private final AnnounceCommand.Announcer announcer;
    private final Duration renewal;
    private final PrintStream err;
    private final CountDownLatch stop = new CountDownLatch(1);
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
        Signals.onStop(_ -> stop.countDown());
        renew();
        if (!announced && !waiting) {
            return Command.FAILED; // refused: it would be refused again
        }
        renewUntilStopped();
        return Command.DONE;
    }

    /** Runs as long as a command does and returns its status. */
    int runWhile(ChildProcess child) throws InterruptedException {
        child.start();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                renew();
                renewUntilStopped();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
        int status = child.waitFor();
        stop.countDown();
        return status;
    }

    private void renewUntilStopped() throws InterruptedException {
        while (!stop.await(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
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
        } catch (CommandFailure _) {
            return true;
        }
    }

    private void renew() {
        try {
            Mapping entry = Session.mapping(announcer.announce());
            name = String.valueOf(entry.text("name"));
            if (!announced) {
                err.println("asmp: announced " + Terminal.clean(name + ", generation " + entry.text("generation"))
                        + "; again every " + renewal.toMillis() / 1000.0 + " s");
            }
            lastRenewed = System.nanoTime();
            announced = true;
            waiting = false;
            trouble = "";
        } catch (CommandFailure | IOException e) {
            waiting = e instanceof RegistryFinder.NoRegistry;
            announced = false;
            String message = String.valueOf(e.getMessage());
            if (!message.equals(trouble)) {
                err.println("asmp: " + message + (waiting ? " (trying again every second)" : ""));
            }
            trouble = message;
        }
        err.flush();
    }
}
