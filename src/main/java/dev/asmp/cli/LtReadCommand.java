package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.util.ArrayList;
import java.util.List;

/** {@code asmp lt read} and {@code asmp swarm read}. */
final class LtReadCommand implements Command {
    private final boolean ofSwarm;

    LtReadCommand(boolean ofSwarm) {
        this.ofSwarm = ofSwarm;
    }

    @Override
    public CommandSpec spec() {
        List<OptionSpec> options = new ArrayList<>(
                List.of(OptionSpec.flag("--follow", "print on until the task is done").orShort("-f")));
        if (!ofSwarm) {
            options.add(OptionSpec.flag("--history", "the results of its last 20 tasks"));
        }
        return ofSwarm
                ? new CommandSpec("swarm read", "NAME", "print what a worker wrote for its last task", options,
                        List.of("asmp swarm read agent-1", "asmp swarm read agent-1 --follow"))
                : new CommandSpec("lt read", "NAME", "print what a lieutenant wrote for its last task", options,
                        List.of("asmp lt read docs", "asmp lt read docs --follow",
                                "asmp lt read docs --history --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String name = arguments.operand("the NAME");
        AgentCalls calls = ofSwarm ? AgentCalls.workers(session) : AgentCalls.lieutenants(session);
        if (arguments.has("--history")) {
            history(calls.call("GET", calls.path(name, "/history"), null), session);
            return DONE;
        }
        if (arguments.has("--follow")) {
            return printed(calls.follow(name, null), session);
        }
        Mapping read = calls.call("GET", calls.path(name, "/read"), null);
        if (!session.json()) {
            session.out().print(Terminal.cleanLines(ServiceTable.or(read.text("text"), "")));
        }
        return printed(read, session);
    }

    private static void history(Mapping history, CommandContext session) {
        if (session.json()) {
            session.printJson(Json.write(history));
            return;
        }
        List<Mapping> results = JsonReader.mappings(history, "results");
        if (results.isEmpty()) {
            session.out().println("no task is done yet");
        }
        for (Mapping result : results) {
            session.out().println(Terminal.clean(result.text("endedAt") + "  " + AgentCalls.outcome(result)));
            session.out().println(Terminal.cleanLines(ServiceTable.or(result.text("text"), "").strip()));
            session.out().println();
        }
    }

    /** Prints how the task that was read has ended; fails where it did not succeed. */
    static int printed(Mapping read, CommandContext session) {
        Mapping result = read.mapping("result");
        if (session.json()) {
            session.printJson(Json.write(read));
        } else {
            session.out().println();
            session.err().println(Terminal.clean(result.isEmpty()
                    ? read.text("name") + " is " + read.text("status")
                    : AgentCalls.outcome(result)));
        }
        return result.isEmpty() || "succeeded".equals(result.text("outcome")) ? DONE : FAILED;
    }
}
