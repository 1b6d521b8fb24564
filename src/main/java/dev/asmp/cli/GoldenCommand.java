package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.OwnerClient;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.wire.Request;
import java.util.List;

/** {@code asmp golden show|ensure|check}: the commit that agents' VMs are restored from. */
final class GoldenCommand implements Command {
    static final List<String> VERBS = List.of("show", "ensure", "check");

    private final String verb;

    GoldenCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public CommandSpec spec() {
        return switch (verb) {
            case "show" -> new CommandSpec("golden show", "", "show the golden commit and where it is named", List.of(),
                    List.of("asmp golden show"));
            case "ensure" -> new CommandSpec("golden ensure", "[COMMIT]",
                    "make COMMIT the golden one, if it passes the check", List.of(),
                    List.of("asmp golden ensure 0b3f2c1e-9d1c-4a8e-8f5e-2f6f6f1d2c3b"));
            default -> new CommandSpec("golden check", "[COMMIT]",
                    "restore the golden commit, or COMMIT, look at each item of the list, delete the VM", List.of(),
                    List.of("asmp golden check"));
        };
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(verb.equals("show") ? 0 : 1);
        OwnerClient owner = new OwnerClient(session.environment());
        if (verb.equals("show")) {
            return show(owner.ask(Request.of("GET", "/fleet/golden")), session);
        }
        String commit = arguments.operands().isEmpty() ? null : arguments.operands().getFirst();
        byte[] answer = owner.ask(Request.json("POST", verb.equals("check") ? "/fleet/golden/check" : "/fleet/golden",
                Json.write(Mapping.builder().put("commit", commit).build())));
        Mapping checked = JsonReader.mapping(answer);
        boolean ok = isTrue(checked, "ok");
        if (session.json()) {
            session.printJson(answer);
        } else {
            for (Mapping item : JsonReader.mappings(checked, "items")) {
                session.out().println((isTrue(item, "ok") ? "ok      " : "FAILED  ")
                        + Terminal.clean(
                                item.text("item") + (item.text("said") == null ? "" : ": " + item.text("said"))));
            }
            session.out().println(Terminal.clean(checked.text("commitId")
                    + (isTrue(checked, "golden") ? " is the golden commit" : ok ? " passes" : " does not pass")));
        }
        return ok ? DONE : FAILED;
    }

    private static int show(byte[] answer, CommandContext session) {
        Mapping golden = JsonReader.mapping(answer);
        if (session.json()) {
            session.printJson(answer);
        } else if (golden.text("commitId") == null) {
            return session.miss("no golden commit is known", "  asmp golden ensure COMMIT makes one golden");
        } else {
            session.out().println(Terminal.clean(golden.text("commitId") + " (" + golden.text("source") + ")"));
        }
        return golden.text("commitId") == null ? FAILED : DONE;
    }

    private static boolean isTrue(Mapping mapping, String key) {
        return mapping.get(key) instanceof Scalar flag && flag.isTrue();
    }
}
