package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.document.Mapping;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** VMs as a table: who they are, what for, how they stand, where. */
final class VmTable {
    private VmTable() {}

    static String render(List<Mapping> vms, Terminal terminal, Instant now) {
        Table table = new Table("ID", "NAME", "ROLE", "STATUS", "SEEN", "ADDRESS", "SERVICES");
        for (Mapping vm : vms) {
            table.add(text(vm, "id"), text(vm, "name"), text(vm, "role"), text(vm, "status"),
                    age(text(vm, "lastSeen"), now), text(vm, "address"), services(vm));
        }
        return table.render(terminal);
    }

    /** The registered VMs, and those of Vers beside them: what runs unrecorded, what is recorded and gone. */
    static String renderWith(List<Mapping> atVers, List<Mapping> registered, Terminal terminal, Instant now) {
        Table table = new Table("ID", "NAME", "ROLE", "STATUS", "SEEN", "VERS", "REMARK");
        Map<String, Mapping> left = new LinkedHashMap<>();
        atVers.forEach(vm -> left.put(text(vm, "id"), vm));
        for (Mapping vm : registered) {
            Mapping vers = left.remove(text(vm, "id"));
            table.add(text(vm, "id"), text(vm, "name"), text(vm, "role"), text(vm, "status"),
                    age(text(vm, "lastSeen"), now), vers == null ? "-" : text(vers, "exists"),
                    vers == null ? "" : ServiceTable.or(vers.text("remark"), ""));
        }
        left.values().forEach(vm -> table.add(text(vm, "id"), text(vm, "name"), text(vm, "role"), "not registered", "-",
                text(vm, "exists"), ServiceTable.or(vm.text("remark"), "")));
        return table.render(terminal);
    }

    /** Describes a VM in one line. */
    static String line(Mapping vm) {
        return Terminal.clean(text(vm, "id") + " (" + text(vm, "name") + ") is " + text(vm, "status") + " as "
                + text(vm, "role") + " at " + text(vm, "address"));
    }

    private static String services(Mapping vm) {
        return JsonReader.mappings(vm, "services").stream()
                .map(service -> text(service, "name") + ":" + text(service, "port")).collect(Collectors.joining(", "));
    }

    private static String text(Mapping vm, String field) {
        return ServiceTable.or(vm.text(field), "-");
    }

    /** The time since a moment, in its largest unit. */
    static String age(String moment, Instant now) {
        try {
            long seconds = Math.max(0, Duration.between(Instant.parse(moment), now).toSeconds());
            return seconds < 60
                    ? seconds + " s ago"
                    : seconds < 3_600
                            ? seconds / 60 + " min ago"
                            : seconds < 86_400 ? seconds / 3_600 + " h ago" : seconds / 86_400 + " d ago";
        } catch (DateTimeParseException _) {
            return moment;
        }
    }
}
