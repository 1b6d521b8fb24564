package dev.asmp.vm;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a VM is for. */
public enum VmRole {
    INFRA, LIEUTENANT, WORKER, GOLDEN, CUSTOM;

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
