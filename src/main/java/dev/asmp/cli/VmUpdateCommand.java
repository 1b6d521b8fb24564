package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;

final class VmUpdateCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm update", "ID",
                "change what is known of a VM; --services and --meta replace all that was there, '' with nothing",
                List.of(VmOptions.NAME, VmOptions.ADDRESS, VmOptions.STATUS, VmOptions.SERVICES, VmOptions.META),
                List.of("asmp vm update vm-7 --status paused",
                        "asmp vm update vm-7 --services web:8080/health --services api:8081"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String id = arguments.operand("the VM's ID");
        arguments.noMoreThan(1);
        Mapping changes = VmOptions.of(arguments).build();
        if (changes.isEmpty()) {
            throw new UsageError("say what changes: --name, --address, --status, --services or --meta");
        }
        byte[] answer = VmOptions.askAbout(id, session, "PATCH", VmOptions.path(id), changes);
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println("updated: " + VmTable.line(JsonReader.mapping(answer)));
        }
        return DONE;
    }
}
