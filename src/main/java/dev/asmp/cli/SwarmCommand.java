package dev.asmp.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp swarm}: the word before all that concerns workers with one task each. */
final class SwarmCommand {
    private SwarmCommand() {}

    static VerbGroup group() {
        return new VerbGroup(new CommandSpec("swarm", "VERB ...", "workers that each do one task at a time", List.of(),
                List.of("asmp swarm spawn 5 --commit golden-7", "asmp swarm task agent-1 'test the parser'",
                        "asmp swarm wait", "asmp swarm teardown --yes")),
                List.of("spawn", "task", "wait", "status", "read", "discover", "teardown"),
                SwarmCommand::verb, "");
    }

    private static @Nullable Command verb(String word) {
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
}
