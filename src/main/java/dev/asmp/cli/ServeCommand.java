package dev.asmp.cli;

import dev.asmp.daemon.Daemon;
import dev.asmp.daemon.StartFailure;
import java.util.List;

final class ServeCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("serve", "", "run the registry until it is told to stop", List.of(),
                List.of("asmp serve", "ASMP_HOME=/tmp/try asmp serve", "systemctl --user start asmp"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws InterruptedException {
        arguments.noMoreThan(0);
        try {
            Daemon.serve(session.out(), session.err());
            return DONE;
        } catch (StartFailure e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }
}
