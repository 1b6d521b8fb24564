package dev.asmp.mcp;

import dev.asmp.client.RegistryApi;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.wire.Reply;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The resources of the protocol: each service, and the host. */
final class Resources {
    static final String HOST = "asmp://host";
    private static final String HOSTS = "asmp://hosts";
    private static final String SERVICES = "asmp://services/";
    private static final String JSON = "application/json";
    private static final int PAGE = 100;
    /** The longest address: that of the longest name, with each byte escaped, fits. */
    static final int MAX_URI = 1_024;

    private final RegistryApi registry;

    Resources(RegistryApi registry) {
        this.registry = registry;
    }

    static String uri(String service) {
        return SERVICES + UrlEncoding.encode(service);
    }

    /** The path at which the registry answers for a resource; null where there is no such kind of resource. */
    static @Nullable String path(String uri) {
        if (uri.equals(HOST)) {
            return "/host";
        }
        if (uri.equals(HOSTS)) {
            return "/hosts";
        }
        if (uri.length() > MAX_URI) {
            return null;
        }
        String name = uri.startsWith(SERVICES) ? uri.substring(SERVICES.length()) : "";
        try {
            return name.isEmpty() || name.indexOf('/') >= 0
                    ? null
                    : "/services/" + UrlEncoding.encode(decoded(name));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    private static String decoded(String name) {
        return URLDecoder.decode(name.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** Answers {@code resources/list}: the host, then the services, a page at a time; the cursor is the last one's address. */
    Mapping list(Mapping params) {
        String cursor = params.text("cursor");
        String after = cursor == null ? null : serviceOf(cursor);
        List<Document> shown = new ArrayList<>();
        if (after == null) {
            shown.add(listed(HOST, "host", "This machine: what it is, what it allows."));
            shown.add(listed(HOSTS, "hosts", "This machine and the hosts whose services it knows."));
        }
        List<String> names = new ArrayList<>();
        boolean[] hasMore = {false};
        // A registry that knows no pages answers with all services.
        boolean hasNext = ask(asked -> asked.getEach("/services?limit=" + PAGE
                + (after == null ? "" : "&after=" + UrlEncoding.encode(after)), entry -> {
                    String name = String.valueOf(entry.text("name"));
                    if (after != null && name.compareToIgnoreCase(after) <= 0) {
                        return;
                    }
                    hasMore[0] |= names.size() == PAGE;
                    if (names.size() < PAGE) {
                        names.add(name);
                        shown.add(listed(uri(name), name,
                                TextSanitizer.line(entry.text("description"), ServiceSummary.DESCRIPTION)));
                    }
                })).hasNext();
        return Mapping.builder().put("resources", new Sequence(shown))
                .put("nextCursor", (hasNext || hasMore[0]) && !names.isEmpty() ? uri(names.getLast()) : null).build();
    }

    /** The service behind a cursor. */
    private static String serviceOf(String cursor) {
        if (cursor.equals(HOST) || cursor.equals(HOSTS) || path(cursor) == null) {
            throw new RpcError(RpcError.INVALID_PARAMS,
                    "the cursor is not one that was given here; begin without a cursor");
        }
        return decoded(cursor.substring(SERVICES.length()));
    }

    private static Mapping listed(String uri, String name, @Nullable String description) {
        return Mapping.builder().put("uri", uri).put("name", name).put("description", description).put("mimeType", JSON)
                .build();
    }

    static Mapping templates() {
        Mapping template = Mapping.builder().put("uriTemplate", SERVICES + "{name}").put("name", "service")
                .put("title", "A service").put("description", "All that is known about one service, by its name.")
                .put("mimeType", JSON).build();
        return Mapping.builder().put("resourceTemplates", new Sequence(List.of(template))).build();
    }

    /** Answers {@code resources/read}. */
    Mapping read(Mapping params, Revision revision) {
        String uri = params.text("uri");
        if (uri == null) {
            throw new RpcError(RpcError.INVALID_PARAMS, "\"uri\" is missing: " + HOST + " or " + SERVICES + "{name}");
        }
        String path = path(uri);
        Mapping read = path == null ? null : ask(asked -> found(path, asked));
        if (read == null) {
            throw new RpcError(revision.hasHandshake() ? RpcError.RESOURCE_NOT_FOUND : RpcError.INVALID_PARAMS,
                    "there is no resource " + TextSanitizer.line(uri, 200) + "; resources/list names them",
                    Mapping.builder().put("uri", TextSanitizer.line(uri, 200)).build());
        }
        String text = new String(Json.write(TextSanitizer.document(read, Integer.MAX_VALUE, Integer.MAX_VALUE)),
                StandardCharsets.UTF_8);
        return Mapping.builder().put("contents", new Sequence(List.of(
                Mapping.builder().put("uri", uri).put("mimeType", JSON).put("text", text).build()))).build();
    }

    private static @Nullable Mapping found(String path, RegistryCalls asked) {
        Reply reply = asked.call("GET", path, null);
        if (reply.status() == 404) {
            return null;
        }
        if (reply.status() >= 400) {
            throw new ToolFailure(asked.error(reply));
        }
        return RegistryCalls.mapping(reply);
    }

    /** Calls the registry; a failure becomes an error of the request. */
    private <T extends @Nullable Object> T ask(Function<RegistryCalls, T> question) {
        try {
            return question.apply(new RegistryCalls(registry));
        } catch (ToolFailure | RegistryCalls.Refusal e) {
            throw new RpcError(RpcError.INTERNAL_ERROR, String.valueOf(e.getMessage()));
        }
    }
}
