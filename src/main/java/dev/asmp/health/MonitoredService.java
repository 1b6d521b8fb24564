package dev.asmp.health;

/** A service whose manifest declares a probe. Another declaration makes another of these. */
final class MonitoredService {
    final String name;
    final ProbeSpec check;
    /** Read by anyone, written by {@link HealthMonitor} under its lock. */
    volatile HealthResult result;
    /** Where it waits. {@link HealthMonitor} alone reads and writes it, under its lock. */
    ProbeQueue lane;
    /** When it is probed next; its lane alone reads and writes it. */
    long due;

    MonitoredService(String name, ProbeSpec check, HealthResult result, ProbeQueue lane) {
        this.name = name;
        this.check = check;
        this.result = result;
        this.lane = lane;
    }
}
