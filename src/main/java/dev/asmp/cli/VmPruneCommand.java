package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import java.util.List;

final class VmPruneCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm prune", "", "take all stale VMs out of the registry", List.of(),
                List.of("asmp vm list --stale", "asmp vm prune"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        byte[] answer = VmOptions.ask(session, "DELETE", "/registry/stale", null);
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        String deleted = Terminal.clean(ServiceTable.or(JsonReader.mapping(answer).text("deleted"), "0"));
        session.out().println(switch (deleted) {
            case "0" -> "no VM is stale";
            case "1" -> "removed 1 stale VM";
            default -> "removed " + deleted + " stale VMs";
        });
        return DONE;
    }
}
