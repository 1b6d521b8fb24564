package dev.asmp.health;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The last result of each monitored service, with the counts, the revision, and the changes of state on their way to the
 * listener. Any thread reads; {@link HealthMonitor} and {@link ProbeScheduler} write under the monitor's lock.
 */
final class HealthResults {
    private final Map<String, MonitoredService> services = new ConcurrentHashMap<>();
    /** The longest time for which an answer may show the result before the last one of the same state. */
    private static final long LAG = Duration.ofSeconds(1).toNanos();

    private final LongSupplier nanos;
    private final AtomicLong states = new AtomicLong();
    private final AtomicLong latest = new AtomicLong();
    private volatile long shown;
    private volatile long shownSince;
    private volatile HealthCounts counts = HealthCounts.NONE;
    private final Consumer<HealthChange> listener;
    private final ConcurrentLinkedQueue<HealthChange> untold = new ConcurrentLinkedQueue<>();
    private final HealthHistory history;
    private final ReentrantLock telling = new ReentrantLock();

    HealthResults(LongSupplier nanos, Consumer<HealthChange> listener, HealthHistory history) {
        this.history = history;
        this.nanos = nanos;
        this.shownSince = nanos.getAsLong();
        this.listener = listener;
    }

    @Nullable
    MonitoredService find(String name) {
        return services.get(name);
    }

    HealthResult of(String name) {
        MonitoredService service = services.get(name);
        return service == null ? HealthResult.UNCHECKED : service.result;
    }

    /**
     * A number that grows with each change of state at once, and with other results at most once a second: with thousands of
     * probes a minute, rendered answers would otherwise be compared with the results at every lookup.
     */
    long revision() {
        if (latest.get() != shown && nanos.getAsLong() - shownSince >= LAG) {
            show();
        }
        return states.get() + shown;
    }

    private synchronized void show() {
        long now = nanos.getAsLong();
        if (now - shownSince >= LAG) {
            shownSince = now;
            shown = latest.get();
        }
    }

    HealthCounts counts() {
        return counts;
    }

    /** Tells whether this declaration of a service is still in force. */
    boolean isCurrent(MonitoredService service) {
        return services.get(service.name) == service;
    }

    void put(MonitoredService service) {
        services.put(service.name, service);
    }

    /** Removes a service and its result; its listener is not told. */
    @Nullable
    MonitoredService remove(String name) {
        MonitoredService removed = services.remove(name);
        if (removed != null) {
            count(removed.result.healthy(), HealthResult.UNCHECKED);
            states.incrementAndGet();
        }
        return removed;
    }

    /** The names of all services. */
    Set<String> names() {
        return services.keySet();
    }

    /** Replaces a result; a change of state is queued for the listener. */
    void set(MonitoredService service, HealthResult result) {
        Boolean from = service.result.healthy();
        boolean isNew = service.result != result;
        service.result = result;
        boolean changed = count(from, result);
        if (isNew) {
            latest.incrementAndGet();
            remember(service.name, result);
        }
        if (changed) {
            states.incrementAndGet();
            untold.add(new HealthChange(service.name, from, result.healthy(), result));
        }
    }

    private void remember(String name, HealthResult result) {
        Boolean healthy = result.healthy();
        Instant at = result.lastCheck();
        if (healthy != null && at != null) {
            history.add(name, at, healthy, result.latencyMs());
        }
    }

    /** Counts a result; returns whether it changes the state. */
    private boolean count(@Nullable Boolean from, HealthResult to) {
        counts = counts.after(from, to);
        return !Objects.equals(from, to.healthy());
    }

    /** Tells the listener what is queued; to be called without a lock, since the listener's duration is unknown. */
    void tell() {
        if (!untold.isEmpty()) {
            tellAll();
        }
    }

    /** Returns only when everything was told, also what another thread is telling just now. */
    void tellAll() {
        telling.lock();
        try {
            for (HealthChange change = untold.poll(); change != null; change = untold.poll()) {
                tell(change);
            }
        } finally {
            telling.unlock();
        }
    }

    /** A listener that fails ends neither a probe nor a declaration. */
    private void tell(HealthChange change) {
        try {
            listener.accept(change);
        } catch (RuntimeException e) {
            Thread current = Thread.currentThread();
            current.getUncaughtExceptionHandler().uncaughtException(current, e);
        }
    }
}
