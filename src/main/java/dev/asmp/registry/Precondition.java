package dev.asmp.registry;

import dev.asmp.store.RefusedException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What somebody saw before asking for a change: one of these generations, or anything at all. */
public record Precondition(@Nullable Set<Long> generations) {
    public static final Precondition NONE = new Precondition(null);

    public Precondition {
        generations = generations == null ? null : Set.copyOf(generations);
    }

    void check(long generation) {
        if (generations != null && !generations.contains(generation)) {
            throw new RefusedException(RefusedException.Reason.CHANGED_MEANWHILE,
                    "changed in the meantime: this is generation " + generation + " now; read it again");
        }
    }
}
