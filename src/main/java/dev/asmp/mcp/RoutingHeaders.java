package dev.asmp.mcp;

import dev.asmp.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The headers that repeat parts of a request for routers; they must equal the request. */
final class RoutingHeaders {
    static final String REVISION = "MCP-Protocol-Version";
    private static final String METHOD = "Mcp-Method";
    private static final String NAME = "Mcp-Name";
    /** The param that holds the name of a request, by method. */
    private static final Map<String, String> NAMED_BY = Map.of("tools/call", "name", "prompts/get", "name",
            "resources/read", "uri");
    private static final String ENCODED = "=?base64?";
    private static final String ENCODED_END = "?=";

    private RoutingHeaders() {}

    /** Throws unless the headers equal the request. */
    static void check(Message.Request request, Revision revision, Request http) {
        compare(REVISION, http.header(REVISION), revision.written());
        compare(METHOD, http.header(METHOD), request.method());
        String key = NAMED_BY.get(request.method());
        String name = key == null ? null : request.params().text(key);
        if (name != null) {
            compare(NAME, decoded(http.header(NAME)), name);
        }
    }

    private static void compare(String header, @Nullable String value, String expected) {
        if (!expected.equals(value)) {
            throw new RpcError(RpcError.HEADER_MISMATCH, "Header mismatch: " + header
                    + (value == null ? " is missing" : " is '" + TextSanitizer.line(value, 60) + "'")
                    + ", but the request says '"
                    + TextSanitizer.line(expected, 60) + "'");
        }
    }

    private static @Nullable String decoded(@Nullable String value) {
        if (value == null || !value.startsWith(ENCODED) || !value.endsWith(ENCODED_END)
                || value.length() < ENCODED.length() + ENCODED_END.length()) {
            return value;
        }
        try {
            return new String(Base64.getDecoder().decode(value.substring(ENCODED.length(),
                    value.length() - ENCODED_END.length())), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            return value;
        }
    }
}
