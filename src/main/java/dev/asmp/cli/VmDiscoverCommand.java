package dev.asmp.cli;

import dev.asmp.client.UrlEncoding;
import java.util.List;

final class VmDiscoverCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm discover", "ROLE", "find the VMs of a role that are running now", List.of(),
                List.of("asmp vm discover worker", "asmp vm discover infra --json | jq -r '.vms[0].address'"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String role = arguments.operand("the ROLE");
        arguments.noMoreThan(1);
        if (!VmOptions.ROLES.contains(role)) {
            throw new CommandFailure("'" + role + "' is no role; there are " + String.join(", ", VmOptions.ROLES)
                    + Help.nearest(role, VmOptions.ROLES));
        }
        byte[] answer = VmOptions.ask(session, "GET",
                "/registry/discover/" + UrlEncoding.encode(role),
                null);
        boolean found = VmListCommand.print(answer, "no VM is running as '" + Terminal.clean(role) + "'", session);
        return found ? DONE : FAILED;
    }
}
