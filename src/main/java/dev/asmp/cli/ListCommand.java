package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Mapping;
import java.util.ArrayList;
import java.util.List;

final class ListCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("list", "", "list the services of this machine",
                List.of(OptionSpec.value("--section", "S", "only those of this section"),
                        OptionSpec.flag("--healthy", "only those whose last probe succeeded"),
                        OptionSpec.value("--query", "TEXT", "only those that TEXT is about").orShort("-q")),
                List.of("asmp list", "asmp list --section tools", "asmp list -q browser --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        List<String> filters = new ArrayList<>();
        String section = arguments.value("--section");
        if (section != null) {
            filters.add("section=" + UrlEncoding.encode(section));
        }
        if (arguments.has("--healthy")) {
            filters.add("healthy=true");
        }
        String query = arguments.value("--query");
        if (query != null) {
            filters.add("q=" + UrlEncoding.encode(query));
        }
        byte[] answer = session.get("/services" + (filters.isEmpty() ? "" : "?" + String.join("&", filters)));
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        List<Mapping> services = JsonReader.mappings(answer);
        if (services.isEmpty()) {
            session.out().println(filters.isEmpty()
                    ? "no services yet (asmp scan looks for manifests)"
                    : "no service matches");
        } else {
            session.out().print(ServiceTable.render(services, session.terminal()));
        }
        return DONE;
    }
}
