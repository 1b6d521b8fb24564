package dev.asmp.federation;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.ApiAddress;
import dev.asmp.manifest.FederationSettings.Share;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The rules for what one host tells another of a service: pure functions, used by both sides. */
public final class Sharing {
    /** Paths, commands and logs of one host are of no use on another; and the keys that an answer adds. */
    private static final Set<String> KEPT_BACK = Set.of("source", "run", "runtime", "lifecycle", "logs", "approval",
            "problem", "x-asmp", "match", "peer", "checked_by");
    private static final Set<String> NEAR = Set.of("loopback", "local");
    private static final Set<String> ANYWHERE = Set.of("0.0.0.0", "::", "[::]", "*");

    private Sharing() {}

    /**
     * The services of a host, counted by whether others are told of them.
     *
     * @param loopbackOnly those that only this host can reach
     * @param withoutEndpoint those that have no address at all
     */
    public record Counts(int total, int shared, int loopbackOnly, int withoutEndpoint) {
        public Mapping document() {
            return Mapping.builder().put("total", total).put("shared", shared).put("loopback_only", loopbackOnly)
                    .put("without_endpoint", withoutEndpoint).build();
        }
    }

    /** An entry as another host is told of it; null where it is not. */
    public static @Nullable Mapping shared(Mapping entry, Share share) {
        if (share == Share.NONE) {
            return null;
        }
        Mapping told = stripped(entry);
        if (share == Share.ALL) {
            return told;
        }
        List<Document> visible = told.list("endpoints").stream()
                .filter(item -> item instanceof Mapping endpoint && isForOthers(endpoint)).toList();
        return visible.isEmpty() ? null : told.with("endpoints", new Sequence(visible));
    }

    /** An entry without what stays on its host. */
    static Mapping stripped(Mapping entry) {
        Mapping told = entry.without(KEPT_BACK);
        if (told.get("data") instanceof Mapping data && data.get("stores") != null) {
            told = told.with("data", data.without(Set.of("stores")));
        }
        return told.get("secret") instanceof Mapping secret && secret.get("digest") != null
                ? told.with("secret", secret.without(Set.of("digest")))
                : told;
    }

    /** Tells whether a service has an endpoint that other hosts can reach. */
    public static boolean isForOthers(List<Document> endpoints) {
        return endpoints.stream().anyMatch(item -> item instanceof Mapping endpoint && isForOthers(endpoint));
    }

    private static boolean isForOthers(Mapping endpoint) {
        String visibility = endpoint.text("visibility");
        if (visibility != null && NEAR.contains(visibility)) {
            return false;
        }
        String host = host(endpoint);
        // Without a host, an endpoint is on loopback unless its manifest says who can see it.
        return host == null ? visibility != null && hasPort(endpoint) : !ApiAddress.isLoopback(host);
    }

    private static boolean hasPort(Mapping endpoint) {
        return endpoint.text("port") != null;
    }

    private static @Nullable String host(Mapping endpoint) {
        String host = endpoint.text("host");
        if (host != null && !host.isBlank()) {
            return host;
        }
        String url = endpoint.text("url");
        try {
            return url == null ? null : new URI(url).getHost();
        } catch (URISyntaxException _) {
            return null;
        }
    }

    /**
     * The endpoints of another host as they are reached from here: its address where it listens on all of its own, and
     * {@code reachable: false} where only the other host can.
     */
    static Sequence seenFrom(List<Document> endpoints, @Nullable String address) {
        List<Document> seen = new ArrayList<>();
        for (Document item : endpoints) {
            if (!(item instanceof Mapping endpoint)) {
                continue;
            }
            Mapping told = endpoint.without(Set.of("reachable"));
            if (!isForOthers(endpoint)) {
                told = told.with("reachable", Scalar.bool(false));
            } else if (address != null && (host(endpoint) == null || ANYWHERE.contains(host(endpoint)))) {
                told = told.with("host", Scalar.text(address));
            }
            seen.add(told);
        }
        return new Sequence(seen);
    }
}
