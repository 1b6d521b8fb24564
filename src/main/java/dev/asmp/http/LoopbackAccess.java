package dev.asmp.http;

import dev.asmp.manifest.ApiAddress;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The access rule of the API: only programs of this machine. A web page can make a browser call localhost, and a DNS name can
 * point there; so the Host must be a loopback name with our port, and the origin must not be another site's page.
 */
final class LoopbackAccess implements AccessRule {
    private static final HeaderName SEC_FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");

    private static final String SCHEME = "http://";

    private final int port;
    private final String usualHost;

    LoopbackAccess(int port) {
        this.port = port;
        this.usualHost = "127.0.0.1:" + port;
    }

    @Override
    public @Nullable Answer refusal(String path, ServerRequestHeaders headers) {
        String reason = refusal(headers);
        return reason == null ? null : Answer.error(403, reason);
    }

    private @Nullable String refusal(ServerRequestHeaders headers) {
        String host = headers.contains(HeaderNames.HOST) ? headers.get(HeaderNames.HOST).get() : null;
        if (host == null || !(host.equals(usualHost) || isOurs(host))) {
            return "this registry answers only requests for a loopback address with port " + port;
        }
        if (headers.contains(HeaderNames.ORIGIN)
                && !headers.get(HeaderNames.ORIGIN).allValues().stream().allMatch(this::isOurOrigin)) {
            return "requests from web pages of other origins are refused";
        }
        if (headers.contains(SEC_FETCH_SITE) && headers.get(SEC_FETCH_SITE).allValues().stream()
                .anyMatch(site -> site.strip().equalsIgnoreCase("cross-site"))) {
            return "requests from web pages of other sites are refused";
        }
        return null;
    }

    /** The path; a request line with a whole address must name ours. */
    @Override
    public String pathOf(String path) {
        if (!path.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return path;
        }
        int slash = path.indexOf('/', SCHEME.length());
        String authority = path.substring(SCHEME.length(), slash < 0 ? path.length() : slash);
        if (!isOurs(authority)) {
            throw new HttpError(403, "this registry answers only requests for a loopback address with port " + port);
        }
        return slash < 0 ? "/" : path.substring(slash);
    }

    private boolean isOurOrigin(String origin) {
        String lower = origin.strip().toLowerCase(Locale.ROOT);
        return lower.startsWith(SCHEME) && isOurs(lower.substring(SCHEME.length()));
    }

    private boolean isOurs(String hostAndPort) {
        int colon = hostAndPort.lastIndexOf(':');
        boolean withoutPort = colon < 0 || hostAndPort.endsWith("]");
        if (withoutPort) {
            return port == 80 && ApiAddress.isLoopback(hostAndPort);
        }
        return hostAndPort.substring(colon + 1).equals(Integer.toString(port))
                && ApiAddress.isLoopback(hostAndPort.substring(0, colon));
    }
}
