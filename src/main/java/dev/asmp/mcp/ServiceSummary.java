package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.manifest.EndpointSummary;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An entry of the registry in a few fields, as data and as a line: enough to choose by, short enough to list many. */
final class ServiceSummary {
    static final int DESCRIPTION = 160;
    /** The length of a line of a list, so that 25 of them cost a model less than 900 tokens; and of a line alone. */
    private static final int LINE = 135;
    private static final int LINE_ALONE = 220;
    private static final int LEAST_DESCRIPTION = 16;
    private static final int CAPABILITIES = 8;
    private static final int CAPABILITY = 80;

    private ServiceSummary() {}

    static Mapping of(Mapping entry) {
        Mapping.Builder summary = Mapping.builder().put("name", TextSanitizer.line(entry.text("name"), 128))
                .put("description", TextSanitizer.line(entry.text("description"), DESCRIPTION))
                .put("status", TextSanitizer.line(entry.text("status"), 20));
        if (entry.get("healthy") instanceof Scalar healthy && healthy.kind() == Scalar.Kind.BOOLEAN) {
            summary.put("healthy", healthy);
        }
        List<String> provides = provides(entry);
        return summary.put("where", TextSanitizer.line(where(entry), 200))
                .put("provides", provides.isEmpty() ? null : TextSanitizer.lines(provides, CAPABILITY, CAPABILITIES))
                .put("repo", TextSanitizer.line(entry.text("repo"), 200)).put("why", why(entry))
                .put("problem", TextSanitizer.line(entry.text("problem"), 300)).build();
    }

    /** The first address, and whether only its own host reaches it. */
    private static @Nullable String where(Mapping entry) {
        String where = EndpointSummary.of(entry);
        boolean isThereOnly = where != null && entry.list("endpoints").getFirst() instanceof Mapping endpoint
                && "false".equals(endpoint.text("reachable"));
        return isThereOnly ? where + " on " + entry.text("host") + " only" : where;
    }

    /** The capabilities, which an offer has at the top and an entry below {@code capabilities}. */
    static List<String> provides(Mapping entry) {
        List<String> provides = entry.texts("provides");
        return provides.isEmpty() ? entry.mapping("capabilities").texts("provides") : provides;
    }

    private static @Nullable String why(Mapping entry) {
        String why = String.join("; ", entry.mapping("match").texts("why"));
        return why.isEmpty() ? null : TextSanitizer.line(why, 300);
    }

    /** Tells whether an entry is stale, pending or rejected, so that its service cannot be relied on. */
    static boolean isGone(Mapping entry) {
        String status = entry.text("status");
        return status != null && !status.equals("registered");
    }

    /** The summaries for a model, a line each. */
    static String lines(List<Mapping> summaries) {
        int length = summaries.size() == 1 ? LINE_ALONE : LINE;
        return summaries.stream().map(summary -> line(summary, length)).collect(Collectors.joining("\n"));
    }

    /** A line such as {@code mail at http://127.0.0.1:7100: sends mail (healthy)}; what does not fit is left out. */
    static String line(Mapping summary, int length) {
        String end = " (" + condition(summary) + ")";
        StringBuilder line = new StringBuilder(String.valueOf(summary.text("name")));
        String where = summary.text("where");
        if (where != null && line.length() + where.length() + end.length() + 4 <= length) {
            line.append(" at ").append(where);
        }
        int left = length - line.length() - end.length() - 2;
        String description = TextSanitizer.line(summary.text("description"), Math.max(left, LEAST_DESCRIPTION));
        if (description != null && !description.isEmpty() && left >= LEAST_DESCRIPTION) {
            line.append(": ").append(description);
        }
        return line.append(end).toString();
    }

    /** A service's state in a word: its status unless registered, else the last probe's result. */
    static String condition(Mapping entry) {
        if (isGone(entry)) {
            return String.valueOf(entry.text("status"));
        }
        return entry.get("healthy") instanceof Scalar healthy && healthy.kind() == Scalar.Kind.BOOLEAN
                ? healthy.isTrue() ? "healthy" : "unhealthy"
                : entry.get("problem") == null ? "unchecked" : "unchecked, manifest broken";
    }
}
