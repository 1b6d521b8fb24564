package dev.asmp.cli;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.util.List;

final class AmbientCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("ambient", "",
                "introduce this machine to an agent in less than 1 KB, for hosts that pass on text when a session starts",
                List.of(), List.of("asmp ambient", "asmp ambient --json"));
    }

    /** Succeeds even if no registry answers: the text says so, and the session should still start. */
    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        String text = McpCommand.mcp(session).introduction();
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("text", text).build()));
        } else {
            session.out().print(text);
        }
        return DONE;
    }
}
