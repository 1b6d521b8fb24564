package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.daemon.Build;
import dev.asmp.document.Mapping;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp status}: one screen with the state of everything, and what needs attention. */
final class StatusCommand implements Command {
    private static final int NAMES_SHOWN = 8;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("status", "",
                "show how everything is, and what needs attention (then the exit code is 1)",
                List.of(), List.of("asmp status", "asmp status --json | jq -r '.attention[]'"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        byte[] answer = session.get("/status");
        Mapping status = JsonReader.mapping(answer);
        List<String> attention = new ArrayList<>(status.texts("attention"));
        Build mine = Build.ofThisProgram();
        Build theirs = Build.of(status);
        if (!theirs.equals(mine)) {
            attention.add("the daemon is asmp " + theirs + ", this program is " + mine + ": restart the daemon");
        }
        if (session.json()) {
            session.printJson(answer);
        } else {
            print(status, attention, session);
        }
        return attention.isEmpty() ? DONE : FAILED;
    }

    private static void print(Mapping status, List<String> attention, CommandContext session) {
        Terminal terminal = session.terminal();
        String fleet = status.text("fleet");
        line(session, "registry", status.text("api") + " on " + status.text("host") + ", version "
                + status.text("version") + ", up " + lasting(number(status, "uptime"))
                + (fleet == null ? "" : ", VMs on " + fleet));
        List<Mapping> paths = JsonReader.mappings(status, "scan_paths");
        line(session, "scans", paths.isEmpty()
                ? "nothing: no scan path"
                : String.join(", ", paths.stream().map(path -> String.valueOf(path.text("path"))).toList()));
        lastScan(status, session);
        Mapping services = status.mapping("services");
        line(session, "services", services.text("total") + ": " + services.text("healthy") + " healthy, "
                + services.text("unhealthy") + " unhealthy, " + services.text("unchecked") + " unchecked");
        for (String key : List.of("unhealthy", "stale", "pending", "notes")) {
            names(key, status.mapping(key), session);
        }
        Mapping vms = status.mapping("vms");
        if (!vms.isEmpty()) {
            line(session, "VMs", vms.text("running") + " running, " + vms.text("paused") + " paused, "
                    + vms.text("stopped") + " stopped, " + vms.text("stale") + " stale");
        }
        String free = status.mapping("disk").text("free_bytes");
        if (free != null) {
            line(session, "disk", size(Long.parseLong(free)) + " free");
        }
        status.texts("warnings").forEach(warning -> line(session, "warning", warning));
        if (attention.isEmpty()) {
            session.out().println(terminal.green("nothing needs attention"));
            return;
        }
        session.out().println(terminal.red("needs attention:"));
        attention.forEach(one -> session.out().println("  " + Terminal.clean(one)));
        status.mapping("pending").texts("names").stream().limit(1)
                .forEach(_ -> session.out().println("asmp pending shows what waits; asmp approve NAME, or --all"));
    }

    private static void lastScan(Mapping status, CommandContext session) {
        Mapping last = status.mapping("last_scan");
        if (last.isEmpty()) {
            return;
        }
        line(session, "last scan", VmTable.age(String.valueOf(last.text("at")), Instant.now()) + ": "
                + counted(last.text("scanned"), "manifest") + ", " + last.text("skipped") + " skipped, "
                + counted(count(status, "problems"), "problem") + ", "
                + counted(count(status, "conflicts"), "conflict"));
    }

    private static void names(String key, Mapping names, CommandContext session) {
        String count = ServiceTable.or(names.text("count"), "0");
        if (!count.equals("0")) {
            List<String> shown = names.texts("names").stream().limit(NAMES_SHOWN).toList();
            boolean isCut = Long.parseLong(count) > shown.size();
            line(session, key, count + ": " + String.join(", ", shown) + (isCut ? ", …" : ""));
        }
    }

    private static void line(CommandContext session, String key, String text) {
        session.out().println(key + " ".repeat(Math.max(1, 11 - key.length())) + Terminal.clean(text));
    }

    /** A number and what is counted, in the plural unless it is one. */
    private static String counted(@Nullable String number, String what) {
        return number + " " + what + ("1".equals(number) ? "" : "s");
    }

    private static String count(Mapping status, String key) {
        return ServiceTable.or(status.mapping(key).text("count"), "0");
    }

    private static long number(Mapping mapping, String key) {
        return Long.parseLong(ServiceTable.or(mapping.text(key), "0"));
    }

    private static String lasting(long seconds) {
        return seconds < 120
                ? seconds + " s"
                : seconds < 7_200
                        ? seconds / 60 + " min"
                        : seconds < 172_800 ? seconds / 3_600 + " h" : seconds / 86_400 + " d";
    }

    private static String size(long bytes) {
        long megabytes = bytes / (1024 * 1024);
        return megabytes < 10_240 ? megabytes + " MB" : megabytes / 1024 + " GB";
    }
}
