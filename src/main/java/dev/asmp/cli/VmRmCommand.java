package dev.asmp.cli;

import java.util.List;

final class VmRmCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm rm", "ID", "take a VM out of the registry, for example one that was destroyed",
                List.of(),
                List.of("asmp vm rm vm-7"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String id = arguments.operand("the VM's ID");
        arguments.noMoreThan(1);
        byte[] answer = VmOptions.askAbout(id, session, "DELETE", VmOptions.path(id), null);
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println("removed " + Terminal.clean(id));
        }
        return DONE;
    }
}
