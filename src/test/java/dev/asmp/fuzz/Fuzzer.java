package dev.asmp.fuzz;

import java.util.Locale;

/** The entry point for a fuzzer that calls a static method with inputs; a system property names the target. */
public final class Fuzzer {
    private static final Target TARGET = Target
            .valueOf(System.getProperty("asmp.fuzz", "yaml").toUpperCase(Locale.ROOT));

    private Fuzzer() {}

    /** Tries one input. */
    public static void fuzzerTestOneInput(byte[] input) throws Exception {
        TARGET.check(input);
    }
}
