package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.util.ArrayList;
import java.util.List;

final class LtStatusCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("lt status", "[NAME]", "list the lieutenants, or show one", List.of(),
                List.of("asmp lt status", "asmp lt status docs --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(1);
        AgentCalls calls = AgentCalls.lieutenants(session);
        Mapping answer = calls.call("GET", arguments.operands().isEmpty()
                ? "/lieutenants"
                : calls.path(arguments.operands().getFirst(), ""), null);
        if (session.json()) {
            session.printJson(Json.write(answer));
        } else if (arguments.operands().isEmpty()) {
            print(JsonReader.mappings(answer, "agents"),
                    "no lieutenants yet; start one with: asmp lt create NAME --local",
                    session);
        } else {
            print(List.of(answer), "", session);
        }
        return DONE;
    }

    /** Prints a table of agents. */
    static void print(List<Mapping> agents, String none, CommandContext session) {
        if (agents.isEmpty()) {
            session.out().println(none);
            return;
        }
        Table table = new Table("NAME", "STATUS", "TASKS", "ON", "ROLE");
        List<String> errors = new ArrayList<>();
        for (Mapping agent : agents) {
            String status = agent.text("status") + (agent.text("stalled") == null ? "" : ", silent")
                    + (agent.text("step") == null ? "" : " (" + agent.text("step") + ")");
            table.add(ServiceTable.or(agent.text("name"), "-"), status, ServiceTable.or(agent.text("tasks"), "0"),
                    ServiceTable.or(agent.text("vm"),
                            "true".equals(agent.text("local"))
                                    ? ServiceTable.or(agent.text("holder"), "this machine")
                                    : "-"),
                    ServiceTable.or(agent.text("role"), "-"));
            if (agent.text("holder") != null) {
                errors.add(agent.text("name") + " is held by the registry process of " + agent.text("holder"));
            }
            if (agent.text("error") != null) {
                errors.add(agent.text("name") + ": " + agent.text("error"));
            }
        }
        session.out().print(table.render(session.terminal()));
        errors.forEach(error -> session.out().println(Terminal.clean(error)));
    }
}
