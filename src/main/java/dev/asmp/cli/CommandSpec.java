package dev.asmp.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The specification of a command, from which its parsing, its help and its completion follow. */
record CommandSpec(String name, String operands, String summary, List<OptionSpec> options, List<String> examples) {
    CommandSpec {
        options = List.copyOf(options);
        examples = List.copyOf(examples);
    }

    @Nullable
    OptionSpec option(String written) {
        for (OptionSpec option : options) {
            if (option.isCalled(written)) {
                return option;
            }
        }
        return null;
    }

    String usage() {
        StringBuilder usage = new StringBuilder("asmp ").append(name);
        for (OptionSpec option : options) {
            usage.append(" [").append(option.name());
            if (!option.isFlag()) {
                usage.append(' ').append(option.placeholder());
            }
            usage.append(option.repeats() ? "]..." : "]");
        }
        return operands.isEmpty() ? usage.toString() : usage.append(' ').append(operands).toString();
    }

    /** The text of {@code asmp NAME --help}. */
    String help() {
        StringBuilder help = new StringBuilder(summary).append("\n\nUsage: ").append(usage()).append("\n\nOptions:\n");
        for (OptionSpec option : options) {
            String written = (option.shortName() == null ? "" : option.shortName() + ", ") + option.name()
                    + (option.isFlag() ? "" : " " + option.placeholder());
            help.append("  ").append(padded(written)).append(option.help()).append('\n');
        }
        help.append("  ").append(padded("--json")).append("answer as JSON\n");
        help.append("  ").append(padded("-h, --help")).append("show this help\n");
        if (!examples.isEmpty()) {
            help.append("\nExamples:\n");
            for (String example : examples) {
                help.append("  ").append(example).append('\n');
            }
        }
        return help.toString();
    }

    static String padded(String text) {
        return text.length() >= 22 ? text + "  " : text + " ".repeat(24 - text.length());
    }
}
