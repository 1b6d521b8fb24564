package dev.asmp.http;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.util.Locale;
import java.util.Set;

/** What a request says of the web page that it is from, if any. */
final class FetchSite {
    private static final HeaderName SEC_FETCH_SITE = HeaderNames.create("Sec-Fetch-Site");
    /** A page of this very socket, or a person who typed the address. */
    private static final Set<String> OURS = Set.of("same-origin", "none");

    private FetchSite() {}

    /** Tells whether it is from a page of another origin; one on another port of this host is {@code same-site}. */
    static boolean isForeign(ServerRequestHeaders headers) {
        return headers.contains(SEC_FETCH_SITE) && !headers.get(SEC_FETCH_SITE).allValues().stream()
                .allMatch(site -> OURS.contains(site.strip().toLowerCase(Locale.ROOT)));
    }

    /** The path of a request, also where its first line names a whole address. */
    static String path(String target) {
        int scheme = target.startsWith("/") ? -1 : target.indexOf("://");
        int slash = scheme < 0 ? 0 : target.indexOf('/', scheme + 3);
        return slash < 0 ? "/" : target.substring(slash);
    }
}
