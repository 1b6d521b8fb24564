package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Mapping;
import java.util.List;

final class HostHistoryCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("host-history", "", "show how many services each host had, and when it fell silent",
                List.of(OptionSpec.value("--host", "H", "only this host"),
                        OptionSpec.value("--limit", "N", "at most so many lines, the newest; 200 unless told")),
                List.of("asmp host-history", "asmp host-history --host mac-mini --limit 20"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        String host = arguments.value("--host");
        String limit = arguments.value("--limit");
        byte[] answer = session.get("/hosts/history?limit=" + UrlEncoding.encode(limit == null ? "200" : limit)
                + (host == null ? "" : "&host=" + UrlEncoding.encode(host)));
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        List<Mapping> lines = JsonReader.mappings(JsonReader.mapping(answer), "history");
        Table table = new Table("TIME", "HOST", "STATUS", "SERVICES");
        for (Mapping line : lines) {
            table.add(ServiceTable.or(line.text("ts"), "?"), ServiceTable.or(line.text("host"), "?"),
                    ServiceTable.or(line.text("status"), "-"), ServiceTable.or(line.text("services"), "?"));
        }
        if (lines.isEmpty()) {
            session.out().println("no history yet: it begins with the first peer");
        } else {
            session.out().print(table.render(session.terminal()));
        }
        return DONE;
    }
}
