package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.UrlEncoding;
import dev.asmp.wire.Request;
import java.util.List;

final class UndoCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("undo", "NAME", "restore what another source replaced under this name", List.of(),
                List.of("asmp undo mail"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String path = "/services/" + UrlEncoding.encode(arguments.operand("the service's NAME")) + "/undo";
        byte[] answer = new OwnerClient(session.environment()).ask(Request.of("POST", path));
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println("restored: " + StatusLine.line(JsonReader.mapping(answer)));
        }
        return DONE;
    }
}
