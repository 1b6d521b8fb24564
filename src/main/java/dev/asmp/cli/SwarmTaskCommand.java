package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import java.util.List;

final class SwarmTaskCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("swarm task", "NAME TEXT",
                "give an idle worker a task, and print the task's id; - reads it from standard input", List.of(),
                List.of("asmp swarm task agent-1 'test the parser'"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(2);
        if (arguments.operands().size() < 2) {
            throw new UsageError(arguments.operands().isEmpty() ? "the NAME is missing" : "the TEXT is missing");
        }
        String text = arguments.operands().get(1);
        AgentCalls calls = AgentCalls.workers(session);
        byte[] answer = calls.bytes("POST", calls.path(arguments.operands().getFirst(), "/tasks"), Mapping.builder()
                .put("task", text.equals("-") ? new String(CommandContext.read("-"), StandardCharsets.UTF_8) : text)
                .build());
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println(Terminal.clean(ServiceTable.or(JsonReader.mapping(answer).text("taskId"), "-")));
        }
        return DONE;
    }
}
