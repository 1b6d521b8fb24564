package dev.asmp.cli;

import org.jspecify.annotations.Nullable;

/** An option of a command; without a placeholder it is a flag. One that repeats may be given again and again. */
record Option(String name, @Nullable String shortName, @Nullable String placeholder, boolean repeats, String help) {
    static Option flag(String name, String help) {
        return new Option(name, null, null, false, help);
    }

    static Option value(String name, String placeholder, String help) {
        return new Option(name, null, placeholder, false, help);
    }

    /** An option whose values all count. */
    static Option values(String name, String placeholder, String help) {
        return new Option(name, null, placeholder, true, help);
    }

    Option orShort(String letter) {
        return new Option(name, letter, placeholder, repeats, help);
    }

    boolean isFlag() {
        return placeholder == null;
    }

    boolean isCalled(String written) {
        return written.equals(name) || written.equals(shortName);
    }
}
