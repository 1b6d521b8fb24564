package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryApi;
import dev.asmp.client.RegistryException;
import dev.asmp.client.RegistryFinder;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.wire.Request;
import java.util.ArrayList;
import java.util.List;

final class PruneCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("prune", "",
                "take all stale services out of the registry; one comes back when its manifest changes",
                List.of(Confirmation.YES), List.of("asmp list --stale", "asmp prune --yes"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        List<Mapping> stale = JsonReader.mappings(session.get("/services?status=stale"));
        if (stale.isEmpty()) {
            if (session.json()) {
                session.printJson(Json.write(new Sequence(List.of())));
            } else {
                session.out().println("no service is stale");
            }
            return DONE;
        }
        if (!session.json()) {
            session.out().print(ServiceTable.render(stale, session.terminal()));
        }
        Confirmation.require("remove " + (stale.size() == 1 ? "this service" : "these " + stale.size() + " services"),
                arguments, session);
        OwnerClient owner = new OwnerClient(session.environment());
        RegistryApi registry = owner.isHere() ? owner : new RegistryFinder(session.environment());
        List<String> removed = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        for (Mapping service : stale) {
            String name = String.valueOf(service.text("name"));
            try {
                // Only as it was shown: one that came back in the meantime stays.
                registry.ask(Request.of("DELETE", "/services/" + UrlEncoding.encode(name))
                        .with("If-Match", "\"" + service.text("generation") + "\""));
                removed.add(name);
            } catch (RegistryException.Unreachable e) {
                throw e;
            } catch (RegistryException e) {
                failed.add(name + ": " + e.getMessage());
            }
        }
        if (session.json()) {
            session.printJson(Json.write(Sequence.ofTexts(removed)));
        } else if (!removed.isEmpty()) {
            session.out().println("removed " + Terminal.clean(String.join(", ", removed)));
        }
        return failed.isEmpty() ? DONE : session.fail(FAILED, "not removed: " + String.join("; ", failed));
    }
}
