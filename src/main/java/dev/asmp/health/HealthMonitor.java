package dev.asmp.health;

import dev.asmp.document.Mapping;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Probes services again and again, and knows how they are.
 *
 * <pre>
 *  watch, forget ──► lanes ──► one thread starts what is due ──► a virtual thread a probe, so many at once
 *                      ▲                                                   │
 *                      └──────────── again, after its interval ◄── result, counts, revision, listener
 * </pre>
 *
 * There are two lanes, so that services which do not answer never take the room of those that answered promptly before.
 * Readers take the last result and wait for nothing. The schedule runs on a clock that only moves forward; the clock of the
 * day just dates results.
 */
public final class HealthMonitor implements AutoCloseable {
    /** A probe that takes no longer is prompt. */
    private static final long PROMPT = TimeUnit.MILLISECONDS.toNanos(250);
    /** The schedule is looked at no oftener than this, unless something happens. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);
    /** Made before it is needed: when files or memory have run out, nothing may be left to make it with. */
    private static final HealthResult FAILED = HealthResult.unchecked("the probe itself failed");

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final long origin;
    private final Prober prober;
    private final Executor probes;
    private final HealthChangeQueue beats;

    /** Read by anyone, written under the lock. */
    private final Map<String, MonitoredService> watched = new ConcurrentHashMap<>();
    private final AtomicLong revision = new AtomicLong();
    private volatile HealthCounts counts = HealthCounts.NONE;

    private final LongAdder made = new LongAdder();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition scheduled = lock.newCondition();
    private final Condition ended = lock.newCondition();
    private final ProbeQueue prompt = new ProbeQueue();
    private final ProbeQueue doubtful = new ProbeQueue();
    private final Map<String, MonitoredService> underway = new HashMap<>();
    private @Nullable Thread thread;
    private boolean closed;

    /**
     * Makes one that does nothing until it is started; {@code allowRemote} is asked with each probe. The listener is told on
     * the thread that found out, of one change at a time.
     */
    public HealthMonitor(InstantSource clock, BooleanSupplier allowRemote, Consumer<HealthChange> listener) {
        this(clock, System::nanoTime, new SocketProber(allowRemote),
                Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("asmp-probe-", 0).factory()), listener);
    }

    HealthMonitor(InstantSource clock, LongSupplier nanos, Prober prober, Executor probes,
            Consumer<HealthChange> listener) {
        this.clock = clock;
        this.nanos = nanos;
        this.origin = nanos.getAsLong();
        this.prober = prober;
        this.probes = probes;
        this.beats = new HealthChangeQueue(listener);
    }

    /**
     * Begins to probe what this manifest declares, or changes what is probed. The same declaration again changes nothing; one
     * with another interval or timeout only keeps the result; where there is nothing to probe, the service is unchecked.
     */
    public void watch(String name, Mapping manifest) {
        watch(name, ProbeSpec.of(manifest));
    }

    void watch(String name, ProbeSpec check) {
        lock.lock();
        try {
            MonitoredService before = watched.get(name);
            if (!closed && !check.equals(before == null ? ProbeSpec.NONE : before.check)) {
                replace(name, before, check);
            }
        } finally {
            lock.unlock();
        }
        beats.tell();
    }

    /** Ends the probes of a service; what is known about it is forgotten, and nobody is told. */
    public void forget(String name) {
        lock.lock();
        try {
            MonitoredService it = watched.remove(name);
            if (it != null) {
                it.lane.remove(it);
                count(it.result.healthy(), HealthResult.UNCHECKED);
            }
        } finally {
            lock.unlock();
        }
    }

    private void replace(String name, @Nullable MonitoredService before, ProbeSpec check) {
        if (before != null) {
            before.lane.remove(before);
        }
        HealthResult known = before == null ? HealthResult.UNCHECKED : before.result;
        MonitoredService it = new MonitoredService(name, check, known, doubtful);
        watched.put(name, it);
        switch (check) {
            case ProbeSpec.Probe probe -> {
                boolean same = before != null && before.check instanceof ProbeSpec.Probe old
                        && old.target().equals(probe.target());
                if (!same) {
                    become(it, HealthResult.UNCHECKED);
                }
                doubtful.begin(it, probe.interval(), now());
                scheduled.signal();
            }
            case ProbeSpec.Unprobed unprobed -> become(it, HealthResult.unchecked(unprobed.reason()));
        }
        if (check.equals(ProbeSpec.NONE)) {
            watched.remove(name);
        }
    }

    /** What is known about a service; {@link HealthResult#UNCHECKED} where nothing is. */
    public HealthResult of(String name) {
        MonitoredService it = watched.get(name);
        return it == null ? HealthResult.UNCHECKED : it.result;
    }

    /** Whether a service's last probe succeeded; null when nothing was checked. */
    public @Nullable Boolean healthy(String name) {
        return of(name).healthy();
    }

    /** Grows whenever a service becomes healthy, unhealthy or unchecked, after the new state can be seen. */
    public long revision() {
        return revision.get();
    }

    /** How many probes were made since the start. */
    public long probes() {
        return made.sum();
    }

    public HealthCounts counts() {
        return counts;
    }

    /** Begins to probe, on a thread of its own. */
    public void start() {
        lock.lock();
        try {
            if (thread == null && !closed) {
                thread = Thread.ofPlatform().name("asmp-pulse").daemon().start(this::run);
            }
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        lock.lock();
        try {
            while (!closed) {
                startDue();
                long now = now();
                long _ = scheduled.awaitNanos(Math.max(TICK, Math.min(prompt.pause(now), doubtful.pause(now))));
            }
        } catch (InterruptedException _) {
            // Nobody does that but who wants it to end.
        } finally {
            lock.unlock();
        }
    }

    /** Probes everything now, and returns when the results are in and told: for whoever cannot wait. */
    public void probeAll() throws InterruptedException {
        lock.lock();
        try {
            long asked = now();
            prompt.hurry(asked);
            doubtful.hurry(asked);
            while (!closed && (prompt.wasDue(asked) || doubtful.wasDue(asked) || !underway.isEmpty())) {
                startDue();
                long _ = ended.awaitNanos(TICK);
            }
        } finally {
            lock.unlock();
        }
        beats.tellAll();
    }

    /** Starts what is due, as far as there is room. */
    void startDue() {
        lock.lock();
        try {
            startDue(prompt);
            startDue(doubtful);
        } finally {
            lock.unlock();
        }
    }

    private void startDue(ProbeQueue lane) {
        for (MonitoredService it = lane.next(now()); it != null; it = lane.next(now())) {
            if (!start(it)) {
                lane.left();
                lane.soon(it, now());
            }
        }
    }

    private boolean start(MonitoredService it) {
        if (underway.putIfAbsent(it.name, it) != null) {
            return false; // The probe of its former declaration has not ended.
        }
        try {
            long began = now();
            probes.execute(() -> probe(it, began));
            return true;
        } catch (RuntimeException | Error _) {
            underway.remove(it.name); // Closed meanwhile, or out of memory.
            return false;
        }
    }

    private void probe(MonitoredService it, long began) {
        HealthResult result = FAILED;
        made.increment();
        try {
            result = HealthResult.of(prober.probe((ProbeSpec.Probe) it.check), clock.instant());
        } catch (RuntimeException | Error e) {
            result = HealthResult.unchecked("the probe itself failed: " + e);
        } finally {
            end(it, began, result);
        }
    }

    private void end(MonitoredService it, long began, HealthResult result) {
        lock.lock();
        try {
            underway.remove(it.name);
            boolean wasFull = it.lane.isFull();
            it.lane.left();
            if (!closed && watched.get(it.name) == it && it.check instanceof ProbeSpec.Probe probe) {
                it.lane = now() - began <= PROMPT ? prompt : doubtful;
                it.lane.again(it, probe.interval(), began, now());
                become(it, result);
            }
            if (wasFull || it.lane.isFirst(it)) {
                scheduled.signal();
            }
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        beats.tell();
    }

    private void become(MonitoredService it, HealthResult result) {
        Boolean from = it.result.healthy();
        it.result = result;
        if (count(from, result)) {
            beats.add(new HealthChange(it.name, from, result.healthy(), result));
        }
    }

    /** Counts a change of state; whether it was one. */
    private boolean count(@Nullable Boolean from, HealthResult to) {
        counts = counts.after(from, to);
        boolean changed = !Objects.equals(from, to.healthy());
        if (changed) {
            revision.incrementAndGet();
        }
        return changed;
    }

    private long now() {
        return nanos.getAsLong() - origin;
    }

    /** How many services wait for their next probe, and how many probes are underway. */
    int pending() {
        lock.lock();
        try {
            return prompt.size() + doubtful.size();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all probes; results stay as they were. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            scheduled.signalAll();
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        if (probes instanceof ExecutorService service) {
            service.shutdownNow();
        }
    }
}
