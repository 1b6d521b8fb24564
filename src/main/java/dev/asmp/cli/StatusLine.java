package dev.asmp.cli;

import dev.asmp.document.Mapping;

/** The state of a service after a change: a line, and one for each notice. */
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
                + ", generation " + Terminal.clean(String.valueOf(answer.text("generation"))) + notices(name, answer);
    }

    /** Further lines: what the claim replaced, and its warnings. */
    private static String notices(String name, Mapping answer) {
        StringBuilder lines = new StringBuilder();
        Mapping replaces = answer.mapping("replaces");
        if (!replaces.isEmpty()) {
            String source = replaces.text("source");
            lines.append("\nreplaced ").append(source == null ? "" : Terminal.clean(source) + ", ")
                    .append("generation ")
                    .append(Terminal.clean(String.valueOf(replaces.text("generation")))).append("; asmp undo ")
                    .append(name).append(" restores it");
        }
        answer.texts("warnings").forEach(warning -> lines.append("\nwarning: ").append(Terminal.clean(warning)));
        return lines.toString();
    }
}
