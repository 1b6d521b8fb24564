package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;

final class HealthCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("health", "", "show whether the registry answers and how its services are", List.of(),
                List.of("asmp health", "asmp health --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        byte[] answer = session.get("/health");
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        Mapping health = JsonReader.mapping(answer);
        String status = ServiceTable.or(health.text("status"), "?");
        Terminal terminal = session.terminal();
        session.out().println((status.equals("ok") ? terminal.green(status) : terminal.red(Terminal.clean(status)))
                + "  " + Terminal.clean(ServiceTable.or(health.text("host"), "?")) + ": " + health.text("total")
                + " services, " + health.text("healthy") + " healthy, " + health.text("unhealthy") + " unhealthy, "
                + health.text("unchecked") + " unchecked, " + ServiceTable.or(health.text("stale"), "0") + " stale, "
                + ServiceTable.or(health.text("pending"), "0") + " pending");
        return DONE;
    }
}
