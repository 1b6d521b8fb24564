package dev.asmp.manifest;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The state that a VM reports; its heartbeats tell whether it is still there. */
public enum VmStatus {
    RUNNING, PAUSED, STOPPED;

    /** All words, in the order in which they are shown. */
    public static final List<String> WORDS = Stream.of(values()).map(VmStatus::word).toList();

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The status as it is written on the wire. */
    public String word() {
        return word;
    }

    /** The status of this word, or null where there is none. */
    public static @Nullable VmStatus of(@Nullable String word) {
        for (VmStatus status : values()) {
            if (status.word.equals(word)) {
                return status;
            }
        }
        return null;
    }
}
