package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;

final class VmHeartbeatCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm heartbeat", "ID", "give one sign of life for a VM", List.of(),
                List.of("asmp vm heartbeat vm-7"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String id = arguments.operand("the VM's ID");
        arguments.noMoreThan(1);
        byte[] answer = VmOptions.askAbout(id, session, "POST", VmOptions.path(id) + "/heartbeat", null);
        if (session.json()) {
            session.printJson(answer);
        } else {
            Mapping seen = JsonReader.mapping(answer);
            session.out().println(Terminal.clean(seen.text("id") + " was seen at " + seen.text("lastSeen")));
        }
        return DONE;
    }
}
