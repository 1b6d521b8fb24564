package dev.asmp.daemon;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.events.Feed;
import dev.asmp.health.HealthHistory;
import dev.asmp.health.HealthMonitor;
import dev.asmp.http.ApiServer;
import dev.asmp.http.ApiSources;
import dev.asmp.http.HttpBudgets;
import dev.asmp.http.MetricsPage;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.mcp.Mcp;
import dev.asmp.models.Models;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.Registry;
import dev.asmp.registry.RegistryBudgets;
import dev.asmp.registry.RegistryClock;
import dev.asmp.store.AppendLog;
import dev.asmp.store.RefusedException;
import dev.asmp.vm.VmStore;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The registry as a running process: built here by constructors, started, kept going by tasks, and stopped in order.
 *
 * <pre>
 *   Environment → HostProfile → Registry ← ScanCycle ← Timers
 *                                  ↑           ↑
 *                               ApiServer ─────┘  (POST /discover/scan)
 * </pre>
 */
public final class Daemon implements AutoCloseable {
    private static final int KEPT_EVENTS = 4_096;
    /** The rendered lists of VMs that each socket keeps. */
    private static final long VM_LISTS = 4 * 1024 * 1024;
    private static final Duration LAST_LINES = Duration.ofMillis(500);

    private final Environment environment;
    private final LineWriter out;
    private final Log log;
    private final StateLock lock;
    private final Registry registry;
    private final Feed feed;
    private final Feed vmFeed;
    private final VmStore vms;
    private final OwnerAgents agents;
    private final ChangeNotifier changes;
    private final HealthMonitor health;
    private final HealthHistoryFile historyFile;
    private final ScanCycle scans;
    private final Mcp mcp;
    private final ApiServer api;
    private final SystemdNotifier systemd;
    private final PeriodicTasks tasks;
    private final ManifestWatcher watcher;
    private final Alarms alarms;
    private final FleetListener fleet;
    private final FleetLife life;
    private final Hosts hosts;
    private final CountDownLatch firstScan = new CountDownLatch(1);
    private final LiveProfile profile;

    /** Builds everything and begins to listen and scan; a {@link StartFailure} says in one sentence why it cannot. */
    public static Daemon start(Environment environment, InstantSource clock, LongSupplier nanos, PrintStream out,
            PrintStream err) throws StartFailure {
        Path home = environment.stateFolder();
        StateLock lock = null;
        try {
            StateFolder.make(home);
            lock = StateLock.take(home);
            StateFormat.check(home);
            Thread.ofPlatform().name("load-http").daemon().start(ApiServer::load);
            Daemon daemon = new Daemon(environment, clock, nanos, out, err, lock, LiveProfile.read(environment));
            daemon.begin();
            return daemon;
        } catch (IOException e) {
            release(lock);
            throw new StartFailure("cannot use the state folder " + home + ": " + IoReason.of(e, home));
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

    private Daemon(Environment environment, InstantSource clock, LongSupplier nanos, PrintStream out, PrintStream err,
            StateLock lock, LiveProfile profile) throws IOException, StartFailure {
        this.environment = environment;
        this.out = new LineWriter(out, count -> count + " lines were dropped here: standard output was not read");
        this.lock = lock;
        this.profile = profile;
        this.log = new Log(err, clock,
                environment.variable("JOURNAL_STREAM") == null ? environment.stateFolder() : null);
        log.takeOverLibraryLogs();
        Path home = environment.stateFolder();
        StateImport.finish(home, log);
        ByteBudget waiting = new ByteBudget(MemoryBudgets.QUEUES.bytes() / 3 * 2);
        long events = MemoryBudgets.EVENTS.bytes() / 2;
        this.feed = new Feed(KEPT_EVENTS, events, clock.millis());
        this.vmFeed = new Feed(KEPT_EVENTS, events, FleetStore.firstEvent(profile.get(), clock));
        this.vms = FleetStore.open(profile.get(), home, clock, nanos, waiting, MemoryBudgets.VMS.bytes() - VM_LISTS,
                Build.ofThisProgram().version(), log);
        long untold = MemoryBudgets.QUEUES.bytes() / 6;
        vms.subscribe(new FleetNotifier(vmFeed, untold, log));
        this.changes = new ChangeNotifier(log, feed, this::catalog, clock, untold);
        this.registry = new Registry(profile.get().servicesFolder(), home, new RegistryClock(clock, nanos), profile,
                new RegistryBudgets(MemoryBudgets.INDEX.bytes(), MemoryBudgets.NAMES.bytes(), waiting), changes::tell,
                log::warn);
        HealthHistory history = new HealthHistory(new ByteBudget(MemoryBudgets.HISTORY.bytes()));
        this.historyFile = new HealthHistoryFile(home, history, clock, log);
        this.health = new HealthMonitor(clock, () -> profile.get().probesRemote(), history, changes::tell);
        this.scans = new ScanCycle(registry, profile::current, clock, log);
        this.watcher = new ManifestWatcher(scans, profile, log, System::nanoTime);
        Discoveries discoveries = new Discoveries(new AppendLog(home.resolve(Discoveries.FILE)), clock,
                MemoryBudgets.NOTES.bytes());
        this.mcp = new Mcp(request -> api().dispatch(request), environment, Build.ofThisProgram().version(),
                new ByteBudget(MemoryBudgets.MCP.bytes()), log::error);
        changes.notify(mcp);
        HttpBudgets budgets = new HttpBudgets(new ByteBudget(MemoryBudgets.REQUESTS.bytes()),
                new ByteBudget(MemoryBudgets.RESPONSES.bytes()));
        this.fleet = new FleetListener(profile.get(), environment, vms, vmFeed, this::catalog, budgets, log);
        this.hosts = new Hosts(home, environment, profile, this::catalog, health, feed, budgets, clock, nanos, log);
        this.life = new FleetLife(environment, profile, vms, vmFeed, clock, log);
        this.agents = new OwnerAgents(environment, vms, FleetStore.leases(profile.get(), clock, nanos),
                profile.get().hostId(), life, fleet::url, clock, log);
        LiveState state = new LiveState(home, registry, scans, fleet::url, clock, clock.instant(),
                Build.ofThisProgram());
        this.api = new ApiServer(profile.get().api(), profile.get().portAccess(), SocketPath.of(environment),
                new ApiSources(registry, discoveries, health, feed, vms, vmFeed, agents.agents(), profile,
                        OwnerToken.of(home), () -> scans.scan().document(), this::reload, mcp::answer, this::writeTo,
                        state, budgets, log::error,
                        new Models(this::catalog, health, () -> profile.get().modelSecrets(), environment::variable),
                        hosts.federation(), hosts.history(), life, new ByteBudget(MemoryBudgets.EXECS.bytes())));
        this.systemd = new SystemdNotifier(environment.variable("NOTIFY_SOCKET"),
                environment.variable("WATCHDOG_USEC"));
        this.tasks = new PeriodicTasks(log);
        this.alarms = new Alarms(tasks, registry, scans, watcher);
    }

    private void begin() throws StartFailure, IOException {
        try {
            ApiListening.begin(api, profile.get().api(), log::warn);
            fleet.open();
            hosts.open();
        } catch (StartFailure e) {
            closeAll();
            flushLines();
            throw e;
        }
        lock.announce(api.url(), api.socketPath(), profile.get().portAccess());
        profile.warn(log);
        int services = registry.catalog().size();
        out.print("asmp listens on " + url() + " with " + services + (services == 1 ? " service" : " services")
                + " (state in " + environment.stateFolder() + ")");
        fleet.begin(api.url(), out::print, tasks);
        life.begin(tasks);
        hosts.begin(out::print, tasks);
        Thread.ofPlatform().name("first-scan").daemon().start(this::scanFirst);
        alarms.begin(vms);
        agents.begin(tasks);
        Duration watchdog = systemd.watchdogInterval();
        if (watchdog != null) {
            tasks.repeat("watchdog", () -> watchdog, Watchdog.of(registry, api, systemd, log::warn));
        }
    }

    private void scanFirst() {
        try {
            historyFile.load();
            historyFile.begin(tasks);
            changes.follow(health);
            health.start();
            ScanOutcome outcome = scans.scan();
            String paths = profile.get().scanPathsShown();
            out.print(outcome.line() + (paths == null ? "" : " (" + paths + ")"));
        } catch (RefusedException e) {
            log.warn("the first scan was cut short: " + e.getMessage());
        } catch (RuntimeException e) {
            log.error("the first scan failed: " + e);
        } finally {
            firstScan.countDown();
            tasks.repeat("scan", () -> profile.get().discovery().interval(), this::scanQuietly);
            log.warnIf(systemd.send("READY=1\nSTATUS=" + registry.catalog().size() + " services on " + url()));
            alarms.watch();
        }
    }

    /** Waits until the first scan is over. */
    public void awaitFirstScan() throws InterruptedException {
        firstScan.await();
    }

    /** The address at which the API answers, or the path of its socket where it has no port. */
    public String url() {
        String url = api.url();
        return url == null ? String.valueOf(api.socketPath()) : url;
    }

    private void scanQuietly() {
        ScanOutcome outcome = scans.scan();
        if (outcome.registered() > 0) {
            log.info(outcome.line());
        }
    }

    private Mapping reload() {
        Mapping answer = profile.reload(registry, changes, log, fleet::apply, hosts::apply);
        alarms.profileChanged();
        hosts.keepUp(tasks);
        return answer;
    }

    private void writeTo(MetricsPage page) {
        scans.totals().writeTo(page);
        fleet.writeTo(page);
        hosts.writeTo(page);
        FleetStore.writeTo(page, vms);
    }

    private ApiServer api() {
        return api;
    }

    private Catalog catalog() {
        return registry.catalog();
    }

    /** Finishes requests under way and releases everything. */
    @Override
    public void close() {
        closeEach(List.of(() -> systemd.send("STOPPING=1"), tasks, fleet::sayGoodbye), log::error);
        closeAll();
        release(lock);
    }

    private void closeAll() {
        // The feeds answer clients that wait for changes, before the server stops.
        closeEach(List.of(tasks, watcher, health, historyFile::save, feed, vmFeed, mcp, hosts, fleet, api, agents, life,
                registry, vms), log::error);
    }

    /** Closes each part in turn; one that fails leaves out no other. */
    static void closeEach(List<AutoCloseable> parts, Consumer<String> log) {
        for (AutoCloseable part : parts) {
            try {
                part.close();
            } catch (Exception | Error e) {
                log.accept("while stopping: " + (e instanceof RefusedException ? e.getMessage() : e));
            }
        }
    }

    /** Waits until what was said is written, at most half a second. */
    public void flushLines() {
        long began = System.nanoTime();
        changes.flush(LAST_LINES);
        out.flush(LAST_LINES.minusNanos(System.nanoTime() - began));
        log.flush(LAST_LINES.minusNanos(System.nanoTime() - began));
    }

    Log log() {
        return log;
    }
}
