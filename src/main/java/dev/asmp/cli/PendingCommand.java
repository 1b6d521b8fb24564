package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;

final class PendingCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("pending", "", "show what waits for the owner's approval, beside what it would replace",
                List.of(OptionSpec.flag("--rejected", "what was rejected instead")),
                List.of("asmp pending", "asmp pending --rejected", "asmp approve mail"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        boolean rejected = arguments.has("--rejected");
        byte[] answer = session.get("/services?status=" + (rejected ? "rejected" : "pending"));
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        List<Mapping> proposals = JsonReader.mappings(answer);
        if (proposals.isEmpty()) {
            session.out().println(rejected ? "nothing is rejected" : "nothing waits for approval");
        }
        for (Mapping proposal : proposals) {
            session.out().print(Comparison.of(proposal));
        }
        return DONE;
    }
}
