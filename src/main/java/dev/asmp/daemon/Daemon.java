package dev.asmp.daemon;

import dev.asmp.document.Document;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Sequence;
import dev.asmp.events.Feed;
import dev.asmp.health.HealthMonitor;
import dev.asmp.http.ApiServer;
import dev.asmp.http.FleetServer;
import dev.asmp.http.MetricsPage;
import dev.asmp.manifest.ApiAddress;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.manifest.InvalidDocumentException;
import dev.asmp.mcp.Mcp;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.Registry;
import dev.asmp.store.AppendLog;
import dev.asmp.store.PrivateFiles;
import dev.asmp.vm.EmbeddedVmStore;
import dev.asmp.vm.VmStore;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The registry as a running process: built here by constructors, started, kept going by timers, and stopped in order.
 *
 * <pre>
 *   Environment → HostProfile → Registry ← ScanCycle ← Timers
 *                                  ↑           ↑
 *                               ApiServer ─────┘  (POST /discover/scan)
 * </pre>
 */
public final class Daemon implements AutoCloseable {
    private static final Duration TICK = Duration.ofSeconds(1);
    private static final Duration CERTIFICATE_LOOK = Duration.ofSeconds(10);
    private static final int KEPT_EVENTS = 4_096;

    private final Environment environment;
    private final PrintStream out;
    private final Log log;
    private final StateLock lock;
    private final Registry registry;
    private final Feed feed;
    private final Feed vmFeed;
    private final VmStore vms;
    private final ChangeNotifier happenings;
    private final HealthMonitor pulse;
    private final ScanCycle scans;
    private final Mcp mcp;
    private final ApiServer api;
    private final SystemdNotifier systemd;
    private final PeriodicTasks timers;
    private final ManifestWatcher watching;
    private volatile @Nullable FleetServer fleet;
    private @Nullable SelfRegistration self;
    private final CountDownLatch firstScan = new CountDownLatch(1);
    private volatile HostProfile profile;

    /** Builds everything and begins to listen and scan; a {@link StartFailure} says in one sentence why it cannot. */
    public static Daemon start(Environment environment, InstantSource clock, PrintStream out, PrintStream err)
            throws StartFailure {
        Path home = environment.stateFolder();
        StateLock lock = null;
        try {
            PrivateFiles.makeFolder(home);
            lock = StateLock.take(home);
            Thread.ofPlatform().name("load-http").daemon().start(ApiServer::load);
            Daemon daemon = new Daemon(environment, clock, out, err, lock, readProfile(environment));
            daemon.begin();
            return daemon;
        } catch (IOException e) {
            release(lock);
            throw new StartFailure("cannot use the state folder " + home + ": " + e.getMessage());
        } catch (StartFailure e) {
            release(lock);
            throw e;
        }
    }

    private static void release(@Nullable StateLock lock) {
        try {
            if (lock != null) {
                lock.close();
            }
        } catch (IOException _) {
            // The process ends now, and the lock with it.
        }
    }

    private static HostProfile readProfile(Environment environment) throws StartFailure {
        try {
            return HostProfile.load(environment);
        } catch (IOException | MalformedDocumentException | InvalidDocumentException e) {
            throw new StartFailure(environment.hostProfile() + ": " + e.getMessage());
        }
    }

    private Daemon(Environment environment, InstantSource clock, PrintStream out, PrintStream err, StateLock lock,
            HostProfile profile) throws IOException {
        this.environment = environment;
        this.out = out;
        this.lock = lock;
        this.profile = profile;
        this.log = new Log(err, clock, environment.variable("JOURNAL_STREAM") != null);
        log.takeOverLibraryLogs();
        Path home = environment.stateFolder();
        this.feed = new Feed(KEPT_EVENTS, clock.millis());
        this.vmFeed = new Feed(KEPT_EVENTS, clock.millis());
        this.vms = new EmbeddedVmStore(home.resolve(EmbeddedVmStore.FILE), clock, System::nanoTime, log::error);
        vms.subscribe(change -> FleetListener.tell(change, vmFeed));
        this.happenings = new ChangeNotifier(log, feed, this::catalog, clock);
        this.registry = new Registry(profile.servicesFolder(), home, clock, () -> this.profile, happenings::tell,
                log::warn);
        this.pulse = new HealthMonitor(clock, () -> this.profile.probesRemote(), happenings::tell);
        this.scans = new ScanCycle(registry, () -> this.profile, clock, log);
        this.watching = new ManifestWatcher(scans, () -> this.profile, log);
        Discoveries discoveries = new Discoveries(new AppendLog(home.resolve(Discoveries.FILE)), clock);
        this.mcp = new Mcp(new McpBinding(this::api), environment, version(), log::error);
        happenings.notify(mcp);
        this.api = new ApiServer(profile.api(), new ApiServer.Sources(registry, discoveries, pulse, feed, vms, vmFeed,
                () -> this.profile, OwnerToken.of(home), () -> scans.scan().document(), this::reload,
                McpBinding.guest(mcp), this::writeTo, log::error));
        this.systemd = new SystemdNotifier(environment.variable("NOTIFY_SOCKET"),
                environment.variable("WATCHDOG_USEC"));
        this.timers = new PeriodicTasks(log);
    }

    private void begin() throws StartFailure, IOException {
        try {
            listen();
            fleet = FleetListener.open(profile.fleet(), environment, vms, vmFeed, log);
        } catch (StartFailure e) {
            closeAll();
            throw e;
        }
        lock.announce(api.url());
        int services = registry.catalog().size();
        out.println("asmp listens on " + api.url() + " with " + services + (services == 1 ? " service" : " services")
                + " (state in " + environment.stateFolder() + ")");
        openFleet();
        out.flush();
        Thread.ofPlatform().name("first-scan").daemon().start(this::scanFirst);
        timers.repeat("expiry of announces", () -> TICK, scans::expire);
        timers.repeat("heap", () -> TICK, new HeapTrimmer()::look);
        Duration watchdog = systemd.watchdogInterval();
        if (watchdog != null) {
            timers.repeat("watchdog", () -> watchdog, this::reassureWatchdog);
        }
    }

    private void openFleet() {
        FleetServer server = fleet;
        if (server != null) {
            out.println("the VM registry listens for other hosts on " + server.url());
            timers.repeat("renewal of the fleet's certificate", () -> CERTIFICATE_LOOK,
                    () -> renewCertificate(server));
        }
        if (profile.fleet().self()) {
            int port = URI.create(server == null ? api.url() : server.url()).getPort();
            self = new SelfRegistration(vms, this::catalog, environment, profile.hostId(), port);
            self.begin();
            timers.repeat("this host's own heartbeat", () -> SelfRegistration.BEAT, self::beat);
        }
    }

    private void renewCertificate(FleetServer server) {
        try {
            if (server.renewCertificate()) {
                log.info("the fleet's certificate was renewed");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void listen() throws StartFailure {
        try {
            api.start();
        } catch (IOException e) {
            ApiAddress address = profile.api();
            String reason = String.valueOf(e.getMessage());
            throw new StartFailure(reason.contains("in use")
                    ? "port " + address.port() + " on " + address.host() + " is in use by another program; stop it, or"
                            + " set registry.api in host.yaml to another port"
                    : "cannot listen on " + address.url() + ": " + reason);
        }
    }

    private void scanFirst() {
        try {
            happenings.follow(pulse);
            pulse.start();
            String paths = profile.scanPathsShown();
            ScanOutcome outcome = scans.scan();
            out.println(paths == null
                    ? "nothing to scan: set discovery.scan_paths in host.yaml (none of ~/repos*, ~/src, ~/code,"
                            + " ~/projects, ~/dev is there, or the list is empty)"
                    : outcome.line() + " (" + paths + ")");
            out.flush();
        } catch (RuntimeException e) {
            log.error("the first scan failed: " + e);
        } finally {
            firstScan.countDown();
            timers.repeat("scan", () -> profile.discovery().interval(), this::scanQuietly);
            warnUnless(systemd.send("READY=1\nSTATUS=" + registry.catalog().size() + " services on " + api.url()));
            timers.repeat("the watch for manifests", watching::pause, watching::look);
        }
    }

    /** Waits until the first scan is over; for tests and for whoever wants the whole picture. */
    public void awaitFirstScan() throws InterruptedException {
        firstScan.await();
    }

    /** The address at which the API answers. */
    public String url() {
        return api.url();
    }

    private void scanQuietly() {
        ScanOutcome outcome = scans.scan();
        if (outcome.registered() > 0) {
            log.info(outcome.line());
        }
    }

    /** Only a daemon whose writer still works is alive: an empty change must come back. */
    private void reassureWatchdog() {
        registry.markStale(List.of());
        warnUnless(systemd.send("WATCHDOG=1"));
    }

    private void warnUnless(@Nullable String failure) {
        if (failure != null) {
            log.warn(failure);
        }
    }

    private Mapping reload() {
        List<Document> problems = new ArrayList<>();
        try {
            profile = HostProfile.load(environment).keepingRegistryOf(profile);
        } catch (IOException | MalformedDocumentException | InvalidDocumentException e) {
            problems.add(problem(String.valueOf(environment.hostProfile()),
                    e.getMessage() + " (the profile stays as it was)"));
        }
        Registry.Reloaded reloaded = registry.reload();
        reloaded.problems().forEach(broken -> problems.add(problem(broken.path(), broken.error())));
        problems.forEach(problem -> log.warn("reload: " + ((Mapping) problem).text("path") + ": "
                + ((Mapping) problem).text("error")));
        log.info("reloaded: " + reloaded.total() + " services");
        return Mapping.builder().put("message", "reloaded" + (problems.isEmpty() ? "" : " with problems"))
                .put("total", reloaded.total()).put("problems", new Sequence(problems)).build();
    }

    private static Mapping problem(String path, @Nullable String error) {
        return Mapping.builder().put("path", path).put("error", error).build();
    }

    private static String version() {
        String version = Daemon.class.getPackage().getImplementationVersion();
        return version == null ? "development" : version;
    }

    private void writeTo(MetricsPage page) {
        scans.totals().writeTo(page);
        FleetServer server = fleet;
        if (server != null) {
            server.writeTo(page);
        }
    }

    private ApiServer api() {
        return api;
    }

    private Catalog catalog() {
        return registry.catalog();
    }

    /** Finishes requests under way and lets go of everything. */
    @Override
    public void close() {
        systemd.send("STOPPING=1");
        timers.close();
        if (self != null) {
            self.end();
        }
        closeAll();
        release(lock);
    }

    private void closeAll() {
        timers.close();
        watching.close();
        pulse.close();
        feed.close(); // whoever waits for news is answered before the server stops
        vmFeed.close();
        mcp.close();
        if (fleet != null) {
            fleet.close();
        }
        api.close();
        registry.close();
        vms.close();
    }

    /** Serves until the process is told to stop, at whatever moment, which then ends with exit code 0. */
    public static void serve(PrintStream out, PrintStream err) throws StartFailure, InterruptedException {
        AtomicReference<@Nullable Daemon> running = new AtomicReference<>();
        Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
            try {
                Daemon daemon = running.get();
                if (daemon != null) {
                    daemon.close();
                    daemon.log.info("stopped");
                }
            } finally {
                out.flush();
                err.flush();
                Runtime.getRuntime().halt(0); // after a signal the JVM would exit with 143
            }
        }));
        running.set(start(Environment.ofProcess(), InstantSource.system(), out, err));
        new CountDownLatch(1).await();
    }
}
