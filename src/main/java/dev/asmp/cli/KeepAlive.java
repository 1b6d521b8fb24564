package dev.asmp.cli;

import dev.asmp.document.Mapping;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
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
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Signals.onStop(_ -> status.complete(Command.DONE));
        // Beside this thread, so that a registry that hangs cannot keep us from stopping.
        begin(() -> status.complete(Command.FAILED));
        try {
            return status.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } finally {
            stop.countDown();
        }
    }

    /** Runs as long as a command does and returns its status. */
    int runWhile(ChildProcess child) throws InterruptedException {
        child.start();
        begin(() -> {});
        int status = child.waitFor();
        stop.countDown();
        return status;
    }

    private void begin(Runnable refused) {
        Thread.ofPlatform().daemon().start(() -> {
            try {
                renew();
                if (!announced && !waiting) {
                    refused.run(); // it would be refused again
                }
                renewUntilStopped();
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void renewUntilStopped() throws InterruptedException {
        while (!stop.await(Math.min(LOOK.toMillis(), renewal.toMillis()), TimeUnit.MILLISECONDS)) {
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
        } catch (CommandFailure e) {
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
