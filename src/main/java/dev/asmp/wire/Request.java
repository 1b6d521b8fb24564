package dev.asmp.wire;

import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request.
 *
 * @param path the target: path and query, encoded
 * @param body the bytes of the body; empty for none
 */
public record Request(String method, String path, Map<String, String> headers, byte[] body) {
    private static final byte[] NOTHING = new byte[0];

    public Request {
        headers = Map.copyOf(headers);
    }

    /** A request without a body. */
    public static Request of(String method, String path) {
        return new Request(method, path, Map.of(), NOTHING);
    }

    /** A request with a body of this media type, or without a body where it is null. */
    public static Request of(String method, String path, byte @Nullable [] body, @Nullable String mediaType) {
        Map<String, String> headers = mediaType == null ? Map.of() : Map.of("Content-Type", mediaType);
        return new Request(method, path, headers, body == null ? NOTHING : body);
    }

    /** A request with a JSON body, or without a body where it is null. */
    public static Request json(String method, String path, byte @Nullable [] body) {
        return of(method, path, body, body == null ? null : "application/json");
    }

    /** The same with one more header. */
    public Request with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Request(method, path, more, body);
    }

    /** The same below another path. */
    public Request below(String parent) {
        return new Request(method, parent + path, headers, body);
    }

    /** A header's value by its name in any case; null where there is none. */
    public @Nullable String header(String name) {
        return Reply.value(headers, name);
    }
}
