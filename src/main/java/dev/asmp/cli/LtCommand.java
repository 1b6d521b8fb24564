package dev.asmp.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp lt}: the word before all that concerns lieutenants. */
final class LtCommand {
    private LtCommand() {}

    static VerbGroup group() {
        return new VerbGroup(
                new CommandSpec("lt", "VERB ...", "lieutenants: agents that stay, get messages and answer", List.of(),
                        List.of("asmp lt create docs --local --role 'keeps the documentation'",
                                "asmp lt send docs 'what is new?' --wait", "asmp lt read docs --follow",
                                "asmp lt status")),
                List.of("create", "send", "read", "status", "abort", "pause", "resume", "rm", "discover"),
                LtCommand::verb,
                """

                        A lieutenant is a process of its own: it works on while the daemon is stopped, and is found again when the
                        daemon starts. The program is PI_PATH, else PUNKIN_BIN, else pi, in its RPC mode.
                        """);
    }

    private static @Nullable Command verb(String word) {
        return switch (word) {
            case "create" -> new LtCreateCommand();
            case "send" -> new LtSendCommand();
            case "read" -> new LtReadCommand(false);
            case "status" -> new LtStatusCommand();
            case "abort" -> new LtActionCommand("abort", "end what a lieutenant is doing");
            case "pause" -> new LtActionCommand("pause", "pause the VM of an idle lieutenant");
            case "resume" ->
                new LtActionCommand("resume", "wake a paused lieutenant, or start one again that has ended");
            case "rm" -> new LtActionCommand("rm", "end a lieutenant with all that it has, and forget it");
            case "discover" -> new LtDiscoverCommand(false);
            default -> null;
        };
    }
}
