package dev.asmp.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp swarm}: the word before all that concerns workers with one task each. */
final class SwarmCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("swarm", "VERB ...", "workers that each do one task at a time", List.of(),
                List.of("asmp swarm spawn 5 --commit golden-7", "asmp swarm task agent-1 'test the parser'",
                        "asmp swarm wait", "asmp swarm teardown --yes"));
    }

    @Override
    public List<String> verbs() {
        return List.of("spawn", "task", "wait", "status", "read", "discover", "teardown");
    }

    @Override
    public @Nullable Command verb(String word) {
        return switch (word) {
            case "spawn" -> new SwarmSpawnCommand();
            case "task" -> new SwarmTaskCommand();
            case "wait" -> new SwarmWaitCommand();
            case "status" -> new SwarmStatusCommand();
            case "read" -> new LtReadCommand(true);
            case "discover" -> new LtDiscoverCommand(true);
            case "teardown" -> new SwarmTeardownCommand();
            default -> null;
        };
    }

    @Override
    public String help() {
        StringBuilder verbs = new StringBuilder("\nVerbs (asmp swarm VERB --help says more):\n");
        for (String word : verbs()) {
            Command command = verb(word);
            if (command != null) {
                verbs.append("  ").append(CommandSpec.padded(word).substring(0, 14)).append(command.spec().summary())
                        .append('\n');
            }
        }
        return spec().help() + verbs;
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        if (arguments.operands().isEmpty()) {
            throw new UsageError("the VERB is missing: " + String.join(", ", verbs()));
        }
        String word = arguments.operands().getFirst();
        throw new UsageError("asmp swarm has no verb '" + word + "'" + Help.nearest(word, verbs()));
    }
}
