package dev.asmp.health;

import dev.asmp.document.Mapping;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The health of all services: probes what manifests declare, again and again, and answers with the last result. Reading a
 * result waits for nothing.
 *
 * <pre>
 *  watch, forget ──► ProbeScheduler: queues ──► thread that starts what is due ──► virtual threads, one per probe
 *                         ▲                                                             │
 *                         └────────── again, after its interval ◄── HealthResults ◄─────┘
 *                                                                        └──► counts, revision, listener
 * </pre>
 */
public final class HealthMonitor implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final InstantSource clock;
    private final HealthHistory history;
    private final HealthResults results;
    private final ProbeScheduler scheduler;

    /**
     * Makes one that probes nothing until it is started; {@code allowRemote} is asked with each probe. The listener is told of
     * one change at a time, on the thread that found it.
     */
    public HealthMonitor(InstantSource clock, BooleanSupplier allowRemote, HealthHistory history,
            Consumer<HealthChange> listener) {
        this(clock, System::nanoTime, new SocketProber(allowRemote),
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("asmp-probe-", 0).factory()), history,
                listener);
    }

    HealthMonitor(InstantSource clock, LongSupplier nanos, Prober prober, Executor probes, HealthHistory history,
            Consumer<HealthChange> listener) {
        this.clock = clock;
        this.history = history;
        this.results = new HealthResults(nanos, listener, history);
        this.scheduler = new ProbeScheduler(lock, results, clock, nanos, prober, probes);
    }

    /**
     * Begins to probe what this manifest declares, or changes what is probed. The same declaration again changes nothing; one
     * with another interval or timeout only keeps the result; without a probe the service is unchecked.
     */
    public void watch(String name, Mapping manifest) {
        watch(name, ProbeSpec.of(manifest));
    }

    void watch(String name, ProbeSpec spec) {
        lock.lock();
        try {
            MonitoredService before = results.find(name);
            boolean isNews = before == null ? !asksForNone(spec) : !spec.equals(before.spec);
            if (isNews && !scheduler.isClosed()) {
                replace(name, before, spec);
            }
        } finally {
            lock.unlock();
        }
        results.tell();
    }

    private static boolean asksForNone(ProbeSpec spec) {
        return spec instanceof ProbeSpec.Unprobed unprobed && unprobed.reason() == null;
    }

    private void replace(String name, @Nullable MonitoredService before, ProbeSpec spec) {
        if (before != null) {
            before.queue.remove(before);
        }
        HealthResult known = before == null ? HealthResult.UNCHECKED : before.result;
        MonitoredService service = new MonitoredService(name, spec, known, scheduler.untried());
        results.put(service);
        if (spec instanceof ProbeSpec.Probe probe) {
            boolean sameTarget = before != null && before.spec instanceof ProbeSpec.Probe old
                    && old.target().equals(probe.target());
            if (!sameTarget) {
                results.set(service, HealthResult.UNCHECKED);
            }
            scheduler.begin(service, probe.interval());
        } else if (spec instanceof ProbeSpec.Unprobed unprobed) {
            results.set(service, HealthResult.unchecked(unprobed.reason()));
        }
        if (asksForNone(spec)) {
            results.remove(name);
        }
    }

    /** Ends the probes of a service and forgets its result, without telling the listener. */
    public void forget(String name) {
        lock.lock();
        try {
            MonitoredService removed = results.remove(name);
            if (removed != null) {
                removed.queue.remove(removed);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Forgets all services but these. */
    public void retain(Predicate<String> names) {
        results.names().stream().filter(names.negate()).forEach(this::forget);
    }

    /** The last result of a service; {@link HealthResult#UNCHECKED} where there is none. */
    public HealthResult of(String name) {
        return results.of(name);
    }

    /** The health of a service in the last 24 hours, oldest first. */
    public List<HealthHistory.Sample> history(String name) {
        return history.of(name, clock.instant());
    }

    /** Tells whether a service's last probe succeeded; null when nothing was checked. */
    public @Nullable Boolean healthy(String name) {
        return results.of(name).healthy();
    }

    /** A number that grows after a result can be seen: with a change of state at once, with any other within a second. */
    public long revision() {
        return results.revision();
    }

    public HealthCounts counts() {
        return results.counts();
    }

    /** The number of probes made since the start. */
    public long probes() {
        return scheduler.made();
    }

    /** Begins to probe, on a thread of its own. */
    public void start() {
        scheduler.start();
    }

    /** Probes everything now, and returns when the results are in and the listener knows them. */
    public void probeAll() throws InterruptedException {
        scheduler.probeAll();
        results.tellAll();
    }

    /** Starts what is due; for tests, which run the schedule by hand. */
    void startDue() {
        scheduler.startDue();
    }

    /** The services that wait for their next probe, and the probes underway. */
    int pending() {
        return scheduler.pending();
    }

    /** Ends all probes; results stay as they were. */
    @Override
    public void close() {
        scheduler.close();
    }
}
