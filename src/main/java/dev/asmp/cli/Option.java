package dev.asmp.cli;

import org.jspecify.annotations.Nullable;

/** An option of a command; without a placeholder it is a flag. */
record Option(String name, @Nullable String shortName, @Nullable String placeholder, String help) {
    static Option flag(String name, String help) {
        return new Option(name, null, null, help);
    }

    static Option value(String name, String placeholder, String help) {
        return new Option(name, null, placeholder, help);
    }

    Option orShort(String letter) {
        return new Option(name, letter, placeholder, help);
    }

    boolean isFlag() {
        return placeholder == null;
    }

    boolean isCalled(String written) {
        return written.equals(name) || written.equals(shortName);
    }
}
