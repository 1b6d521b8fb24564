package dev.asmp.manifest;

import dev.asmp.document.Mapping;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The etcd cluster that keeps the fleet, and how this host proves who it is there.
 *
 * @param endpoints the members' addresses, tried in turn
 * @param prefix of all keys, without a slash at its end
 * @param ca the certificates that members are trusted by; null for those of the system
 */
public record EtcdSettings(List<URI> endpoints, String prefix, @Nullable Path ca, @Nullable Path cert,
        @Nullable Path key, @Nullable String user, @Nullable Path passwordFile) {
    public static final String DEFAULT_PREFIX = "/asmp/fleets/main";
    private static final Pattern PREFIX = Pattern.compile("/[!-~]{1,200}");

    public EtcdSettings {
        endpoints = List.copyOf(endpoints);
    }

    static @Nullable EtcdSettings of(Mapping fleet, Environment environment, FieldReader check) {
        if (FieldReader.isAbsent(fleet.get("store"))) {
            return null;
        }
        Mapping store = fleet.mapping("store");
        if (!(store.get("etcd") instanceof Mapping etcd)) {
            check.add("fleet.store", "must be {etcd: {endpoints: [...]}}; without it the fleet is kept in a file here");
            return null;
        }
        List<URI> endpoints = new ArrayList<>();
        for (String written : check.texts(etcd, "fleet.store.etcd.endpoints")) {
            URI endpoint = endpoint(written);
            if (endpoint == null) {
                check.add("fleet.store.etcd.endpoints", Printable.quoted(written)
                        + " is not an address such as http://127.0.0.1:2379 or https://etcd-1:2379");
            } else {
                endpoints.add(endpoint);
            }
        }
        if (endpoints.isEmpty()) {
            check.add("fleet.store.etcd.endpoints", "is required: the addresses of the members");
        }
        String prefix = check.value(etcd, "fleet.store.etcd.prefix", value -> prefix(ValueType.text(value)));
        Path ca = check.value(etcd, "fleet.store.etcd.ca", value -> environment.expand(ValueType.text(value)));
        Path cert = check.value(etcd, "fleet.store.etcd.cert", value -> environment.expand(ValueType.text(value)));
        Path key = check.value(etcd, "fleet.store.etcd.key", value -> environment.expand(ValueType.text(value)));
        if ((cert == null) != (key == null)) {
            check.add("fleet.store.etcd", "needs both cert and key, two PEM files, or neither");
        }
        String user = check.value(etcd, "fleet.store.etcd.user", ValueType::text);
        Path password = check.value(etcd, "fleet.store.etcd.password_file",
                value -> environment.expand(ValueType.text(value)));
        if ((user == null) != (password == null)) {
            check.add("fleet.store.etcd", "needs both user and password_file, or neither");
        }
        return new EtcdSettings(endpoints, prefix == null ? DEFAULT_PREFIX : prefix, ca, cert, key, user, password);
    }

    private static @Nullable URI endpoint(String written) {
        try {
            URI uri = new URI(written.strip());
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
            boolean root = uri.getRawPath() != null && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"));
            return web && bare && root && uri.getHost() != null && uri.getPort() > 0 && uri.getPort() <= 65_535
                    ? new URI(uri.getScheme() + "://" + uri.getRawAuthority())
                    : null;
        } catch (URISyntaxException _) {
            return null;
        }
    }

    private static String prefix(String written) {
        String prefix = written.strip().replaceAll("/+$", "");
        if (!PREFIX.matcher(prefix).matches()) {
            throw new IllegalArgumentException(Printable.quoted(written)
                    + " is not a prefix of keys such as " + DEFAULT_PREFIX);
        }
        return prefix;
    }
}
