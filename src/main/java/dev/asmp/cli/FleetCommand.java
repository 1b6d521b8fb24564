package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.wire.Request;
import java.util.List;

/** {@code asmp fleet tree|status|reap}: who made whom, what it costs, and what was left behind. */
final class FleetCommand implements Command {
    static final List<String> VERBS = List.of("tree", "status", "reap");

    private final String verb;

    FleetCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public CommandSpec spec() {
        return switch (verb) {
            case "tree" -> new CommandSpec("fleet tree", "[ID]", "show the VMs by who made whom", List.of(),
                    List.of("asmp fleet tree"));
            case "status" -> new CommandSpec("fleet status", "", "show what runs and what it has cost in VM hours",
                    List.of(), List.of("asmp fleet status"));
            default -> new CommandSpec("fleet reap", "",
                    "compare the records with Vers: delete orphans of this host, forget what is gone",
                    List.of(OptionSpec.flag("--dry-run", "only tell")),
                    List.of("asmp fleet reap --dry-run", "asmp fleet reap"));
        };
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(verb.equals("tree") ? 1 : 0);
        return switch (verb) {
            case "tree" -> tree(arguments, session);
            case "status" -> status(session);
            default -> reap(arguments, session);
        };
    }

    private static int tree(CommandArguments arguments, CommandContext session) {
        String root = arguments.operands().isEmpty() ? null : arguments.operands().getFirst();
        byte[] answer = VmOptions.ask(session, "GET",
                "/registry/tree" + (root == null ? "" : "?root=" + UrlEncoding.encode(root)), null);
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        List<Mapping> trees = JsonReader.mappings(JsonReader.mapping(answer), "tree");
        if (trees.isEmpty()) {
            session.out().println(root == null ? "no VMs yet" : "no VM has the id " + Terminal.clean(root));
        }
        trees.forEach(tree -> print(tree, "", session));
        return DONE;
    }

    private static void print(Mapping vm, String indent, CommandContext session) {
        session.out().println(indent + Terminal.clean(vm.text("vmId") + "  " + vm.text("name") + " ("
                + ServiceTable.or(vm.text("category"), "-") + ", " + vm.text("status") + ")"));
        JsonReader.mappings(vm, "children").forEach(child -> print(child, indent + "  ", session));
    }

    private static int status(CommandContext session) {
        byte[] answer = new OwnerClient(session.environment()).ask(Request.of("GET", "/fleet/status"));
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        Mapping status = JsonReader.mapping(answer);
        session.out().println(status.text("count") + " of at most " + status.text("max_vms") + " VMs, "
                + status.text("vm_hours") + " VM hours" + ("0".equals(status.text("unsettled"))
                        ? ""
                        : ", " + status.text("unsettled") + " calls whose end is not known"));
        Table table = new Table("ID", "NAME", "STATE", "VM HOURS");
        List<Mapping> vms = JsonReader.mappings(status, "vms");
        vms.forEach(vm -> table.add(text(vm, "id"), text(vm, "name"), text(vm, "state"), text(vm, "vm_hours")));
        if (!vms.isEmpty()) {
            session.out().print(table.render(session.terminal()));
        }
        return DONE;
    }

    static String text(Mapping vm, String key) {
        return ServiceTable.or(vm.text(key), "-");
    }

    private static int reap(CommandArguments arguments, CommandContext session) {
        boolean dry = arguments.has("--dry-run");
        byte[] answer = new OwnerClient(session.environment()).ask(Request.json("POST", "/fleet/reap",
                Json.write(Mapping.builder().put("dry_run", Scalar.bool(dry)).build())));
        Mapping report = JsonReader.mapping(answer);
        if (session.json()) {
            session.printJson(answer);
        } else {
            print(report, "orphans", dry ? "would be deleted (orphan)" : "deleted (orphan)", session);
            print(report, "unfinished", dry ? "would be deleted (asked for before)" : "deleted (asked for before)",
                    session);
            print(report, "gone", dry ? "would be forgotten (gone)" : "forgotten (gone)", session);
            print(report, "doubtful", "perhaps of a call without an answer: delete it yourself if it is", session);
            report.texts("failed").forEach(failure -> session.err().println("asmp: " + Terminal.clean(failure)));
            if (report.texts("orphans").isEmpty() && report.texts("unfinished").isEmpty()
                    && report.texts("gone").isEmpty() && report.texts("doubtful").isEmpty()) {
                session.out().println("nothing was left behind");
            }
        }
        return report.texts("failed").isEmpty() ? DONE : FAILED;
    }

    /** Prints the ids of a list, each with what happened to it. */
    static void print(Mapping report, String key, String what, CommandContext session) {
        report.texts(key).forEach(id -> session.out().println(Terminal.clean(id) + "  " + what));
    }
}
