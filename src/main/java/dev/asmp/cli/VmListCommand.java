package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryApi;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Mapping;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

final class VmListCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm list", "", "list the VMs, the newest registration first",
                List.of(OptionSpec.flag("--stale", "only those that gave no sign of life for 5 minutes"),
                        OptionSpec.value("--role", "ROLE",
                                "only those of this role: " + String.join(", ", VmOptions.ROLES)),
                        OptionSpec.value("--status", "STATUS",
                                "only those that are running (and not stale), paused or stopped"),
                        OptionSpec.value("--query", "TEXT", "only those that TEXT is about").orShort("-q")),
                List.of("asmp vm list", "asmp vm list --role worker --status running", "asmp vm list --stale --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        Suggestions.requireKnown("--role", arguments.value("--role"), VmOptions.ROLES);
        Suggestions.requireKnown("--status", arguments.value("--status"), VmOptions.STATUSES);
        List<String> filters = filters(arguments);
        boolean stale = arguments.has("--stale");
        if (stale && !filters.isEmpty()) {
            throw new UsageError("--stale goes with no other filter");
        }
        String path = stale ? "/registry/stale" : "/registry/vms";
        byte[] answer = VmOptions.ask(session, "GET",
                path + (filters.isEmpty() ? "" : "?" + String.join("&", filters)), null);
        String none = stale ? "no VM is stale" : filters.isEmpty() ? "no VMs yet" : "no VM matches";
        List<Mapping> atVers = stale || !filters.isEmpty() ? List.of() : atVers(session);
        if (session.json() || atVers.isEmpty()) {
            print(answer, none, session);
        } else {
            session.out().print(VmTable.renderWith(atVers, JsonReader.mappings(JsonReader.mapping(answer), "vms"),
                    session.terminal(), Instant.now()));
        }
        return DONE;
    }

    /** The VMs that this host made, as Vers lists them; none without a daemon or a key, or where Vers does not answer. */
    private static List<Mapping> atVers(CommandContext session) {
        OwnerClient owner = new OwnerClient(session.environment());
        if (!owner.isHere()) {
            return List.of();
        }
        try {
            Reply reply = owner.call(Request.of("GET", "/fleet/vms"));
            if (reply.status() == 503) {
                session.err().println("asmp: " + Terminal.clean(RegistryApi.reason(reply)));
            }
            return reply.isError() ? List.of() : JsonReader.mappings(JsonReader.mapping(reply.body()), "vms");
        } catch (RegistryException _) {
            return List.of();
        }
    }

    private static List<String> filters(CommandArguments arguments) {
        List<String> filters = new ArrayList<>();
        for (String name : List.of("role", "status", "query")) {
            String value = arguments.value("--" + name);
            if (value != null) {
                filters.add((name.equals("query") ? "q" : name) + "=" + UrlEncoding.encode(value));
            }
        }
        return filters;
    }

    /** Prints an answer with VMs, or what there is to say if there are none; whether there are any. */
    static boolean print(byte[] answer, String none, CommandContext session) {
        List<Mapping> vms = JsonReader.mappings(JsonReader.mapping(answer), "vms");
        if (session.json()) {
            session.printJson(answer);
        } else if (vms.isEmpty()) {
            session.out().println(none);
        } else {
            session.out().print(VmTable.render(vms, session.terminal(), Instant.now()));
        }
        return !vms.isEmpty();
    }
}
