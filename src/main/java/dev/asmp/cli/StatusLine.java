package dev.asmp.cli;

import dev.asmp.document.Mapping;

/** How a service stands after a change, in one line. */
final class StatusLine {
    private StatusLine() {}

    /** The line for an answer that has a service's name, status and generation. */
    static String line(Mapping answer) {
        String name = Terminal.clean(String.valueOf(answer.text("name")));
        String status = ServiceTable.or(answer.text("status"), "registered");
        if (status.equals("pending")) {
            return name + " waits for the owner's approval: asmp pending shows it, asmp approve " + name
                    + " puts it into service";
        }
        String host = answer.text("host");
        return name + " is " + Terminal.clean(status) + (host == null ? "" : " on " + Terminal.clean(host))
                + ", generation " + Terminal.clean(String.valueOf(answer.text("generation")));
    }
}
