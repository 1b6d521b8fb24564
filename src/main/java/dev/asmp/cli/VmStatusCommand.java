package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** {@code asmp vm status}: where the fleet is kept, how that is, and who serves it. */
final class VmStatusCommand implements Command {
    private static final int WIDTH = 10;
    private static final long MIB = 1024 * 1024;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm status", "", "where the fleet is kept, how that is, and which processes serve it",
                List.of(), List.of("asmp vm status", "asmp vm status --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        byte[] answer = VmOptions.ask(session, "GET", "/registry/status", null);
        if (session.json()) {
            session.printJson(answer);
            return DONE;
        }
        Mapping status = JsonReader.mapping(answer);
        StringBuilder out = new StringBuilder();
        boolean shared = "etcd".equals(status.text("store"));
        line(out, "store",
                shared ? "etcd, below " + status.text("prefix") : "a file of that host: " + status.text("file"));
        Mapping vms = status.mapping("vms");
        line(out, "VMs", vms.text("running") + " running, " + vms.text("paused") + " paused, " + vms.text("stopped")
                + " stopped, " + vms.text("stale") + " stale");
        if (shared) {
            line(out, "revision", status.text("revision")
                    + (status.text("behind") == null ? "" : ", " + status.text("behind") + " behind etcd"));
        }
        if (status.text("problem") != null) {
            line(out, "problem", status.text("problem")
                    + (status.text("stale_since") == null
                            ? ""
                            : "; the fleet is shown as of " + status.text("stale_since")));
        }
        session.out().print(out);
        if (shared) {
            session.out().print("\n" + members(status).render(session.terminal()));
            session.out().print("\n" + processes(status).render(session.terminal()));
        }
        return DONE;
    }

    private static void line(StringBuilder out, String name, String value) {
        out.append(name).append(" ".repeat(WIDTH - name.length())).append(Terminal.clean(value)).append('\n');
    }

    private static Table members(Mapping status) {
        Table table = new Table("MEMBER", "VERSION", "ROLE", "DATABASE", "PROBLEM");
        for (Mapping member : JsonReader.mappings(status, "members")) {
            boolean answers = member.text("version") != null;
            table.add(ServiceTable.or(member.text("address"), "-"), ServiceTable.or(member.text("version"), "-"),
                    !answers ? "-" : "true".equals(member.text("leader")) ? "leader" : "follower",
                    answers ? megabytes(member.text("dbSize")) : "-", ServiceTable.or(member.text("problem"), "-"));
        }
        return table;
    }

    private static String megabytes(@Nullable String bytes) {
        return String.format(Locale.ROOT, "%.1f MB", Double.parseDouble(ServiceTable.or(bytes, "0")) / MIB);
    }

    private static Table processes(Mapping status) {
        Table table = new Table("PROCESS", "HOST", "VMS", "VERSION", "STARTED");
        for (Mapping process : JsonReader.mappings(status, "processes")) {
            table.add(process.text("id") + ("true".equals(process.text("self")) ? " (answers)" : ""),
                    ServiceTable.or(process.text("host"), "-"), ServiceTable.or(process.text("vms"), "-"),
                    ServiceTable.or(process.text("version"), "-"), ServiceTable.or(process.text("started"), "-"));
        }
        return table;
    }
}
