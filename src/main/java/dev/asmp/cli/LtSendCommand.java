package dev.asmp.cli;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import java.util.List;

final class LtSendCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("lt send", "NAME TEXT", "give a lieutenant a message; - reads it from standard input",
                List.of(OptionSpec.flag("--wait", "print what it writes, until its task is done"),
                        OptionSpec.flag("--steer", "if it works, let it read the message before its next step")),
                List.of("asmp lt send docs 'what is new?' --wait", "git diff | asmp lt send docs - --wait"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(2);
        if (arguments.operands().size() < 2) {
            throw new UsageError(arguments.operands().isEmpty() ? "the NAME is missing" : "the TEXT is missing");
        }
        String name = arguments.operands().getFirst();
        String text = arguments.operands().get(1);
        String message = text.equals("-") ? new String(CommandContext.read("-"), StandardCharsets.UTF_8) : text;
        AgentCalls calls = AgentCalls.lieutenants(session);
        Mapping sent = calls.call("POST", calls.path(name, "/send"), Mapping.builder().put("message", message)
                .put("mode", arguments.has("--steer") ? "steer" : null).build());
        if (!arguments.has("--wait")) {
            if (session.json()) {
                session.printJson(Json.write(sent));
            } else {
                session.out().println("true".equals(sent.text("joined"))
                        ? name + " is working and reads it "
                                + (arguments.has("--steer") ? "before its next step" : "when that is done")
                        : name + " is working on it; read along with: asmp lt read " + name + " --follow");
            }
            return DONE;
        }
        return LtReadCommand.printed(calls.follow(name, sent.text("taskId")), session);
    }
}
