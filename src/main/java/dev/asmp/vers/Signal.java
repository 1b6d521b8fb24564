package dev.asmp.vers;

import java.util.Map;

/** Names of the signals that end commands. */
final class Signal {
    private static final Map<Integer, String> NAMES = Map.of(1, "HUP", 2, "INT", 3, "QUIT", 6, "ABRT", 9, "KILL", 11,
            "SEGV", 13, "PIPE", 14, "ALRM", 15, "TERM");

    private Signal() {}

    static String name(int number) {
        return NAMES.getOrDefault(number, Integer.toString(number));
    }
}
