package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The address of a service's first endpoint, as short as possible. */
public final class EndpointSummary {
    private EndpointSummary() {}

    /** The address in an entry or manifest; null where it tells none. */
    public static @Nullable String of(Mapping service) {
        List<Document> endpoints = service.list("endpoints");
        if (endpoints.isEmpty() || !(endpoints.getFirst() instanceof Mapping endpoint)) {
            return null;
        }
        String protocol = or(endpoint.text("protocol"), "");
        String port = endpoint.text("port");
        String path = or(endpoint.text("path"), "");
        if (port == null && !path.isEmpty()) {
            return protocol + " " + path;
        }
        if (port == null) {
            String url = endpoint.text("url");
            return url != null || protocol.isEmpty() ? url : protocol;
        }
        String address = or(endpoint.text("host"), "127.0.0.1") + ":" + port;
        boolean web = protocol.equals("http") || protocol.equals("https");
        return web ? protocol + "://" + address + path : (protocol + " " + address).strip();
    }

    private static String or(@Nullable String text, String otherwise) {
        return text == null ? otherwise : text;
    }
}
