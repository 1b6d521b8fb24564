package dev.asmp.registry;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Where an entry's content came from. */
public enum Sync {
    SCAN, ANNOUNCE, REGISTER, FEDERATE;

    /** The word used on the wire and on disk. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Sync of(@Nullable String word, Sync otherwise) {
        for (Sync sync : values()) {
            if (sync.word().equals(word)) {
                return sync;
            }
        }
        return otherwise;
    }
}
