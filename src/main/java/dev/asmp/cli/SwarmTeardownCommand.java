package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.List;

final class SwarmTeardownCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("swarm teardown", "[NAME...]", "end workers with all that they have, or the whole swarm",
                List.of(Confirmation.YES), List.of("asmp swarm teardown --yes", "asmp swarm teardown agent-2 --yes"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        List<String> names = arguments.operands();
        Confirmation.require(names.isEmpty()
                ? "end all workers and delete their VMs"
                : "end " + Terminal.clean(String.join(", ", names)) + " and delete their VMs", arguments, session);
        Mapping done = AgentCalls.workers(session).call("POST", "/swarm/teardown",
                Mapping.builder().put("agents", Sequence.ofTexts(names)).build());
        List<Mapping> kept = JsonReader.mappings(done, "kept");
        if (session.json()) {
            session.printJson(Json.write(done));
        } else {
            List<String> removed = done.texts("removed");
            session.out().println(removed.isEmpty() ? "nothing was removed" : "removed " + String.join(", ", removed));
            kept.forEach(one -> session.err()
                    .println(Terminal.clean("kept " + one.text("name") + ": " + one.text("error"))));
        }
        return kept.isEmpty() ? DONE : FAILED;
    }
}
