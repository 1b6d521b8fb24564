package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;

final class CapsCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("caps", "", "list every capability of this machine, or who provides one",
                List.of(OptionSpec.value("--provides", "C",
                        "who provides C; email.* stands for all that begin with email."), FindCommand.HOSTS),
                List.of("asmp caps", "asmp caps --provides email.send", "asmp caps --hosts all"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        String wanted = arguments.value("--provides");
        String hosts = arguments.value("--hosts");
        if (wanted != null) {
            return FindCommand.byCapability(wanted, hosts, session);
        }
        byte[] answer = session.get("/capabilities" + FindCommand.hosts(hosts, "?"));
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        Mapping capabilities = JsonReader.mapping(answer);
        if (capabilities.list("capabilities").isEmpty()) {
            session.out().println("no capabilities yet: nothing is registered (asmp scan looks for manifests)");
        }
        for (String capability : capabilities.texts("capabilities")) {
            session.out().println(Terminal.clean(capability));
        }
        return DONE;
    }
}
