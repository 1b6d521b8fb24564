package dev.asmp.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The words after a command's name, sorted by its specification. */
final class CommandArguments {
    private final Map<String, List<String>> values = new HashMap<>();
    private final List<String> operands = new ArrayList<>();
    private @Nullable List<String> rest;

    private CommandArguments() {}

    static CommandArguments parse(CommandSpec spec, List<String> words) {
        CommandArguments parsed = new CommandArguments();
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i);
            if (word.equals("--")) {
                parsed.rest = List.copyOf(words.subList(i + 1, words.size()));
                break;
            }
            if (!word.startsWith("-") || word.equals("-")) {
                parsed.operands.add(word);
                continue;
            }
            int equals = word.startsWith("--") ? word.indexOf('=') : -1;
            OptionSpec option = spec.option(equals < 0 ? word : word.substring(0, equals));
            if (option == null) {
                String written = equals < 0 ? word : word.substring(0, equals);
                throw new UsageError("unknown option " + written + Help.nearest(written,
                        Stream.concat(spec.options().stream().map(OptionSpec::name), Stream.of("--json", "--help"))
                                .toList()));
            }
            if (option.isFlag() && equals >= 0) {
                throw new UsageError(option.name() + " takes no value");
            }
            if (!option.isFlag() && equals < 0 && i + 1 == words.size()) {
                throw new UsageError(option.name() + " needs a value: " + option.name() + " " + option.placeholder());
            }
            parsed.values.computeIfAbsent(option.name(), _ -> new ArrayList<>())
                    .add(option.isFlag() ? "" : equals < 0 ? words.get(++i) : word.substring(equals + 1));
        }
        return parsed;
    }

    boolean has(String option) {
        return values.containsKey(option);
    }

    /** The value of an option; of several, the last one. */
    @Nullable
    String value(String option) {
        List<String> all = values.get(option);
        return all == null ? null : all.getLast();
    }

    /** All values of an option that may be repeated, in the order in which they were given. */
    List<String> values(String option) {
        return values.getOrDefault(option, List.of());
    }

    /** The one operand that the command must have. */
    String operand(String what) {
        if (operands.isEmpty() || operands.getFirst().isEmpty()) { // an empty one is a variable that was not set
            throw new UsageError(what + " is missing");
        }
        noMoreOperandsThan(1);
        return operands.getFirst();
    }

    void noMoreThan(int count) {
        if (rest != null) {
            throw new UsageError("nothing can follow -- here");
        }
        noMoreOperandsThan(count);
    }

    private void noMoreOperandsThan(int count) {
        if (operands.size() > count) {
            throw new UsageError("unexpected argument '" + operands.get(count) + "'");
        }
    }

    List<String> operands() {
        return operands;
    }

    /** The words after {@code --}, or null where there was none. */
    @Nullable
    List<String> rest() {
        return rest;
    }
}
