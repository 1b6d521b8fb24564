package dev.asmp.daemon;

import dev.asmp.document.IoReason;
import dev.asmp.events.Feed;
import dev.asmp.http.FleetServer;
import dev.asmp.http.HttpBudgets;
import dev.asmp.http.MetricsPage;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FleetSettings;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Catalog;
import dev.asmp.vm.VmStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The VM registry for other hosts: its socket, if the profile asks for one, and this host's own registration. Hosts without
 * the token are refused, unless the owner allows them.
 */
final class FleetListener implements AutoCloseable {
    private static final Duration CERTIFICATE_CHECK = Duration.ofSeconds(10);

    private final HostProfile profile;
    private final Environment environment;
    private final VmStore vms;
    private final Feed feed;
    private final Supplier<Catalog> catalog;
    private final HttpBudgets budgets;
    private final Log log;
    private volatile @Nullable FleetServer server;
    private @Nullable SelfRegistration self;

    FleetListener(HostProfile profile, Environment environment, VmStore vms, Feed feed, Supplier<Catalog> catalog,
            HttpBudgets budgets, Log log) {
        this.profile = profile;
        this.environment = environment;
        this.vms = vms;
        this.feed = feed;
        this.catalog = catalog;
        this.budgets = budgets;
        this.log = log;
    }

    /** Listens for other hosts, if the profile asks for that. */
    void open() throws StartFailure {
        FleetSettings fleet = profile.fleet();
        FleetSettings.Socket address = fleet.listen();
        if (address == null) {
            return;
        }
        String token = token(fleet, environment);
        check(fleet, address, token, log);
        try {
            FleetServer opened = new FleetServer(address, fleet.tls(), token, vms, feed, budgets, log::error);
            opened.start();
            server = opened;
        } catch (IOException | IllegalArgumentException e) { // the latter for a host that has no address
            throw new StartFailure("cannot listen on fleet.listen " + address.shown() + ": " + IoReason.of(e));
        }
    }

    /** Says where it listens, registers this host if the profile asks for that, and keeps both up to date. */
    void begin(@Nullable String apiUrl, Consumer<String> out, PeriodicTasks tasks) {
        FleetServer opened = server;
        if (opened != null) {
            out.accept("the VM registry listens for other hosts on " + opened.url());
            tasks.repeat("renewal of the fleet's certificate", () -> CERTIFICATE_CHECK,
                    () -> renewCertificate(opened));
        }
        if (profile.fleet().self()) {
            String url = opened == null ? apiUrl : opened.url();
            int port = url == null ? -1 : URI.create(url).getPort();
            SelfRegistration registration = new SelfRegistration(vms, catalog, environment, profile.hostId(), port,
                    log);
            self = registration;
            registration.begin();
            tasks.repeat("this host's own heartbeat", () -> SelfRegistration.BEAT, registration::beat);
        }
    }

    private void renewCertificate(FleetServer opened) {
        try {
            if (opened.renewCertificate()) {
                log.info("the fleet's certificate was renewed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Takes in a certificate that was renewed; tells why it cannot be used. */
    void apply(Consumer<String> problem) {
        FleetServer opened = server;
        try {
            if (opened != null) {
                renewCertificate(opened);
            }
        } catch (UncheckedIOException e) {
            problem.accept(IoReason.of(e));
        }
    }

    /** The address for other hosts; null where there is none. */
    @Nullable
    String url() {
        FleetServer opened = server;
        return opened == null ? null : opened.url();
    }

    void writeTo(MetricsPage page) {
        FleetServer opened = server;
        if (opened != null) {
            opened.writeTo(page);
        }
    }

    /** Marks this host as stopped in its own fleet. */
    void sayGoodbye() {
        if (self != null) {
            self.end();
        }
    }

    @Override
    public void close() {
        FleetServer opened = server;
        if (opened != null) {
            opened.close();
        }
    }

    private static void check(FleetSettings fleet, FleetSettings.Socket address, @Nullable String token, Log log)
            throws StartFailure {
        if (address.isLoopback()) {
            if (token == null) {
                log.warn("every program of this host may change the fleet on " + address.shown()
                        + " without a token: set"
                        + " fleet.token_file");
            }
            return;
        }
        if (token == null && !fleet.allowWithoutToken()) {
            throw new StartFailure("fleet.listen is " + address.shown() + ", which other hosts can reach, and there is"
                    + " no token: set fleet.token_file or VERS_AUTH_TOKEN (or fleet.allow_without_token: true, if"
                    + " everybody who can reach it may change the fleet)");
        }
        if (token == null) {
            log.warn("everybody who can reach " + address.shown()
                    + " may change the fleet: fleet.allow_without_token is true");
        } else if (fleet.tls() == null) {
            log.warn("the fleet's token travels unencrypted to " + address.shown() + ": set fleet.tls");
        }
    }

    private static @Nullable String token(FleetSettings fleet, Environment environment) throws StartFailure {
        if (fleet.tokenFile() == null) {
            String variable = environment.variable("VERS_AUTH_TOKEN");
            return variable == null || variable.isBlank() ? null : variable.strip();
        }
        try {
            String token = Files.readString(fleet.tokenFile()).strip();
            if (token.isEmpty()) {
                throw new StartFailure("fleet.token_file " + fleet.tokenFile() + " is empty");
            }
            return token;
        } catch (IOException e) {
            throw new StartFailure("fleet.token_file " + fleet.tokenFile() + " cannot be read: " + IoReason.of(e));
        }
    }
}
