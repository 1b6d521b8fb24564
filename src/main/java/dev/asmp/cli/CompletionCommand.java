package dev.asmp.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Prints the completion script of a shell: a resource in which a line with {@code @command@} or {@code @verb@} is repeated for
 * each command of the table, one with {@code @group@} for each word that has verbs of its own, such as {@code vm}, and one with
 * {@code @member@} for each of those verbs.
 */
final class CompletionCommand implements Command {
    private static final List<String> SHELLS = List.of("bash", "zsh", "fish");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("completion", String.join("|", SHELLS),
                "print a script that completes commands and options in your shell",
                List.of(),
                List.of("asmp completion bash > ~/.local/share/bash-completion/completions/asmp",
                        "asmp completion zsh > ~/.zsh/completions/_asmp   # a folder in $fpath",
                        "asmp completion fish > ~/.config/fish/completions/asmp.fish",
                        "source <(asmp completion bash)                   # for this shell only; or zsh"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException {
        String shell = arguments.operand("the shell, " + String.join(", ", SHELLS) + ",");
        if (!SHELLS.contains(shell)) {
            throw new UsageError("'" + shell + "' is none of " + String.join(", ", SHELLS));
        }
        session.out().print(filled(template(shell)));
        return DONE;
    }

    private static String template(String shell) throws IOException {
        try (InputStream in = CompletionCommand.class.getResourceAsStream("/completion/asmp." + shell)) {
            return new String(Objects.requireNonNull(in, shell).readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String filled(String template) {
        List<CommandSpec> commands = Commands.NAMES.stream().map(Commands::of).filter(Objects::nonNull)
                .map(Command::spec).toList();
        List<CommandSpec> members = Commands.verbs();
        List<CommandSpec> all = Stream.concat(commands.stream(), members.stream()).toList();
        Map<String, List<String>> groups = members.stream().map(spec -> spec.name().split(" ", 2))
                .collect(Collectors.groupingBy(words -> words[0], TreeMap::new,
                        Collectors.mapping(words -> words[1], Collectors.toList())));
        return template.lines().flatMap(line -> {
            if (line.contains("@member@")) {
                return members.stream().map(spec -> filled(line, spec));
            }
            if (line.contains("@group@")) {
                return groups.entrySet().stream().map(group -> line.replace("@group@", group.getKey())
                        .replace("@members@", String.join(" ", group.getValue())));
            }
            if (line.contains("@command@")) {
                return all.stream().map(spec -> filled(line, spec));
            }
            if (line.contains("@verb@")) {
                return commands.stream().map(spec -> filled(line, spec));
            }
            if (line.contains("@fish-options@")) {
                return all.stream().flatMap(spec -> spec.options().stream().map(option -> fishOption(spec, option)));
            }
            return Stream.of(line);
        }).map(line -> line.replace("@commands@", String.join(" ", Commands.NAMES))
                .replace("@groups@", String.join(" ", groups.keySet()))
                .replace("@shells@", String.join(" ", SHELLS))
                .replace("@roles@", String.join(" ", VmOptions.ROLES))
                .replace("@statuses@", String.join(" ", VmOptions.STATUSES))
                .replace("@service-statuses@", String.join(" ", ListCommand.STATUSES)) + "\n")
                .collect(Collectors.joining());
    }

    private static String filled(String line, CommandSpec spec) {
        int space = spec.name().indexOf(' ');
        String verb = spec.name().substring(space + 1);
        List<OptionSpec> valued = spec.options().stream().filter(option -> !option.isFlag()).toList();
        return line.replace("@command@", spec.name()).replace("@verb@", verb).replace("@member@", verb)
                .replace("@group@", spec.name().substring(0, Math.max(0, space)))
                .replace("@summary@", spec.summary().replace("'", "'\\''"))
                .replace("@options@", joined(spec.options().stream().map(OptionSpec::name)))
                .replace("@values@", joined(valued.stream()
                        .flatMap(option -> Stream.of(option.name(), option.shortName()).filter(Objects::nonNull))))
                .replace("@arguments@", joined(spec.options().stream().map(option -> zshOption(spec, option))));
    }

    private static String joined(Stream<String> words) {
        return words.collect(Collectors.joining(" "));
    }

    /** The specification of an option for the {@code _arguments} of zsh. */
    private static String zshOption(CommandSpec spec, OptionSpec option) {
        String help = "[" + option.help().replace("[", "\\[").replace("]", "\\]") + "]";
        String value = switch (option.name()) {
            case "--capability", "--provides", "--task" -> ": :_asmp_capabilities";
            case "--role" -> isOfVms(spec) ? ":ROLE:(" + String.join(" ", VmOptions.ROLES) + ")" : ":TEXT: ";
            case "--status" -> ":STATUS:(" + String.join(" ", statuses(spec)) + ")";
            case "--repo", "--env-file" -> ":" + option.placeholder() + ":_files";
            default -> option.isFlag() ? "" : ":" + option.placeholder() + ": ";
        };
        String equals = option.isFlag() ? "" : "=";
        return option.shortName() == null
                ? quoted((option.repeats() ? "*" : "") + option.name() + equals + help + value)
                : "'(" + option.shortName() + " " + option.name() + ")'{" + option.shortName() + "," + option.name()
                        + equals + "}" + quoted(help + value);
    }

    private static String fishOption(CommandSpec spec, OptionSpec option) {
        String letter = option.shortName() == null ? "" : " -s " + option.shortName().substring(1);
        String value = switch (option.name()) {
            case "--capability", "--provides", "--task" -> " -x -a '(__asmp_capabilities)'";
            case "--role" -> isOfVms(spec) ? " -x -a '" + String.join(" ", VmOptions.ROLES) + "'" : " -x";
            case "--status" -> " -x -a '" + String.join(" ", statuses(spec)) + "'";
            case "--repo", "--env-file" -> " -r -F";
            default -> option.isFlag() ? "" : " -x";
        };
        String using = spec.name().contains(" ") ? "\"" + spec.name() + "\"" : spec.name();
        return "complete -c asmp -n '__asmp_using " + using + "' -l " + option.name().substring(2) + letter + value
                + " -d " + quoted(option.help());
    }

    private static boolean isOfVms(CommandSpec spec) {
        return spec.name().startsWith("vm ");
    }

    private static List<String> statuses(CommandSpec spec) {
        return isOfVms(spec) ? VmOptions.STATUSES : ListCommand.STATUSES;
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "'\\''") + "'";
    }
}
