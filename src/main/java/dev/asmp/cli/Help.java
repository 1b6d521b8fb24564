package dev.asmp.cli;

import java.io.PrintStream;
import java.util.List;

/** What is shown to somebody who does not know the words yet. */
final class Help {
    private Help() {}

    /** Help that was asked for goes to standard output; a call without any word is wrong usage. */
    static int show(List<String> words, boolean asked, PrintStream out, PrintStream err) {
        if (words.size() > 1) {
            Command command = Commands.called(words.subList(1, words.size()));
            if (command == null) {
                return unknown(words.get(1), err);
            }
            out.print(command.help());
            return Command.DONE;
        }
        (asked ? out : err).print(overview());
        return asked ? Command.DONE : Command.WRONG_USAGE;
    }

    static int unknown(String word, PrintStream err) {
        err.println("asmp: there is no command '" + Terminal.clean(word) + "'" + nearest(word, Commands.NAMES));
        err.println("asmp --help lists them");
        return Command.WRONG_USAGE;
    }

    /** The word that may have been meant, as the end of a sentence; empty where there is none like it. */
    static String nearest(String word, List<String> names) {
        for (String name : names) {
            if (name.startsWith(word) || word.startsWith(name) || distance(name, word) <= 2) {
                return "; did you mean '" + name + "'?";
            }
        }
        return "";
    }

    /** How many letters must change to make one word of the other. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[b.length()];
    }

    private static String overview() {
        StringBuilder text = new StringBuilder("""
                asmp: the phone book of this machine. Which service provides a capability, where is it, is it alive?

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
        return text.append("""

                asmp COMMAND --help shows a command's options and examples; --json makes any of them answer as JSON.
                The registry is found through ASMP_REGISTRY_URL, else ~/.asmp/host.yaml, else http://127.0.0.1:7700.
                Exit codes: 0 found or done, 1 nothing found, refused or no registry answers, 2 wrong usage.
                """).toString();
    }
}
