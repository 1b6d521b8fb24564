package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The settings for other hosts' registries: whether they may ask this one, and which of them are asked.
 *
 * @param listen where it listens for other hosts; null where it does not
 * @param tokenFile a file with the token that they must send
 * @param allowPlain whether they may ask without TLS
 * @param interval the pause after a failure, and where a peer cannot wait
 * @param staleAfter the silence after which a peer's entries are stale
 * @param forgetAfter the silence after which they are gone
 * @param aliases other names of hosts
 * @param problems what is wrong with the peers and aliases; the rest is used
 */
public record FederationSettings(FleetSettings.@Nullable Socket listen, @Nullable Path tokenFile,
        FleetSettings.@Nullable Tls tls, boolean allowPlain, Share share, List<Peer> peers, Duration interval,
        Duration staleAfter, Duration forgetAfter, Map<String, String> aliases, List<Problem> problems) {
    public static final int DEFAULT_PORT = 7710;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
    private static final Pattern SSH_TARGET = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.@:%\\[\\]-]{0,254}");
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final int MOST_PEERS = 64;

    /** What other hosts are shown: services with an endpoint that they can reach, all, or none. */
    public enum Share {
        LAN, ALL, NONE;

        static Share parse(Document written) {
            String word = ValueType.text(written);
            return Stream.of(values()).filter(share -> share.word().equals(word)).findFirst()
                    .orElseThrow(() -> new IllegalArgumentException(
                            "must be lan, all or none, but is " + Printable.quoted(word)));
        }

        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Another host's registry.
     *
     * @param host its host_id
     * @param url the address of its listener for other hosts; null where it is reached by ssh
     * @param ssh the target for ssh; null where it is reached directly
     * @param port its listener's port on its loopback, for ssh
     * @param problem why it cannot be asked; null where it can
     */
    public record Peer(String host, @Nullable URI url, @Nullable String ssh, int port, @Nullable Path tokenFile,
            @Nullable Path caFile, @Nullable String problem) {
        /** The way to it, for people. */
        public @Nullable String shown() {
            return url != null ? url.toString() : ssh != null ? "ssh " + ssh + " " + port : null;
        }

        /** The name or address at which this host reaches the other one. */
        public @Nullable String address() {
            return url != null
                    ? url.getHost().replaceAll("[\\[\\]]", "")
                    : ssh == null ? null : ssh.substring(ssh.lastIndexOf('@') + 1);
        }
    }

    public FederationSettings {
        peers = List.copyOf(peers);
        aliases = Map.copyOf(aliases);
        problems = List.copyOf(problems);
    }

    /** The name under which a host is filed. */
    public String canonical(String host) {
        return aliases.getOrDefault(host, host);
    }

    /** Tells whether this host asks others or is asked by them. */
    public boolean isUsed() {
        return listen != null || !peers.isEmpty();
    }

    static FederationSettings of(Mapping federation, String hostId, Environment environment, FieldReader check) {
        FleetSettings.Socket listen = check.value(federation, "federation.listen",
                value -> FleetSettings.Socket.parse(ValueType.text(value)));
        Path tokenFile = check.value(federation, "federation.token_file", value -> path(value, environment));
        Share share = check.value(federation, "federation.share", Share::parse);
        Duration interval = check.duration(federation, "federation.interval", Duration.ofMinutes(1));
        List<Problem> problems = new ArrayList<>();
        Map<String, String> aliases = aliases(federation.mapping("host_aliases"), hostId, problems);
        return new FederationSettings(listen, tokenFile,
                FleetSettings.Tls.of(federation.mapping("tls"), "federation.tls", environment, check),
                check.bool(federation, "federation.allow_plain", false), share == null ? Share.LAN : share,
                peers(federation.list("peers"), hostId, aliases, environment, problems),
                interval.compareTo(SHORTEST) < 0 ? SHORTEST : interval,
                check.duration(federation, "federation.stale_after", Duration.ofMinutes(3)),
                check.duration(federation, "federation.forget_after", Duration.ofDays(7)), aliases, problems);
    }

    private static Map<String, String> aliases(Mapping written, String hostId, List<Problem> problems) {
        Map<String, String> aliases = new HashMap<>();
        written.fields().forEach((alias, host) -> {
            String field = "federation.host_aliases." + alias;
            if (!(host instanceof Scalar scalar) || scalar.isNull()) {
                problems.add(new Problem(field, "must be the host_id of a host"));
            } else if (alias.equals(hostId) && !scalar.text().equals(hostId)) {
                problems.add(new Problem(field, "is this host, which has no other name; the line is not used"));
            } else {
                aliases.put(alias, scalar.text());
            }
        });
        return aliases;
    }

    private static List<Peer> peers(List<Document> written, String hostId, Map<String, String> aliases,
            Environment environment, List<Problem> problems) {
        Map<String, Peer> peers = new HashMap<>();
        List<Peer> inOrder = new ArrayList<>();
        for (int i = 0; i < written.size(); i++) {
            String field = "federation.peers[" + i + "]";
            if (!(written.get(i) instanceof Mapping mapping)) {
                continue; // its shape is a warning of its own
            }
            String host = mapping.text("host") == null ? "" : String.valueOf(mapping.text("host")).strip();
            String label = aliases.getOrDefault(host, host);
            if (!LABEL.matcher(label).matches()) {
                problems.add(new Problem(field + ".host", "must be the host_id of the other host: letters, digits, '.',"
                        + " '_' and '-'; the peer is not used"));
            } else if (label.equalsIgnoreCase(hostId)) {
                problems.add(new Problem(field + ".host", "is this host; the peer is not used"));
            } else if (peers.containsKey(label.toLowerCase(Locale.ROOT))) {
                problems.add(new Problem(field + ".host", Printable.quoted(label)
                        + " is the name of another peer, too; the second one is not used"));
            } else if (inOrder.size() == MOST_PEERS) {
                problems.add(new Problem(field, "is one too many: at most " + MOST_PEERS + " are asked"));
            } else {
                Peer peer = peer(label, mapping, environment);
                if (peer.problem != null) {
                    problems.add(new Problem(field, peer.problem));
                }
                peers.put(label.toLowerCase(Locale.ROOT), peer);
                inOrder.add(peer);
            }
        }
        return inOrder;
    }

    private static Peer peer(String label, Mapping written, Environment environment) {
        List<String> wrong = new ArrayList<>();
        String ssh = value(written, "ssh", ValueType::text, wrong);
        URI url = value(written, "url", value -> address(ValueType.text(value)), wrong);
        Integer port = value(written, "port", value -> ValueType.integer(value, 1, 65_535), wrong);
        Path token = value(written, "token_file", value -> path(value, environment), wrong);
        Path authorities = value(written, "ca_file", value -> path(value, environment), wrong);
        if (ssh != null && !SSH_TARGET.matcher(ssh).matches()) {
            wrong.add("ssh must be a target such as user@host, not " + Printable.quoted(ssh));
        } else if (ssh != null && url != null) {
            wrong.add("either url or ssh, not both");
        } else if (ssh == null && url == null && wrong.isEmpty()) {
            wrong.add(written.get("conduit") == null
                    ? "needs a url such as https://" + label + ":" + DEFAULT_PORT + ", or ssh: user@" + label
                    : "conduit is not supported: use url, or ssh with the port of the peer's federation.listen");
        }
        return new Peer(label, url, ssh, port == null ? DEFAULT_PORT : port, token, authorities,
                wrong.isEmpty() ? null : String.join("; ", wrong));
    }

    private static <T> @Nullable T value(Mapping written, String key, Function<Document, T> read, List<String> wrong) {
        FieldReader check = new FieldReader();
        T value = check.value(written, key, read);
        try {
            check.throwIfAny();
        } catch (InvalidDocumentException e) {
            wrong.add(String.valueOf(e.getMessage()));
        }
        return value;
    }

    private static URI address(String written) {
        try {
            URI uri = new URI(written.strip().replaceAll("/+$", ""));
            boolean web = "http".equalsIgnoreCase(uri.getScheme()) || "https".equalsIgnoreCase(uri.getScheme());
            if (web && uri.getHost() != null && uri.getPort() <= 65_535 && uri.getPort() != 0
                    && uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (URISyntaxException _) {
            // The sentence below says what is expected.
        }
        // The address itself stays out of the message: it may hold a password.
        throw new IllegalArgumentException("must be an address such as https://mac-mini:7710");
    }

    private static Path path(Document value, Environment environment) {
        return environment.expand(ValueType.text(value));
    }
}
