package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import java.util.List;

final class HostCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("host", "", "show the profile of this host", List.of(),
                List.of("asmp host", "asmp host --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        byte[] answer = session.get("/host");
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().print(DocumentOutline.of(JsonReader.mapping(answer)));
        }
        return DONE;
    }
}
