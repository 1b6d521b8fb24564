package dev.asmp.cli;

import dev.asmp.daemon.DaemonProcess;
import dev.asmp.daemon.StartFailure;
import dev.asmp.manifest.Environment;
import java.util.List;

final class ServeCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("serve", "", "run the registry until it is told to stop",
                List.of(OptionSpec.value("--port", "N",
                        "listen on port N instead of the profile's; 0 takes any that is free")),
                List.of("asmp serve", "asmp serve --port 7701", "ASMP_HOME=/tmp/try asmp serve",
                        "systemctl --user start asmp"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws InterruptedException {
        arguments.noMoreThan(0);
        try {
            DaemonProcess.serve(environment(arguments, session), session.out(), session.err());
            return DONE;
        } catch (StartFailure e) {
            throw new CommandFailure(String.valueOf(e.getMessage()));
        }
    }

    private static Environment environment(CommandArguments arguments, CommandContext session) {
        String port = arguments.value("--port");
        if (port == null) {
            return session.environment();
        }
        if (!port.matches("[0-9]{1,5}") || Integer.parseInt(port) > 65_535) {
            throw new UsageError("--port must be a number from 0 to 65535, but is '" + port + "'");
        }
        return session.environment().with(Environment.PORT, port);
    }
}
