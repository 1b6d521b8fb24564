package dev.asmp.fuzz;

import static org.junit.jupiter.api.Assertions.assertFalse;

import java.util.Locale;

/** A parser that reads what others wrote; a check throws where it breaks a promise, and accepts what it may refuse. */
enum Target {
    YAML(DocumentTargets::yaml), JSON(DocumentTargets::json), MANIFEST(DocumentTargets::manifest), PROFILE(
            DocumentTargets::profile), JOURNAL(JournalTarget::check), MESSAGE(WireTargets::message), EVENTS(
                    WireTargets::events), REQUEST(RequestTarget::check);

    @SuppressWarnings("ImmutableEnumChecker") // methods without state
    private final Check check;

    /** Tries one input. */
    @FunctionalInterface
    interface Check {
        void on(byte[] input) throws Exception;
    }

    Target(Check check) {
        this.check = check;
    }

    /** Checks an input within the limits of time and memory that every input has. */
    void check(byte[] input) throws Exception {
        Effort first = new Effort();
        check.on(input);
        if (first.isTooMuchFor(input)) { // classes were loaded, perhaps
            Effort second = new Effort();
            check.on(input);
            assertFalse(second.isTooMuchFor(input), second::toString);
        }
    }

    /** The name of its folder in the corpus. */
    String folder() {
        return name().toLowerCase(Locale.ROOT);
    }
}
