package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Services as a table: what they are called, how they stand, where they are, what they are for. */
final class ServiceTable {
    private ServiceTable() {}

    static String render(List<Mapping> services, Terminal terminal) {
        Table table = new Table("NAME", "STATUS", "UP", "WHERE", "DESCRIPTION");
        for (Mapping service : services) {
            table.add(or(service.text("name"), "?"), or(service.text("status"), "?"), mark(service), where(service),
                    or(service.text("description"), ""));
        }
        return table.render(terminal);
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

    /** Where a service can be reached, as far as its first endpoint tells. */
    static String where(Mapping service) {
        List<Document> endpoints = service.list("endpoints");
        if (endpoints.isEmpty() || !(endpoints.getFirst() instanceof Mapping endpoint)) {
            return "-";
        }
        String protocol = or(endpoint.text("protocol"), "");
        String port = endpoint.text("port");
        String path = or(endpoint.text("path"), "");
        String host = or(endpoint.text("host"), "127.0.0.1");
        if (port == null) {
            return path.isEmpty()
                    ? or(endpoint.text("url"), protocol.isEmpty() ? "-" : protocol)
                    : protocol + " " + path;
        }
        boolean web = protocol.equals("http") || protocol.equals("https");
        return web ? protocol + "://" + host + ":" + port + path : (protocol + " " + host + ":" + port).strip();
    }

    static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
