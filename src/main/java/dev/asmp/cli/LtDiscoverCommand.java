package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import java.util.List;

/** {@code asmp lt discover} and {@code asmp swarm discover}. */
final class LtDiscoverCommand implements Command {
    private final boolean ofSwarm;

    LtDiscoverCommand(boolean ofSwarm) {
        this.ofSwarm = ofSwarm;
    }

    @Override
    public CommandSpec spec() {
        String group = ofSwarm ? "swarm" : "lt";
        return new CommandSpec(group + " discover", "",
                "attach to " + (ofSwarm ? "workers" : "lieutenants") + " on VMs of ours that are not known here",
                List.of(), List.of("asmp " + group + " discover"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        byte[] answer = AgentCalls.lieutenants(session).bytes("POST",
                (ofSwarm ? "/swarm" : "/lieutenants") + "/discover", null);
        if (session.json()) {
            session.printJson(answer);
        } else {
            List<String> found = JsonReader.mapping(answer).texts("found");
            session.out().println(
                    found.isEmpty() ? "nothing new" : "found " + Terminal.clean(String.join(", ", found)));
        }
        return DONE;
    }
}
