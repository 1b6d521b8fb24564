package dev.asmp.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp vm}: the word before all that concerns the VMs of a fleet. */
final class VmCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("vm", "VERB ...", "the VMs of a fleet: register, find, keep alive", List.of(),
                List.of("asmp vm list", "asmp vm discover worker --json", "asmp vm agent --services web:8080/health",
                        "asmp vm agent --help"));
    }

    @Override
    public List<String> verbs() {
        return List.of("register", "list", "get", "resolve", "discover", "update", "heartbeat", "rm", "prune", "agent",
                "create", "restore", "branch", "commit", "pause", "resume", "exec", "logs", "cp", "cat", "put", "ssh",
                "status", "export", "import");
    }

    @Override
    public @Nullable Command verb(String word) {
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

    @Override
    public String help() {
        StringBuilder verbs = new StringBuilder("\nVerbs (asmp vm VERB --help says more):\n");
        for (String word : verbs()) {
            Command command = verb(word);
            if (command != null) {
                verbs.append("  ").append(CommandSpec.padded(word).substring(0, 14)).append(command.spec().summary())
                        .append('\n');
            }
        }
        return spec().help() + verbs
                + """

                        The fleet's registry is found through VERS_INFRA_URL, else ~/.vers/agent-services.json
                        ({"url": ..., "token": ...}), else it is the one of this machine. Several addresses, with commas between
                        them, are tried in turn. VERS_AUTH_TOKEN is the token, where one
                        is needed; VERS_CA_FILE names the PEM file of the authority to trust instead of the usual ones.
                        """;
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        if (arguments.operands().isEmpty()) {
            throw new UsageError("the VERB is missing: " + String.join(", ", verbs()));
        }
        String word = arguments.operands().getFirst();
        throw new UsageError("asmp vm has no verb '" + word + "'" + Help.nearest(word, verbs()));
    }
}
