package dev.asmp.cli;

import dev.asmp.daemon.Build;
import dev.asmp.document.Json;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.Manifest;
import java.util.List;

final class VersionCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("version", "", "show the version of this program and of the protocol it speaks",
                List.of(),
                List.of("asmp version"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        Build build = Build.ofThisProgram();
        if (session.json()) {
            session.printJson(Json.write(
                    build.document().with("protocol", Scalar.text(Manifest.VERSION))));
        } else {
            String commit = build.commit() == null ? "" : "commit " + build.commit() + ", ";
            session.out().println("asmp " + build.version() + " (" + commit + "protocol " + Manifest.VERSION + ", Java "
                    + Runtime.version().feature() + ")");
        }
        return DONE;
    }

    static String version() {
        return Build.ofThisProgram().version();
    }
}
