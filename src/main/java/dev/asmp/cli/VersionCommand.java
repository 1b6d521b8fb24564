package dev.asmp.cli;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
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
        String version = version();
        if (session.json()) {
            session.printJson(Json.write(
                    Mapping.builder().put("version", version).put("protocol", Manifest.VERSION).build()));
        } else {
            session.out().println("asmp " + version + " (protocol " + Manifest.VERSION + ", Java "
                    + Runtime.version().feature() + ")");
        }
        return DONE;
    }

    static String version() {
        String implementation = Main.class.getPackage().getImplementationVersion();
        return implementation == null ? "development" : implementation;
    }
}
