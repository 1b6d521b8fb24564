package dev.asmp.cli;

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
        OwnerClient owner = new OwnerClient(session);
        byte[] answer = owner.isHere()
                ? owner.call("DELETE", path, null, null)
                : session.call(RegistryClient.Request.of("DELETE", path, null, null));
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println("removed " + Terminal.clean(arguments.operands().getFirst()));
        }
        return DONE;
    }
}
