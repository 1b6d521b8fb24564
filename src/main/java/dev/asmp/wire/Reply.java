package dev.asmp.wire;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP response.
 *
 * @param body the complete body; empty where there is a stream
 * @param stream writes the body while things happen; null where the body is complete
 */
public record Reply(int status, Map<String, String> headers, byte[] body, @Nullable StreamedBody stream) {
    private static final byte[] NOTHING = new byte[0];
    private static final Pattern NEXT = Pattern.compile("<([^<>]+)>; *rel=\"next\"");

    public Reply {
        headers = Map.copyOf(headers);
    }

    public Reply(int status, byte[] body) {
        this(status, Map.of(), body, null);
    }

    /** A status without a body. */
    public static Reply of(int status) {
        return new Reply(status, NOTHING);
    }

    public static Reply of(int status, Document json) {
        return new Reply(status, Json.write(json));
    }

    /** The envelope of every error. */
    public static Reply error(int status, String message) {
        return of(status, Mapping.builder().put("error", message).build());
    }

    /** A body that is written as things happen. */
    public static Reply streamed(Map<String, String> headers, StreamedBody stream) {
        return new Reply(200, headers, NOTHING, stream);
    }

    /** The same with one more header. */
    public Reply with(String header, String value) {
        Map<String, String> more = new HashMap<>(headers);
        more.put(header, value);
        return new Reply(status, more, body, stream);
    }

    public boolean isError() {
        return status >= 400;
    }

    /** Whether the body begins as a registry's answers do. */
    public boolean looksLikeJson() {
        return body.length > 0 && (body[0] == '{' || body[0] == '[');
    }

    /** A header's value by its name in any case; null where there is none. */
    public @Nullable String header(String name) {
        return value(headers, name);
    }

    /** The path of the next page; null where the body is a whole list or its last page. */
    public @Nullable String nextPage() {
        String link = header("Link");
        Matcher next = NEXT.matcher(link == null ? "" : link);
        return next.find() ? next.group(1) : null;
    }

    static @Nullable String value(Map<String, String> headers, String name) {
        String exact = headers.get(name);
        if (exact != null) {
            return exact;
        }
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase(name)) {
                return header.getValue();
            }
        }
        return null;
    }
}
