package dev.asmp.health;

/** A service whose manifest declares a probe. Another declaration makes another of these. */
final class Watched {
    final String name;
    final Check check;
    /** Read by anyone, written by {@link Pulse} under its lock. */
    volatile Result result;
    /** When it is probed next; {@link Schedule} alone reads and writes it. */
    long due;

    Watched(String name, Check check, Result result) {
        this.name = name;
        this.check = check;
        this.result = result;
    }
}
