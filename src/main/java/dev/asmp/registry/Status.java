package dev.asmp.registry;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The status of an entry. */
public enum Status {
    REGISTERED, STALE, PENDING, REJECTED;

    /** The word used on the wire and on disk. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Status of(@Nullable String word, Status otherwise) {
        for (Status status : values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        return otherwise;
    }
}
