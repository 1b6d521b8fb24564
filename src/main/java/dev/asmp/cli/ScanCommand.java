package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;

final class ScanCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("scan", "", "look for manifests below the scan paths now", List.of(),
                List.of("asmp scan", "asmp scan --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        byte[] answer = session.post("/discover/scan", null, null);
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        Mapping scan = JsonReader.mapping(answer);
        int unchanged = Integer.parseInt(ServiceTable.or(scan.text("unchanged"), "0"));
        int updated = Integer.parseInt(ServiceTable.or(scan.text("updated"), "0")) - unchanged;
        String nothing = scan.text("message");
        if (nothing != null) {
            session.out().println(nothing);
            return DONE;
        }
        session.out().println("scanned " + scan.text("scanned") + ": " + scan.text("registered") + " registered, "
                + updated + " updated, " + unchanged + " unchanged, "
                + scan.text("skipped") + " skipped, " + scan.text("stale")
                + " stale");
        for (Mapping replaced : JsonReader.mappings(scan, "replaces")) {
            String source = replaced.text("source");
            session.out().println("  " + session.terminal().yellow("replaced") + " "
                    + Terminal.clean(replaced.text("name") + (source == null ? "" : " from " + source) + ", generation "
                            + replaced.text("generation") + "; asmp undo " + replaced.text("name") + " restores it"));
        }
        session.printProblems(scan);
        for (Mapping conflict : JsonReader.mappings(scan, "conflicts")) {
            session.out().println("  " + session.terminal().yellow("conflict") + " '"
                    + Terminal.clean(conflict.text("name") + "' stays with " + conflict.text("kept") + ", ignored "
                            + conflict.text("ignored")));
        }
        return DONE;
    }
}
