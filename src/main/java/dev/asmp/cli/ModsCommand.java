package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import java.util.List;

final class ModsCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("mods", "NAME", "list the mods of a service and how each stands", List.of(),
                List.of("asmp mods mail"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String name = arguments.operand("the service's NAME");
        Mapping entry = JsonReader.mapping(session.get("/services/" + UrlEncoding.encode(name)));
        if (session.json()) {
            session.printJson(Json.write(new Sequence(entry.list("mods"))));
            return DONE;
        }
        List<Mapping> mods = JsonReader.mappings(entry, "mods");
        if (mods.isEmpty()) {
            session.out().println(Terminal.clean(name) + " has no mods");
            return DONE;
        }
        Table table = new Table("MOD", "STATE", "PROVIDES", "ABOUT");
        for (Mapping mod : mods) {
            table.add(ServiceTable.or(mod.text("name"), "?"), ServiceTable.or(mod.text("state"), "-"),
                    String.join(", ", mod.mapping("capabilities").texts("provides")),
                    ServiceTable.or(mod.text("reason"), ServiceTable.or(mod.text("description"), "")));
        }
        session.out().print(table.render(session.terminal()));
        return DONE;
    }
}
