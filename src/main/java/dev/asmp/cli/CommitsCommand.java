package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.wire.Request;
import java.util.List;

/** {@code asmp commits list|reconcile}: the commits of this host's VMs, as recorded and at Vers. */
final class CommitsCommand implements Command {
    static final List<String> VERBS = List.of("list", "reconcile");

    private final String verb;

    CommitsCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public CommandSpec spec() {
        return verb.equals("list")
                ? new CommandSpec("commits list", "", "list the commits of this host's VMs", List.of(),
                        List.of("asmp commits list"))
                : new CommandSpec("commits reconcile", "",
                        "compare the records with Vers: record commits whose answer was lost, forget what is gone",
                        List.of(OptionSpec.flag("--dry-run", "only tell")),
                        List.of("asmp commits reconcile --dry-run", "asmp commits reconcile"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        return verb.equals("list") ? list(session) : reconcile(arguments.has("--dry-run"), session);
    }

    private static int list(CommandContext session) {
        byte[] answer = new OwnerClient(session.environment()).ask(Request.of("GET", "/fleet/commits"));
        List<Mapping> commits = JsonReader.mappings(JsonReader.mapping(answer), "commits");
        if (session.json()) {
            session.printJson(answer);
        } else if (commits.isEmpty()) {
            session.out().println("no commits yet");
        } else {
            Table table = new Table("COMMIT", "NAME", "VM", "CREATED");
            commits.forEach(one -> table.add(FleetCommand.text(one, "commit_id"), FleetCommand.text(one, "name"),
                    FleetCommand.text(one, "vm"), FleetCommand.text(one, "createdAt")));
            session.out().print(table.render(session.terminal()));
        }
        return DONE;
    }

    private static int reconcile(boolean isDry, CommandContext session) {
        byte[] answer = new OwnerClient(session.environment()).ask(Request.json("POST", "/fleet/commits/reconcile",
                Json.write(Mapping.builder().put("dry_run", Scalar.bool(isDry)).build())));
        Mapping report = JsonReader.mapping(answer);
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        FleetCommand.print(report, "found", isDry ? "would be recorded" : "recorded", session);
        FleetCommand.print(report, "gone", isDry ? "would be forgotten (gone)" : "forgotten (gone)", session);
        if (report.texts("found").isEmpty() && report.texts("gone").isEmpty()) {
            session.out().println("the records are right");
        }
        return DONE;
    }
}
