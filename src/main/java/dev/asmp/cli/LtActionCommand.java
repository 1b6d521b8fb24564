package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;

/** A verb that does one thing to one lieutenant. */
final class LtActionCommand implements Command {
    private final String verb;
    private final String summary;

    LtActionCommand(String verb, String summary) {
        this.verb = verb;
        this.summary = summary;
    }

    @Override
    public CommandSpec spec() {
        return new CommandSpec("lt " + verb, "NAME", summary,
                verb.equals("rm") ? List.of(Confirmation.YES) : List.of(),
                List.of("asmp lt " + verb + " docs" + (verb.equals("rm") ? " --yes" : "")));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String name = arguments.operand("the NAME");
        AgentCalls calls = AgentCalls.lieutenants(session);
        if (verb.equals("rm")) {
            calls.call("GET", calls.path(name, ""), null);
            Confirmation.require("end " + Terminal.clean(name) + " and delete its files", arguments, session);
        }
        byte[] answer = verb.equals("rm")
                ? calls.bytes("DELETE", calls.path(name, ""), null)
                : calls.bytes("POST", calls.path(name, "/" + verb), null);
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        Mapping done = JsonReader.mapping(answer);
        session.out().println(Terminal.clean(switch (verb) {
            case "rm" -> "removed " + name;
            case "abort" -> "true".equals(done.text("aborted")) ? "aborted" : name + " had nothing to do";
            default -> name + " is " + done.text("status");
        }));
        return DONE;
    }
}
