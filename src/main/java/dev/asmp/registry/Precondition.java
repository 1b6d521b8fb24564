package dev.asmp.registry;

import dev.asmp.store.RefusedException;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The generations of an entry for which a change is meant; null for any. */
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
