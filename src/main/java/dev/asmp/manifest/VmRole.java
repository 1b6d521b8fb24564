package dev.asmp.manifest;

import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The purpose of a VM. */
public enum VmRole {
    INFRA, LIEUTENANT, WORKER, GOLDEN, CUSTOM;

    /** All words, in the order in which they are shown. */
    public static final List<String> WORDS = Stream.of(values()).map(VmRole::word).toList();

    private final String word = name().toLowerCase(Locale.ROOT);

    /** The role as it is written on the wire. */
    public String word() {
        return word;
    }

    /** The role of this word, or null where there is none. */
    public static @Nullable VmRole of(@Nullable String word) {
        for (VmRole role : values()) {
            if (role.word.equals(word)) {
                return role;
            }
        }
        return null;
    }
}
