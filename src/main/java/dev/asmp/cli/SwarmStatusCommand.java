package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.util.List;

final class SwarmStatusCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("swarm status", "", "list the workers", List.of(), List.of("asmp swarm status"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        Mapping answer = AgentCalls.workers(session).call("GET", "/swarm/agents", null);
        if (session.json()) {
            session.printJson(Json.write(answer));
        } else {
            LtStatusCommand.print(JsonReader.mappings(answer, "agents"),
                    "no workers; start some with: asmp swarm spawn COUNT", session);
        }
        return DONE;
    }
}
