package dev.asmp.health;

import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The schedule of probes: one thread starts what is due, each probe runs on a thread of the executor, and a probe that has
 * ended is queued again after its interval. There are two queues, so that services which do not answer never delay those that
 * answered promptly before. The schedule runs on a clock that only moves forward; the other clock dates results.
 *
 * <p>The lock is the monitor's, since a declaration and a result change the schedule and the results together.
 */
final class ProbeScheduler {
    /** A probe that takes no longer is prompt. */
    private static final long PROMPT = TimeUnit.MILLISECONDS.toNanos(250);
    /** Limits how often the schedule is looked at while nothing happens. */
    private static final long TICK = TimeUnit.MILLISECONDS.toNanos(5);
    /** Made in advance: when files or memory have run out, it could not be made any more. */
    private static final HealthResult FAILED = HealthResult.unchecked("the probe itself failed");

    private final ReentrantLock lock;
    private final HealthResults results;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final long origin;
    private final Prober prober;
    private final Executor probes;

    private final LongAdder made = new LongAdder();
    private final Condition scheduled;
    private final Condition ended;
    private final ProbeQueue prompt = new ProbeQueue();
    private final ProbeQueue doubtful = new ProbeQueue();
    private final Map<String, MonitoredService> underway = new HashMap<>();
    private @Nullable Thread thread;
    private boolean closed;

    ProbeScheduler(ReentrantLock lock, HealthResults results, InstantSource clock, LongSupplier nanos, Prober prober,
            Executor probes) {
        this.lock = lock;
        this.results = results;
        this.clock = clock;
        this.nanos = nanos;
        this.origin = nanos.getAsLong();
        this.prober = prober;
        this.probes = probes;
        this.scheduled = lock.newCondition();
        this.ended = lock.newCondition();
    }

    /** The queue in which a service waits that was never probed. */
    ProbeQueue untried() {
        return doubtful;
    }

    /** Queues a service that was never probed. Needs the lock, as {@link #isClosed} does. */
    void begin(MonitoredService service, Duration interval) {
        service.queue.begin(service, interval, now());
        scheduled.signal();
    }

    boolean isClosed() {
        return closed;
    }

    long made() {
        return made.sum();
    }

    /** Begins to probe, on a thread of its own. */
    void start() {
        lock.lock();
        try {
            if (thread == null && !closed) {
                thread = Thread.ofPlatform().name("asmp-probes").daemon().start(this::run);
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
            // The thread is to end.
        } finally {
            lock.unlock();
        }
    }

    /** Probes everything now, and returns when the results are in. */
    void probeAll() throws InterruptedException {
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
    }

    /** Starts what is due, up to the limit of each queue. */
    void startDue() {
        lock.lock();
        try {
            startDue(prompt);
            startDue(doubtful);
        } finally {
            lock.unlock();
        }
    }

    private void startDue(ProbeQueue queue) {
        for (MonitoredService service = queue.next(now()); service != null; service = queue.next(now())) {
            if (!start(service)) {
                queue.left();
                queue.soon(service, now());
            }
        }
    }

    private boolean start(MonitoredService service) {
        if (underway.putIfAbsent(service.name, service) != null) {
            return false; // the probe of its former declaration has not ended
        }
        try {
            long began = now();
            probes.execute(() -> probe(service, began));
            return true;
        } catch (RuntimeException | Error _) {
            underway.remove(service.name); // closed meanwhile, or out of memory
            return false;
        }
    }

    private void probe(MonitoredService service, long began) {
        HealthResult result = FAILED;
        made.increment();
        try {
            result = HealthResult.of(prober.probe((ProbeSpec.Probe) service.spec), clock.instant());
        } catch (RuntimeException | Error e) {
            result = HealthResult.unchecked("the probe itself failed: " + e);
        } finally {
            end(service, began, result);
        }
    }

    private void end(MonitoredService service, long began, HealthResult result) {
        lock.lock();
        try {
            underway.remove(service.name);
            boolean wasFull = service.queue.isFull();
            service.queue.left();
            if (!closed && results.isCurrent(service) && service.spec instanceof ProbeSpec.Probe probe) {
                service.queue = now() - began <= PROMPT ? prompt : doubtful;
                service.queue.again(service, probe.interval(), began, now());
                results.set(service, result);
            }
            if (wasFull || service.queue.isFirst(service)) {
                scheduled.signal();
            }
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        results.tell();
    }

    private long now() {
        return nanos.getAsLong() - origin;
    }

    /** The services that wait for their next probe, and the probes underway. */
    int pending() {
        lock.lock();
        try {
            return prompt.size() + doubtful.size();
        } finally {
            lock.unlock();
        }
    }

    /** Ends all probes. */
    void close() {
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
