package dev.asmp.cli;

import dev.asmp.client.OwnerClient;
import dev.asmp.client.UrlEncoding;
import dev.asmp.wire.Request;
import java.util.List;

final class RmCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("rm", "NAME",
                "take a service out of the registry; a scan brings it back when its manifest changes", List.of(),
                List.of("asmp rm mail"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String path = "/services/" + UrlEncoding.encode(arguments.operand("the service's NAME"));
        OwnerClient owner = new OwnerClient(session.environment());
        byte[] answer = owner.isHere()
                ? owner.ask(Request.of("DELETE", path))
                : session.call(Request.of("DELETE", path));
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println("removed " + Terminal.clean(arguments.operands().getFirst()));
        }
        return DONE;
    }
}
