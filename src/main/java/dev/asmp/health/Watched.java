package dev.asmp.health;

/** A service whose manifest declares a probe. Another declaration makes another of these. */
final class Watched {
    final String name;
    final Check check;
    /** Read by anyone, written by {@link Pulse} under its lock. */
    volatile Result result;
    /** Where it waits. {@link Pulse} alone reads and writes it, under its lock. */
    Lane lane;
    /** When it is probed next; its lane alone reads and writes it. */
    long due;

    Watched(String name, Check check, Result result, Lane lane) {
        this.name = name;
        this.check = check;
        this.result = result;
        this.lane = lane;
    }
}
