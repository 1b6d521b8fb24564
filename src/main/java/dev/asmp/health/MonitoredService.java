package dev.asmp.health;

/** A service whose manifest declares a probe. Another declaration makes another of these. */
final class MonitoredService {
    final String name;
    final ProbeSpec spec;
    /** Read by any thread, written by {@link HealthResults} under the monitor's lock. */
    volatile HealthResult result;
    /** The queue in which it waits; read and written by {@link ProbeScheduler} alone, under the monitor's lock. */
    ProbeQueue queue;
    /** The moment of its next probe; read and written by its queue alone. */
    long due;

    MonitoredService(String name, ProbeSpec spec, HealthResult result, ProbeQueue queue) {
        this.name = name;
        this.spec = spec;
        this.result = result;
        this.queue = queue;
    }
}
