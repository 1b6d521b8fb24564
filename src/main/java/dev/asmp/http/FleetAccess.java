package dev.asmp.http;

import dev.asmp.manifest.ApiAddress;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The access rule of the socket for other hosts: refuses requests without the token, and all from web pages. Where there is a
 * token, clients use any name of this host. Without one a web page could come from a name that is made to point here, so the
 * Host must be a loopback name, or where other hosts are let in an address in figures or a name without a dot: no web site has
 * such a name.
 */
final class FleetAccess implements AccessRule {
    private static final Pattern NOT_ON_THE_WEB = Pattern.compile("[0-9.]+|\\[[0-9A-Fa-f:.]+\\]|[A-Za-z0-9_-]+");

    private final @Nullable Bearer token;
    private final boolean isForOthers;
    private final String realm;
    private final @Nullable String openPath;

    /**
     * @param isForOthers whether other hosts can reach the socket
     * @param realm what the token is for
     * @param openPath the path that needs none; null where there is none
     */
    private FleetAccess(@Nullable String token, boolean isForOthers, String realm, @Nullable String openPath) {
        this.token = token == null ? null : new Bearer(token);
        this.isForOthers = isForOthers;
        this.realm = realm;
        this.openPath = openPath;
    }

    /** The rule for the fleet's socket, which tells everyone that it is there. */
    static FleetAccess ofFleet(@Nullable String token, boolean isForOthers) {
        return new FleetAccess(token, isForOthers, "fleet", "/health");
    }

    /** The rule for the socket on which other registries ask. */
    static FleetAccess ofFederation(@Nullable String token, boolean isForOthers) {
        return new FleetAccess(token, isForOthers, "federation", null);
    }

    @Override
    public @Nullable Answer refusal(String method, String path, ServerRequestHeaders headers) {
        if (headers.contains(HeaderNames.ORIGIN) || FetchSite.isForeign(headers)) {
            return Answer.error(403, "requests from web pages are refused");
        }
        if (token == null) {
            return isOurs(headers.contains(HeaderNames.HOST) ? headers.get(HeaderNames.HOST).get() : "")
                    ? null
                    : Answer.error(403, "without a token, only requests for a loopback name are answered"
                            + (isForOthers ? ", an address in figures or a name without a dot" : ""));
        }
        String sent = headers.contains(HeaderNames.AUTHORIZATION) ? headers.get(HeaderNames.AUTHORIZATION).get() : null;
        return pathOf(path).equals(openPath) || token.isIn(sent)
                ? null
                : Answer.error(401, "the " + realm + "'s token is missing or wrong: send Authorization: Bearer …",
                        Map.of("WWW-Authenticate", "Bearer realm=\"" + realm + "\""));
    }

    private boolean isOurs(String hostAndPort) {
        int colon = hostAndPort.endsWith("]") ? -1 : hostAndPort.lastIndexOf(':');
        String host = colon < 0 ? hostAndPort : hostAndPort.substring(0, colon);
        return ApiAddress.isLoopback(host) || (isForOthers && NOT_ON_THE_WEB.matcher(host).matches());
    }

    @Override
    public String pathOf(String target) {
        return FetchSite.path(target);
    }
}
