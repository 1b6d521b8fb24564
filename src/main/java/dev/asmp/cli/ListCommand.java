package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

final class ListCommand implements Command {
    static final List<String> STATUSES = List.of("registered", "stale", "pending", "rejected");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("list", "", "list the services of this machine",
                List.of(OptionSpec.value("--section", "S", "only those of this section"),
                        OptionSpec.value("--kind", "K", "only those of this kind, such as service or ai-model"),
                        OptionSpec.value("--status", "STATUS", "only " + String.join(", ", STATUSES)),
                        OptionSpec.flag("--healthy", "only those whose last probe succeeded"),
                        OptionSpec.flag("--unhealthy", "only those whose last probe failed"),
                        OptionSpec.flag("--stale", "only those that are gone"),
                        OptionSpec.value("--query", "TEXT", "only those that TEXT is about").orShort("-q"),
                        FindCommand.HOSTS,
                        OptionSpec.flag("--names", "the names alone, a line each").orShort("-1")),
                List.of("asmp list", "asmp list --section tools", "asmp list --unhealthy", "asmp list -1 --stale",
                        "asmp list -q browser --json", "asmp list --hosts all"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        String status = arguments.has("--stale") ? "stale" : arguments.value("--status");
        Suggestions.requireKnown("--status", status, STATUSES);
        List<String> filters = new ArrayList<>();
        add(filters, "section", arguments.value("--section"));
        add(filters, "kind", arguments.value("--kind"));
        add(filters, "status", status);
        add(filters, "healthy", arguments.has("--healthy") ? "true" : null);
        add(filters, "q", arguments.value("--query"));
        add(filters, "hosts", arguments.value("--hosts"));
        byte[] answer = session.get("/services" + (filters.isEmpty() ? "" : "?" + String.join("&", filters)));
        List<Mapping> services = JsonReader.mappings(answer);
        if (arguments.has("--unhealthy")) {
            services.removeIf(service -> !"false".equals(service.text("healthy")));
            answer = Json.write(new Sequence(List.copyOf(services)));
        }
        if (services.isEmpty()) {
            requireKnown("kind", arguments.value("--kind"), session);
            requireKnown("section", arguments.value("--section"), session);
        }
        if (session.json()) {
            session.printJson(arguments.has("--names") ? names(services) : answer);
        } else if (arguments.has("--names")) {
            services.forEach(
                    service -> session.out().println(Terminal.clean(ServiceTable.or(service.text("name"), "?"))));
        } else if (services.isEmpty()) {
            session.out().println(filters.isEmpty() && !arguments.has("--unhealthy")
                    ? "no services yet (asmp scan looks for manifests)"
                    : "no service matches");
        } else {
            session.out().print(ServiceTable.render(services, session.terminal()));
        }
        return DONE;
    }

    private static byte[] names(List<Mapping> services) {
        return Json.write(Sequence.ofTexts(
                services.stream().map(service -> service.text("name")).filter(Objects::nonNull).toList()));
    }

    private static void add(List<String> filters, String name, @Nullable String value) {
        if (value != null) {
            filters.add(name + "=" + UrlEncoding.encode(value));
        }
    }

    /** Fails where no service has this value, and says which values there are. */
    private static void requireKnown(String key, @Nullable String value, CommandContext session) {
        if (value == null) {
            return;
        }
        TreeSet<String> there = new TreeSet<>();
        for (Document service : JsonReader.mappings(session.get("/services"))) {
            String text = ((Mapping) service).text(key);
            String shown = ((Mapping) service).mapping("display").text(key);
            there.add(String.valueOf(text == null ? shown : text));
        }
        there.remove("null");
        if (!there.contains(value)) {
            throw new CommandFailure("no service has the " + key + " '" + value + "'; there "
                    + (there.isEmpty() ? "is none" : "are " + String.join(", ", there)));
        }
    }
}
