package dev.asmp.cli;

import dev.asmp.manifest.EditDistance;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Overview of all commands, help for one, and suggestions for an unknown one. */
final class Help {
    private Help() {}

    /** Help that was asked for goes to standard output; a call without any word is wrong usage. */
    static int show(List<String> words, boolean asked, CommandContext session) {
        if (words.size() > 1) {
            Command command = Commands.called(words.subList(1, words.size()));
            if (command == null) {
                return unknown(words.get(1), session);
            }
            session.out().print(command.help());
            return Command.DONE;
        }
        if (!asked && session.json()) {
            return session.fail(Command.WRONG_USAGE, "a COMMAND is missing", "asmp --help lists them");
        }
        (asked ? session.out() : session.err()).print(overview());
        return asked ? Command.DONE : Command.WRONG_USAGE;
    }

    static int unknown(String word, CommandContext session) {
        if (word.startsWith("-")) {
            return unknownOption(word, session);
        }
        return session.fail(Command.WRONG_USAGE, "there is no command '" + word + "'" + nearest(word, Commands.NAMES),
                "asmp --help lists them");
    }

    /** An option where a command should be: names the commands that take it, or one spelled alike. */
    private static int unknownOption(String word, CommandContext session) {
        String written = word.replaceFirst("=.*", "");
        Map<String, String> takers = new TreeMap<>();
        for (String name : Commands.NAMES) {
            Command command = Commands.of(name);
            if (command != null) {
                command.spec().options().forEach(option -> Stream.of(option.name(), option.shortName())
                        .filter(Objects::nonNull).forEach(one -> takers.merge(one, "asmp " + name + " " + one,
                                (before, next) -> before.contains(", or ") ? before : before + ", or " + next)));
            }
        }
        String known = takers.containsKey(written) ? written : EditDistance.nearest(written, takers.keySet());
        return session.fail(Command.WRONG_USAGE, written.equals(known)
                ? "a COMMAND is missing before " + written + "; did you mean " + takers.get(known) + "?"
                : "unknown option '" + written + "'"
                        + (known == null ? "" : "; did you mean " + takers.get(known) + "?"),
                "asmp --help lists the commands");
    }

    /** Suggests the word that was probably meant, as the end of a sentence; empty if no word is close. */
    static String nearest(String word, List<String> names) {
        String beginning = names.stream().filter(name -> name.startsWith(word) || word.startsWith(name)).findFirst()
                .orElse(null);
        String meant = beginning == null ? EditDistance.nearest(word, names) : beginning;
        return meant == null ? "" : "; did you mean '" + meant + "'?";
    }

    private static String overview() {
        StringBuilder text = new StringBuilder(
                """
                        asmp: a service registry for this machine. Which service provides a capability, where is it, is it healthy?

                        Usage: asmp COMMAND [OPTIONS]

                        Commands:
                        """);
        for (String name : Commands.NAMES) {
            Command command = Commands.of(name);
            if (command != null) {
                text.append("  ").append(CommandSpec.padded(name).substring(0, 14)).append(command.spec().summary())
                        .append('\n');
            }
        }
        return text
                .append("""

                        asmp COMMAND --help shows its options and examples; every command takes --json.
                        The registry is found through ASMP_REGISTRY_URL, else ~/.asmp/daemon.json, else host.yaml, else the default.
                        Exit codes: 0 found or done, 1 nothing found, refused or no registry answers, 2 wrong usage.
                        """)
                .toString();
    }
}
