package dev.asmp.manifest;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import java.nio.file.Path;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The settings of the VM registry: whether other hosts may reach it, and how they prove who they are.
 *
 * @param listen where it listens for other hosts; null where it does not
 * @param tokenFile a file with the token that clients must send
 * @param allowWithoutToken whether other hosts may do without one
 * @param self whether this host registers itself
 * @param etcd the cluster that keeps the fleet; null where a file of this host does
 * @param mostVms the most VMs that this host makes
 * @param idleTtl the time without use after which a VM of this host is paused; null for never
 */
public record FleetSettings(@Nullable Socket listen, @Nullable Path tokenFile, boolean allowWithoutToken,
        @Nullable Tls tls, boolean self, @Nullable EtcdSettings etcd, int mostVms,
        @Nullable Duration idleTtl) {
    private static final int USUAL_VMS = 20;
    private static final Pattern SOCKET = Pattern.compile("(\\[[0-9A-Fa-f:.%a-z]+\\]|[^\\[\\]:\\s/]+):([0-9]{1,5})");

    /** An address to listen on. */
    public record Socket(String host, int port) {
        static Socket parse(String written) {
            Matcher matcher = SOCKET.matcher(written.strip());
            if (!matcher.matches() || Integer.parseInt(matcher.group(2)) > 65_535) {
                throw new IllegalArgumentException(
                        Printable.quoted(written) + " is not an address such as 0.0.0.0:3000 or [::]:3000");
            }
            return new Socket(matcher.group(1).replaceAll("[\\[\\]]", ""), Integer.parseInt(matcher.group(2)));
        }

        public boolean isLoopback() {
            return ApiAddress.isLoopback(host);
        }

        /** The address as it stands in a URL. */
        public String shown() {
            return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
        }
    }

    /** PEM files of a certificate chain and its key. */
    public record Tls(Path certificate, Path key) {
        static @Nullable Tls of(Mapping tls, String field, Environment environment, FieldReader check) {
            Path certificate = check.value(tls, field + ".cert", value -> path(value, environment));
            Path key = check.value(tls, field + ".key", value -> path(value, environment));
            if ((certificate == null) != (key == null)) {
                check.add(field, "needs both cert and key, two PEM files");
            }
            return certificate == null || key == null ? null : new Tls(certificate, key);
        }
    }

    static FleetSettings of(Mapping fleet, Environment environment, FieldReader check) {
        Socket listen = check.value(fleet, "fleet.listen", value -> Socket.parse(ValueType.text(value)));
        Path tokenFile = check.value(fleet, "fleet.token_file", value -> path(value, environment));
        Integer mostVms = check.value(fleet, "fleet.max_vms", FleetSettings::count);
        return new FleetSettings(listen, tokenFile, check.bool(fleet, "fleet.allow_without_token", false),
                Tls.of(fleet.mapping("tls"), "fleet.tls", environment, check),
                check.bool(fleet, "fleet.self", false), EtcdSettings.of(fleet, environment, check),
                mostVms == null ? USUAL_VMS : mostVms,
                check.value(fleet, "fleet.idle_ttl", value -> Durations.parse(ValueType.text(value))));
    }

    private static Integer count(Document value) {
        String written = ValueType.text(value);
        if (!written.matches("[0-9]{1,6}")) {
            throw new IllegalArgumentException(Printable.quoted(written) + " is not a whole number");
        }
        return Integer.valueOf(written);
    }

    private static Path path(Document value, Environment environment) {
        return environment.expand(ValueType.text(value));
    }
}
