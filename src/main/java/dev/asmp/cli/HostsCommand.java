package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class HostsCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("hosts", "", "list the hosts whose services are known here",
                List.of(OptionSpec.flag("--sync", "ask all peers first, for at most 10 s")),
                List.of("asmp hosts", "asmp hosts --sync", "asmp hosts --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        boolean isFailing = false;
        if (arguments.has("--sync")) {
            Mapping synced = JsonReader.mapping(session.post("/federate", null, null));
            isFailing = !"0".equals(synced.text("errors"));
        }
        byte[] answer = session.get("/hosts");
        if (session.json()) {
            session.printJson(answer);
        } else {
            print(JsonReader.mapping(answer), session);
        }
        return isFailing ? FAILED : DONE;
    }

    private static void print(Mapping answer, CommandContext session) {
        List<Mapping> hosts = JsonReader.mappings(answer, "hosts");
        Table table = new Table("", "HOST", "STATUS", "SERVICES", "LAST SEEN", "WHERE");
        for (Mapping host : hosts) {
            boolean isSelf = "true".equals(host.text("self"));
            table.add(isSelf ? "*" : "", ServiceTable.or(host.text("host"), "?"),
                    isSelf ? "this host" : ServiceTable.or(host.text("status"), "?"), services(host),
                    ServiceTable.or(host.text("last_seen"), "-"), ServiceTable.or(host.text("url"), "-"));
        }
        session.out().print(table.render(session.terminal()));
        for (Mapping host : hosts) {
            say(host, "shares " + sharing(host), sharing(host) != null, session);
            say(host, String.valueOf(host.text("error")), host.text("error") != null, session);
            host.texts("problems").forEach(problem -> say(host, problem, true, session));
        }
        answer.texts("problems").forEach(problem -> session.out().println(
                "  " + session.terminal().yellow("problem") + "  host.yaml: " + Terminal.clean(problem)));
        if (hosts.size() == 1) {
            session.out().println("no peers: federation.peers in host.yaml names them (docs/hosts.md)");
        }
    }

    private static void say(Mapping host, String what, boolean isSaid, CommandContext session) {
        if (isSaid) {
            session.out().println("  " + Terminal.clean(host.text("host") + ": " + what));
        }
    }

    private static String services(Mapping host) {
        String stale = host.text("stale");
        return host.text("services") + (stale == null || stale.equals("0") ? "" : " (" + stale + " stale)");
    }

    /** What a host shares, where that is not all: {@code 0 of 12: 12 on loopback only}. */
    private static @Nullable String sharing(Mapping host) {
        Mapping sharing = host.mapping("sharing");
        String shared = sharing.text("shared");
        String total = sharing.text("total");
        if (shared == null || total == null || shared.equals(total)) {
            return null;
        }
        String share = sharing.text("share");
        if ("none".equals(share)) {
            return "0 of " + total + ": federation.share is none";
        }
        String near = ServiceTable.or(sharing.text("loopback_only"), "0");
        String without = ServiceTable.or(sharing.text("without_endpoint"), "0");
        return shared + " of " + total + ": " + near + " on loopback only"
                + (without.equals("0") ? "" : ", " + without + " without an endpoint");
    }
}
