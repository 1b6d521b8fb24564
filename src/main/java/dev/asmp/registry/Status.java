package dev.asmp.registry;

import java.util.Locale;

/** Where an entry stands. */
public enum Status {
    REGISTERED, STALE, PENDING, REJECTED;

    /** The word used on the wire and on disk. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
