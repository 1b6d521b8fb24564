package dev.asmp.http;

import dev.asmp.manifest.ApiAddress;
import dev.asmp.manifest.PortAccess;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The access rule of the port: only programs of this machine, and only what the profile allows them. A web page can make a
 * browser call localhost, and a DNS name can point there; so the Host must be a loopback name with our port, and the origin
 * must be this very socket.
 */
final class LoopbackAccess implements AccessRule {
    private static final String SCHEME = "http://";
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    private final int port;
    private final String usualHost;
    private final PortAccess allowed;
    private final OwnerAuthorization owner;

    LoopbackAccess(int port, PortAccess allowed, OwnerAuthorization owner) {
        this.port = port;
        this.usualHost = "127.0.0.1:" + port;
        this.allowed = allowed;
        this.owner = owner;
    }

    @Override
    public @Nullable Answer refusal(String method, String path, ServerRequestHeaders headers) {
        String reason = refusal(headers);
        if (reason != null) {
            return Answer.error(403, reason);
        }
        return allowed == PortAccess.OPEN || isAllowed(method, pathOf(path)) || isOwner(headers)
                ? null
                : Answer.error(401, "registry.tcp is " + allowed.word() + ": "
                        + (allowed == PortAccess.READ ? "changes need" : "this needs")
                        + " the Unix socket, or the owner's token as 'Authorization: Bearer …'",
                        Map.of("WWW-Authenticate", "Bearer realm=\"asmp\""));
    }

    /**
     * Tells whether the port allows this to everybody. MCP's messages are posted, and its tools know what they may; a session
     * is begun with a code, which the owner has. The page without its content is public.
     */
    private boolean isAllowed(String method, String path) {
        return allowed == PortAccess.READ
                ? READS.contains(method) || path.equals("/mcp") || path.equals("/session")
                : path.equals("/session") || (READS.contains(method)
                        && (path.equals("/health") || path.equals("/") || path.startsWith(PageResource.FOLDER)));
    }

    private boolean isOwner(ServerRequestHeaders headers) {
        return headers.contains(HeaderNames.AUTHORIZATION)
                && owner.isIn(headers.get(HeaderNames.AUTHORIZATION).get());
    }

    private @Nullable String refusal(ServerRequestHeaders headers) {
        String host = headers.contains(HeaderNames.HOST) ? headers.get(HeaderNames.HOST).get() : null;
        if (host == null || !(host.equals(usualHost) || isOurs(host, port))) {
            return "this registry answers only requests for a loopback address with port " + port;
        }
        if (headers.contains(HeaderNames.ORIGIN)
                && !headers.get(HeaderNames.ORIGIN).allValues().stream().allMatch(origin -> isOf(origin, host))) {
            return "requests from web pages of other origins are refused";
        }
        return FetchSite.isForeign(headers) ? "requests from web pages of other sites are refused" : null;
    }

    /** The path; a request line with a whole address must name ours. */
    @Override
    public String pathOf(String path) {
        if (!path.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return path;
        }
        int slash = path.indexOf('/', SCHEME.length());
        String authority = path.substring(SCHEME.length(), slash < 0 ? path.length() : slash);
        if (!isOurs(authority, port)) {
            throw new HttpError(403, "this registry answers only requests for a loopback address with port " + port);
        }
        return slash < 0 ? "/" : path.substring(slash);
    }

    /** Tells whether an origin is this very socket: another program may listen on the same port of another loopback address. */
    private boolean isOf(String origin, String host) {
        String lower = origin.strip().toLowerCase(Locale.ROOT);
        return lower.equals(SCHEME + host.strip().toLowerCase(Locale.ROOT)) || lower.equals(SCHEME + usualHost)
                || lower.equals(SCHEME + "localhost:" + port);
    }

    /** Tells whether a Host is a loopback name with this port. */
    static boolean isOurs(String hostAndPort, int port) {
        int colon = hostAndPort.lastIndexOf(':');
        boolean withoutPort = colon < 0 || hostAndPort.endsWith("]");
        if (withoutPort) {
            return port == 80 && ApiAddress.isLoopback(hostAndPort);
        }
        return hostAndPort.substring(colon + 1).equals(Integer.toString(port))
                && ApiAddress.isLoopback(hostAndPort.substring(0, colon));
    }
}
