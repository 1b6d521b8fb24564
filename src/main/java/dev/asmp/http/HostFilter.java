package dev.asmp.http;

import dev.asmp.federation.Federation;
import dev.asmp.federation.RemoteEntry;
import dev.asmp.federation.RemoteHost;
import dev.asmp.manifest.Printable;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The hosts that a request asks about, by {@code hosts} and {@code host}: this one unless it says otherwise.
 *
 * @param isLocal whether this host is among them
 */
record HostFilter(boolean isLocal, List<RemoteHost> others, long nanos) {
    private static final HostFilter HERE = new HostFilter(true, List.of(), 0);
    private static final String ALL = "all";

    /** A service of another host, and how that host stands. */
    record Remote(RemoteEntry entry, RemoteHost host, RemoteHost.Standing standing) {
        byte[] json() {
            return entry.json(standing);
        }

        String status() {
            return entry.isStale(standing) ? "stale" : "registered";
        }
    }

    /** Reads the parameters; most requests have none of them. */
    static HostFilter of(Exchange exchange, ApiSources sources) {
        if (!exchange.rawQuery().contains("host")) {
            return HERE;
        }
        String hosts = exchange.query("hosts");
        String host = exchange.query("host");
        HostFilter asked = hosts == null
                ? host == null ? HERE : named(host, sources)
                : hosts.equals(ALL) ? all(sources.federation()) : known(hosts, sources);
        return hosts == null || host == null ? asked : asked.and(named(host, sources));
    }

    private static HostFilter all(Federation federation) {
        return new HostFilter(true, federation.hosts(), federation.nanos());
    }

    private static HostFilter named(String host, ApiSources sources) {
        Federation federation = sources.federation();
        if (isThisHost(host, sources)) {
            return HERE;
        }
        RemoteHost other = federation.host(host);
        return new HostFilter(false, other == null ? List.of() : List.of(other), federation.nanos());
    }

    static boolean isThisHost(String host, ApiSources sources) {
        String own = sources.profile().get().hostId();
        return host.equals(own) || sources.federation().settings().canonical(host).equals(own);
    }

    private static HostFilter known(String host, ApiSources sources) {
        HostFilter named = named(host, sources);
        if (!named.isLocal && named.others.isEmpty()) {
            TreeSet<String> names = new TreeSet<>(List.of(sources.profile().get().hostId()));
            sources.federation().hosts().forEach(peer -> names.add(peer.host()));
            throw new HttpError(400, "hosts: there is no host '" + Printable.of(host)
                    + "'; say all, or one of " + String.join(", ", names));
        }
        return named;
    }

    private HostFilter and(HostFilter other) {
        return new HostFilter(isLocal && other.isLocal, others.stream().filter(one -> other.others.stream()
                .anyMatch(same -> same.host().equals(one.host()))).toList(), other.isLocal ? nanos : other.nanos);
    }

    /** Whether only this host is asked about. */
    boolean isHere() {
        return isLocal && others.isEmpty();
    }

    /** The services of the other hosts, host by host. */
    Stream<Remote> remote() {
        return others.stream().flatMap(host -> {
            RemoteHost.Standing standing = host.standing(nanos);
            return host.services().stream().map(entry -> new Remote(entry, host, standing));
        });
    }

    /** The service with a name such as {@code mail@mac-mini}; null where there is none. */
    static @Nullable Remote find(String name, Federation federation) {
        int at = name.lastIndexOf('@');
        RemoteHost host = at < 0 ? null : federation.host(name.substring(at + 1));
        RemoteEntry entry = host == null ? null : host.find(name.substring(0, at));
        return host == null || entry == null
                ? null
                : new Remote(entry, host, host.standing(federation.nanos()));
    }

    /** The names under which other hosts have a service of this name. */
    static List<String> elsewhere(String name, Federation federation) {
        List<String> names = new ArrayList<>();
        for (RemoteHost host : federation.hosts()) {
            RemoteEntry entry = host.find(name);
            if (entry != null) {
                names.add(entry.name());
            }
        }
        return names;
    }
}
