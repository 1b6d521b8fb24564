package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.List;

final class SwarmSpawnCommand implements Command {
    @Override
    public CommandSpec spec() {
        List<OptionSpec> options = new ArrayList<>(LtCreateCommand.OPTIONS);
        options.add(OptionSpec.values("--label", "NAME", "the name of a worker, in place of agent-1 and so on"));
        return new CommandSpec("swarm spawn", "COUNT", "start workers, four at a time, and wait until they answer",
                options, List.of("asmp swarm spawn 5", "asmp swarm spawn 2 --label parser --label lexer --local"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String count = arguments.operand("the COUNT");
        if (!count.matches("[0-9]{1,3}")) {
            throw new UsageError("the COUNT must be a number, and is '" + count + "'");
        }
        AgentCalls calls = AgentCalls.workers(session);
        Mapping.Builder body = LtCreateCommand.body(arguments, session).put("count",
                Scalar.number(Long.parseLong(count)));
        if (!arguments.values("--label").isEmpty()) {
            body.put("labels", Sequence.ofTexts(arguments.values("--label")));
        }
        List<String> names = JsonReader.mappings(calls.call("POST", "/swarm/agents", body.build()), "agents").stream()
                .map(agent -> String.valueOf(agent.text("name"))).toList();
        Mapping all = calls.call("GET", "/swarm/agents", null);
        while (JsonReader.mappings(all, "agents").stream().anyMatch(agent -> "starting".equals(agent.text("status")))) {
            all = calls.call("GET", "/swarm/agents?wait=60s", null);
        }
        List<Mapping> ours = JsonReader.mappings(all, "agents").stream()
                .filter(agent -> names.contains(agent.text("name"))).toList();
        boolean failed = ours.stream().anyMatch(agent -> "error".equals(agent.text("status")));
        if (session.json()) {
            session.printJson(Json.write(all));
        } else {
            LtStatusCommand.print(ours, "", session);
        }
        return failed ? FAILED : DONE;
    }
}
