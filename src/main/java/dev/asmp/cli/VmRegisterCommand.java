package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;

final class VmRegisterCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm register", "ID", "register a VM, for example one that was just made",
                List.of(VmOptions.NAME, VmOptions.ROLE, VmOptions.ADDRESS, VmOptions.STATUS, VmOptions.SERVICES,
                        VmOptions.META,
                        OptionSpec.value("--registered-by", "WHO",
                                "who says so; else VERS_VM_ID, else this host's name")),
                List.of("asmp vm register vm-7 --name parser --role worker",
                        "asmp vm register vm-7 --role worker --meta agentId=parser --meta commitId=4f2a",
                        "asmp vm register db-1 --role infra --address 10.0.0.7 --services postgres:5432,metrics:9187/metrics"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String id = arguments.operand("the VM's ID");
        arguments.noMoreThan(1);
        if (!arguments.has("--role")) {
            throw new UsageError("--role is missing: " + String.join(", ", VmOptions.ROLES));
        }
        String who = arguments.value("--registered-by");
        String spawner = session.environment().variable("VERS_VM_ID");
        Mapping told = VmOptions.of(arguments).build();
        Mapping vm = Mapping.builder().put("id", id).put("name", id).put("address", id + ".vm.vers.sh")
                .put("registeredBy", who != null ? who : spawner != null ? spawner : session.environment().hostName())
                .putAll(told).build();
        byte[] answer = VmOptions.askAbout(id, session, "POST", "/registry/vms", vm);
        if (session.json()) {
            session.printJson(answer);
        } else {
            session.out().println("registered: " + VmTable.line(JsonReader.mapping(answer)));
        }
        return DONE;
    }
}
