package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.daemon.Build;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.util.List;

/** {@code asmp upgrade --check}: whether the daemon that runs is the program that is installed. It installs nothing. */
final class UpgradeCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("upgrade", "",
                "tell whether the daemon that runs is this build (the exit code is 1 if it is another)",
                List.of(OptionSpec.flag("--check", "compare, and change nothing: the only thing that it does")),
                List.of("asmp upgrade --check"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        if (!arguments.has("--check")) {
            throw new UsageError("asmp does not fetch newer versions: install the new package, or build what you have"
                    + " pulled, and restart the daemon; 'asmp upgrade --check' says whether it runs what is installed");
        }
        Build mine = Build.ofThisProgram();
        Build running = Build.of(JsonReader.mapping(session.get("/status")));
        boolean same = running.equals(mine);
        if (session.json()) {
            session.printJson(
                    Json.write(Mapping.builder().put("same", Scalar.bool(same)).put("daemon", running.document())
                            .put("installed", mine.document()).build()));
        } else if (same) {
            session.out().println("the daemon runs what is installed: asmp " + mine);
        } else {
            session.out().println("the daemon runs asmp " + Terminal.clean(running.toString()) + "; installed is asmp "
                    + mine);
            session.out().println("to run it: systemctl --user restart asmp (or 'asmp stop', then 'asmp serve');"
                    + " what is registered stays");
        }
        return same ? DONE : FAILED;
    }
}
