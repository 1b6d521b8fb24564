package dev.asmp.cli;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A word of the command line that stands before others, such as {@code fleet} before {@code tree}.
 *
 * @param note what its help ends with
 */
record VerbGroup(CommandSpec spec, List<String> verbs, Function<String, @Nullable Command> byWord, String note)
        implements
            Command {
    static VerbGroup vers() {
        return new VerbGroup(new CommandSpec("vers", "VERB", "the key to Vers: log in, show whose it is", List.of(),
                List.of("asmp vers login", "asmp vers whoami")), VersCommand.VERBS,
                word -> VersCommand.VERBS.contains(word) ? new VersCommand(word) : null, "");
    }

    static VerbGroup fleet() {
        return new VerbGroup(new CommandSpec("fleet", "VERB", "the VMs that this host made: tree, cost, orphans",
                List.of(), List.of("asmp fleet tree", "asmp fleet status", "asmp fleet reap --dry-run")),
                FleetCommand.VERBS, word -> FleetCommand.VERBS.contains(word) ? new FleetCommand(word) : null, "");
    }

    static VerbGroup commits() {
        return new VerbGroup(new CommandSpec("commits", "VERB", "the commits of this host's VMs: list, reconcile",
                List.of(), List.of("asmp commits list", "asmp commits reconcile")), CommitsCommand.VERBS,
                word -> CommitsCommand.VERBS.contains(word) ? new CommitsCommand(word) : null, "");
    }

    static VerbGroup golden() {
        return new VerbGroup(new CommandSpec("golden", "VERB", "the commit that agents' VMs are restored from",
                List.of(), List.of("asmp golden show", "asmp golden check", "asmp golden ensure COMMIT")),
                GoldenCommand.VERBS, word -> GoldenCommand.VERBS.contains(word) ? new GoldenCommand(word) : null, "");
    }

    @Override
    public @Nullable Command verb(String word) {
        return byWord.apply(word);
    }

    @Override
    public String help() {
        StringBuilder help = new StringBuilder(spec.help()).append("\nVerbs (asmp ").append(spec.name())
                .append(" VERB --help says more):\n");
        for (String word : verbs) {
            Command command = verb(word);
            if (command != null) {
                help.append("  ").append(CommandSpec.padded(word), 0, 14).append(command.spec().summary()).append('\n');
            }
        }
        return help.append(note).toString();
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        if (arguments.operands().isEmpty()) {
            throw new UsageError("the VERB is missing: " + String.join(", ", verbs));
        }
        String word = arguments.operands().getFirst();
        throw new UsageError("asmp " + spec.name() + " has no verb '" + word + "'" + Help.nearest(word, verbs));
    }
}
