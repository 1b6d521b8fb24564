package dev.asmp.registry;

import dev.asmp.document.ByteBudget;

/**
 * The most bytes of memory that a registry may take.
 *
 * @param index for entries, proposals, what takeovers replaced, their indexes and rendered answers
 * @param names for what is remembered of removed names
 * @param queue for changes that wait for a writer, shared with other engines
 */
public record RegistryBudgets(long index, long names, ByteBudget queue) {
    /** The part of the index for rendered answers, which can be rendered again. */
    long answers() {
        return index / 16;
    }

    long entries() {
        return index - answers();
    }
}
