package dev.asmp.cli;

import dev.asmp.client.OwnerClient;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

final class StopCommand implements Command {
    private static final int SECONDS = 30;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("stop", "", "stop the daemon of this state folder and wait until it has ended",
                List.of(),
                List.of("asmp stop", "ASMP_HOME=/tmp/try asmp stop"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws InterruptedException {
        arguments.noMoreThan(0);
        ProcessHandle daemon = new OwnerClient(session.environment()).daemonProcess();
        if (!daemon.destroy()) {
            throw new CommandFailure("process " + daemon.pid() + " cannot be told to stop");
        }
        try {
            daemon.onExit().get(SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException | ExecutionException _) {
            throw new CommandFailure(
                    "process " + daemon.pid() + " was told to stop and still runs after " + SECONDS + " s");
        }
        if (!session.json()) {
            session.out().println("stopped (process " + daemon.pid() + ")");
        } else {
            session.out().println("{\"stopped\":" + daemon.pid() + "}");
        }
        return DONE;
    }
}
