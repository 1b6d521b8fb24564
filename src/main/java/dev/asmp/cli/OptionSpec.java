package dev.asmp.cli;

import org.jspecify.annotations.Nullable;

/** An option of a command; without a placeholder it is a flag. One that repeats may be given again and again. */
record OptionSpec(String name, @Nullable String shortName, @Nullable String placeholder, boolean repeats, String help) {
    static OptionSpec flag(String name, String help) {
        return new OptionSpec(name, null, null, false, help);
    }

    static OptionSpec value(String name, String placeholder, String help) {
        return new OptionSpec(name, null, placeholder, false, help);
    }

    /** An option whose values all count. */
    static OptionSpec values(String name, String placeholder, String help) {
        return new OptionSpec(name, null, placeholder, true, help);
    }

    OptionSpec orShort(String letter) {
        return new OptionSpec(name, letter, placeholder, repeats, help);
    }

    boolean isFlag() {
        return placeholder == null;
    }

    boolean isCalled(String written) {
        return written.equals(name) || written.equals(shortName);
    }
}
