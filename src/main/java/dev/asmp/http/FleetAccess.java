package dev.asmp.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The access rule of the socket for other hosts: refuses requests without the token, and all from web pages. Clients use any
 * name of this host, so the Host header is not checked.
 */
final class FleetAccess implements AccessRule {
    private final @Nullable Bearer token;

    FleetAccess(@Nullable String token) {
        this.token = token == null ? null : new Bearer(token);
    }

    @Override
    public @Nullable Answer refusal(String path, ServerRequestHeaders headers) {
        if (headers.contains(HeaderNames.ORIGIN)) {
            return Answer.error(403, "requests from web pages are refused");
        }
        boolean open = token == null || pathOf(path).equals("/health");
        String sent = headers.contains(HeaderNames.AUTHORIZATION) ? headers.get(HeaderNames.AUTHORIZATION).get() : null;
        return open || (token != null && token.isIn(sent))
                ? null
                : Answer.error(401, "the fleet's token is missing or wrong: send Authorization: Bearer …",
                        Map.of("WWW-Authenticate", "Bearer realm=\"fleet\""));
    }

    @Override
    public String pathOf(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        int slash = scheme < 0 ? 0 : target.indexOf('/', scheme + 3);
        return slash < 0 ? "/" : target.substring(slash);
    }
}
