package dev.asmp.cli;

import dev.asmp.daemon.Daemon;
import dev.asmp.daemon.StartFailure;
import java.util.List;

final class ServeCommand implements Command {
    @Override
    public Spec spec() {
        return new Spec("serve", "", "run the registry until it is told to stop", List.of(),
                List.of("asmp serve", "ASMP_HOME=/tmp/try asmp serve", "systemctl --user start asmp"));
    }

    @Override
    public int run(Arguments arguments, Session session) throws InterruptedException {
        arguments.noMoreThan(0);
        try {
            Daemon.serve(session.out(), session.err());
            return DONE;
        } catch (StartFailure e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }
}
