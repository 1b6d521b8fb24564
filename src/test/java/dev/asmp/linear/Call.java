package dev.asmp.linear;

import org.jspecify.annotations.Nullable;

/**
 * One call of a client on one name: what was asked, what was answered, and between which moments.
 *
 * @param said the content that was announced or patched in, or that a look-up found
 * @param expected the generation for which the change was meant; 0 for any
 * @param generation the generation in the answer; 0 where there is none
 */
record Call(String name, Kind kind, @Nullable String said, long expected, Outcome outcome, long generation, long called,
        long returned) {
    enum Kind {
        ANNOUNCE, GET, PATCH, DELETE
    }

    enum Outcome {
        DONE, NOT_FOUND, CHANGED_MEANWHILE
    }

    /** The same call with another answer to a look-up. */
    Call finding(String other, long otherGeneration) {
        return new Call(name, kind, other, expected, Outcome.DONE, otherGeneration, called, returned);
    }
}
