package dev.asmp.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp vm}: the word before all that concerns the VMs of a fleet. */
final class VmCommand {
    private VmCommand() {}

    static VerbGroup group() {
        return new VerbGroup(
                new CommandSpec("vm", "VERB ...", "the VMs of a fleet: register, find, keep alive", List.of(),
                        List.of("asmp vm list", "asmp vm discover worker --json",
                                "asmp vm agent --services web:8080/health",
                                "asmp vm agent --help")),
                List.of("register", "list", "get", "resolve", "discover", "update", "heartbeat", "rm", "prune", "agent",
                        "use", "create", "restore", "branch", "commit", "pause", "resume", "exec", "logs", "cp", "cat",
                        "put",
                        "ssh",
                        "status", "export", "import"),
                VmCommand::verb,
                """

                        The fleet's registry is found through VERS_INFRA_URL, else ~/.vers/agent-services.json
                        ({"url": ..., "token": ...}), else it is the one of this machine. Several addresses, with commas between
                        them, are tried in turn. VERS_AUTH_TOKEN is the token, where one
                        is needed; VERS_CA_FILE names the PEM file of the authority to trust instead of the usual ones.
                        """);
    }

    private static @Nullable Command verb(String word) {
        return switch (word) {
            case "register" -> new VmRegisterCommand();
            case "list" -> new VmListCommand();
            case "get" -> new VmGetCommand("get");
            case "resolve" -> new VmGetCommand("resolve");
            case "discover" -> new VmDiscoverCommand();
            case "update" -> new VmUpdateCommand();
            case "heartbeat" -> new VmHeartbeatCommand();
            case "rm" -> new VmRmCommand();
            case "prune" -> new VmPruneCommand();
            case "agent" -> new VmAgentCommand();
            case "use" -> new VmUseCommand();
            case "create", "restore", "branch" -> new VmMakeCommand(word);
            case "commit", "pause", "resume" -> new VmStateCommand(word);
            case "exec", "logs", "cat" -> new VmExecCommand(word);
            case "cp" -> new VmCopyCommand(false);
            case "put" -> new VmCopyCommand(true);
            case "ssh" -> new VmSshCommand(false);
            case "status" -> new VmStatusCommand();
            case "export" -> new VmExportCommand();
            case "import" -> new VmImportCommand();
            default -> null;
        };
    }
}
