package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import java.util.List;

final class RegisterCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("register", "FILE", "register a service until it is removed, running or not", List.of(),
                List.of("asmp register ./asmp.yaml", "generate-manifest | asmp register -"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String file = arguments.operand("the FILE to register");
        byte[] answer = session.post("/services", CommandContext.read(file), CommandContext.mediaType(file));
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println(StatusLine.line(JsonReader.mapping(answer)));
        }
        return DONE;
    }
}
