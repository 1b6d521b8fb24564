package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;

final class ReloadCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("reload", "", "take in what was edited by hand: the index folder and host.yaml",
                List.of(),
                List.of("asmp reload"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        byte[] answer = session.post("/reload", null, null);
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        Mapping reloaded = JsonReader.mapping(answer);
        session.out().println(reloaded.text("message") + ": " + reloaded.text("total") + " services");
        session.printProblems(reloaded);
        return DONE;
    }
}
