package dev.asmp.cli;

import dev.asmp.document.Mapping;
import dev.asmp.manifest.EndpointSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Services as a table: what they are called, how they stand, where they are, what they are for. */
final class ServiceTable {
    private ServiceTable() {}

    static String render(List<Mapping> services, Terminal terminal) {
        Table table = new Table("NAME", "STATUS", "UP", "WHERE", "DESCRIPTION").dropping("DESCRIPTION", "STATUS");
        for (Mapping service : services) {
            table.add(name(service), or(service.text("status"), "?"), mark(service),
                    where(service),
                    or(service.text("description"), ""));
        }
        return table.render(terminal);
    }

    /** The first endpoint, and whether only its own host reaches it. */
    private static String where(Mapping service) {
        String where = EndpointSummary.of(service);
        boolean isThereOnly = !service.list("endpoints").isEmpty()
                && service.list("endpoints").getFirst() instanceof Mapping endpoint
                && "false".equals(endpoint.text("reachable"));
        return or(where, "-") + (isThereOnly ? " on " + or(service.text("host"), "?") + " only" : "");
    }

    private static String name(Mapping service) {
        String parent = service.text("parent");
        return or(service.text("name"), "?") + (parent == null ? "" : " (mod of " + parent + ")");
    }

    /** A sign for the outcome of the last probe: healthy, unhealthy or unchecked. */
    static String mark(Mapping service) {
        String healthy = service.text("healthy");
        return healthy == null ? "?" : healthy.equals("true") ? "✓" : "✗";
    }

    /** The same in words. */
    static String health(Mapping service) {
        String healthy = service.text("healthy");
        return healthy == null ? "unchecked" : healthy.equals("true") ? "healthy" : "unhealthy";
    }

    static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
