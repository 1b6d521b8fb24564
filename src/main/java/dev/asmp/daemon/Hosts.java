package dev.asmp.daemon;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.IoReason;
import dev.asmp.document.Mapping;
import dev.asmp.document.Timestamps;
import dev.asmp.events.Feed;
import dev.asmp.federation.Federation;
import dev.asmp.federation.HostHistory;
import dev.asmp.federation.RemoteHost;
import dev.asmp.health.HealthMonitor;
import dev.asmp.http.FederationServer;
import dev.asmp.http.HttpBudgets;
import dev.asmp.http.MetricsPage;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.FleetSettings;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Catalog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The other hosts: the peers that are asked, and the socket on which they ask. Both follow the profile when it is read again. */
final class Hosts implements AutoCloseable {
    private static final Duration CERTIFICATE_CHECK = Duration.ofSeconds(10);
    private static final Duration HISTORY = Duration.ofMinutes(1);

    private final Supplier<HostProfile> profile;
    private final Supplier<Catalog> catalog;
    private final FederationServer.Content content;
    private final HttpBudgets budgets;
    private final InstantSource clock;
    private final Log log;
    private final Feed feed;
    private final Federation federation;
    private final HostHistory history;
    private volatile @Nullable FederationServer server;
    private @Nullable Listening listening;
    private boolean isKeptUp;

    /** The settings with which the socket was opened. */
    private record Listening(FleetSettings.Socket address, FleetSettings.@Nullable Tls tls, @Nullable String token) {}

    Hosts(Path home, Environment environment, Supplier<HostProfile> profile, Supplier<Catalog> catalog,
            HealthMonitor health, Feed feed, HttpBudgets budgets, InstantSource clock, LongSupplier nanos, Log log) {
        this.profile = profile;
        this.catalog = catalog;
        this.budgets = budgets;
        this.clock = clock;
        this.log = log;
        this.feed = feed;
        this.content = new FederationServer.Content(profile, catalog, health, feed);
        this.federation = new Federation(home, environment, profile.get().federation(), () -> profile.get().hostId(),
                clock, nanos, new ByteBudget(MemoryBudgets.PEERS.bytes()), this::tell, log::warn);
        this.history = new HostHistory(home, log::warn);
    }

    Federation federation() {
        return federation;
    }

    HostHistory history() {
        return history;
    }

    /** Listens for other hosts, if the profile asks for that. */
    void open() throws StartFailure {
        listen(profile.get().federation());
    }

    /** Begins to ask the peers, says where it listens, and keeps both up to date. */
    void begin(Consumer<String> out, PeriodicTasks tasks) {
        FederationServer opened = server;
        if (opened != null) {
            out.accept("other hosts may ask for services on " + opened.url());
        }
        profile.get().federation().problems().forEach(problem -> log.warn(String.valueOf(problem)));
        federation.start();
        keepUp(tasks);
    }

    /** Begins the periodic tasks at the first use: a daemon without other hosts wakes up for none. */
    synchronized void keepUp(PeriodicTasks tasks) {
        if (!isKeptUp && profile.get().federation().isUsed()) {
            isKeptUp = true;
            tasks.repeat("renewal of the certificate for other hosts", () -> CERTIFICATE_CHECK,
                    this::renewCertificate);
            tasks.repeat("the history of hosts", () -> HISTORY, this::note);
        }
    }

    private void renewCertificate() {
        FederationServer opened = server;
        try {
            if (opened != null && opened.renewCertificate()) {
                log.info("the certificate for other hosts was renewed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void note() {
        if (!federation.hasPeers()) {
            return;
        }
        HostProfile host = profile.get();
        List<HostHistory.Line> lines = new ArrayList<>();
        lines.add(new HostHistory.Line(clock.instant(), host.hostId(), catalog.get().size(), "self", false, true));
        for (RemoteHost peer : federation.hosts()) {
            lines.add(new HostHistory.Line(clock.instant(), peer.host(), peer.services().size(),
                    peer.status(federation.nanos()).word(), false, false));
        }
        history.note(lines);
    }

    /** Takes in a profile that was read again, and a renewed certificate; tells why its socket cannot be opened. */
    void apply(Consumer<String> problem) {
        FederationSettings settings = profile.get().federation();
        federation.apply(settings);
        try {
            listen(settings);
            renewCertificate();
        } catch (StartFailure e) {
            problem.accept(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            problem.accept(IoReason.of(e));
        }
    }

    private synchronized void listen(FederationSettings settings) throws StartFailure {
        FleetSettings.Socket address = settings.listen();
        String token = address == null ? null : token(settings);
        Listening wanted = address == null ? null : new Listening(address, settings.tls(), token);
        if (Objects.equals(wanted, listening)) {
            return;
        }
        if (wanted != null) {
            check(settings, wanted);
        }
        closeServer();
        listening = wanted;
        if (wanted == null) {
            return;
        }
        try {
            FederationServer opened = new FederationServer(wanted.address, wanted.tls, wanted.token, content, budgets,
                    log::error);
            opened.start();
            server = opened;
        } catch (IOException | IllegalArgumentException e) { // the latter for a host that has no address
            listening = null;
            throw new StartFailure("cannot listen on federation.listen " + wanted.address.shown() + ": "
                    + IoReason.of(e));
        }
    }

    private static void check(FederationSettings settings, Listening wanted) throws StartFailure {
        if (wanted.address.isLoopback()) {
            return;
        }
        if (wanted.token == null) {
            throw new StartFailure("federation.listen is " + wanted.address.shown() + ", which other hosts can reach,"
                    + " and there is no token: set federation.token_file");
        }
        if (wanted.tls == null && !settings.allowPlain()) {
            throw new StartFailure("federation.listen is " + wanted.address.shown() + ", which other hosts can reach,"
                    + " and there is no certificate: set federation.tls (or federation.allow_plain: true, if nobody can"
                    + " overhear the token)");
        }
    }

    private static @Nullable String token(FederationSettings settings) throws StartFailure {
        Path file = settings.tokenFile();
        if (file == null) {
            return null;
        }
        try {
            String token = Files.readString(file).strip();
            if (token.isEmpty()) {
                throw new StartFailure("federation.token_file " + file + " is empty");
            }
            return token;
        } catch (IOException e) {
            throw new StartFailure("federation.token_file " + file + " cannot be read: " + IoReason.of(e));
        }
    }

    /** Tells log and readers that a peer answers, or that it has not for too long. */
    private void tell(RemoteHost peer, RemoteHost.Status status) {
        boolean isOk = status == RemoteHost.Status.OK;
        String why = peer.error() == null ? "" : ": " + peer.error();
        if (isOk) {
            log.info(peer.host() + " answers; services: " + peer.services().size());
        } else {
            log.warn(peer.host() + " does not answer" + why);
        }
        Instant seen = peer.lastSeen();
        feed.publish(isOk ? "peer-ok" : "peer-silent", peer.host(), List.of(), Mapping.builder()
                .put("name", peer.host()).put("services", peer.services().size())
                .put("last_seen", seen == null ? null : Timestamps.format(seen)).put("error", peer.error())
                .put("at", Timestamps.format(clock.instant())).build());
        note();
    }

    void writeTo(MetricsPage page) {
        FederationServer opened = server;
        if (opened != null) {
            opened.writeTo(page);
        }
        if (!federation.hasPeers()) {
            return;
        }
        page.gauge("asmp_peer_up", "1 where the registry of another host answers, else 0.");
        federation.hosts().forEach(peer -> page.sample("asmp_peer_up",
                peer.status(federation.nanos()) == RemoteHost.Status.OK ? 1L : 0L, "peer", peer.host()));
        page.gauge("asmp_peer_services", "Services that the registries of other hosts share.");
        federation.hosts()
                .forEach(peer -> page.sample("asmp_peer_services", (long) peer.services().size(), "peer", peer.host()));
        page.counter("asmp_peer_pulls_total", "Questions to the registries of other hosts.");
        federation.counters().forEach(peer -> page
                .sample("asmp_peer_pulls_total", peer.pulls(), "peer", peer.host(), "result", "ok")
                .sample("asmp_peer_pulls_total", peer.failures(), "peer", peer.host(), "result", "failed"));
    }

    private void closeServer() {
        FederationServer opened = server;
        server = null;
        if (opened != null) {
            opened.close();
        }
    }

    @Override
    public void close() {
        federation.close();
        closeServer();
    }
}
