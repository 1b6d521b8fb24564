package dev.asmp.http;

import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import org.jspecify.annotations.Nullable;

/** The access rule of the Unix socket: its permissions say who may connect, so only web pages behind a proxy are refused. */
final class SocketAccess implements AccessRule {
    @Override
    public @Nullable Answer refusal(String method, String path, ServerRequestHeaders headers) {
        return headers.contains(HeaderNames.ORIGIN) || FetchSite.isForeign(headers)
                ? Answer.error(403, "requests from web pages are refused")
                : null;
    }

    @Override
    public String pathOf(String target) {
        return FetchSite.path(target);
    }
}
