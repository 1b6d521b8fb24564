package dev.asmp.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** All verbs, in the order in which help lists them. Only the one that is called is loaded. */
final class Commands {
    static final List<String> NAMES = List.of("serve", "stop", "install", "uninstall", "upgrade", "status", "doctor",
            "logs",
            "export", "import", "backup", "find", "caps", "list", "get", "graph", "watch",
            "health", "host", "hosts", "host-history", "scan",
            "reload", "announce", "register", "rm", "prune",
            "open", "pending", "approve", "reject", "undo", "mods", "mod", "vm", "fleet", "commits", "golden", "vers",
            "ssh-proxy",
            "lt", "swarm", "models", "unit", "init",
            "validate", "todo", "todos", "mcp", "ambient", "litmus", "completion", "version");

    private Commands() {}

    /** The command that the first words call. */
    static @Nullable Command called(List<String> words) {
        Command command = of(words.getFirst());
        Command verb = command == null || words.size() < 2 ? null : command.verb(words.get(1));
        return verb == null ? command : verb;
    }

    /** The specifications of all commands that stand behind another word. */
    static List<CommandSpec> verbs() {
        List<CommandSpec> verbs = new ArrayList<>();
        for (String name : NAMES) {
            Command group = Objects.requireNonNull(of(name), name);
            group.verbs().forEach(verb -> verbs.add(Objects.requireNonNull(group.verb(verb), verb).spec()));
        }
        return verbs;
    }

    /** The number of words in the name of a command. */
    static int wordsOf(Command command) {
        return command.spec().name().indexOf(' ') < 0 ? 1 : 2;
    }

    static @Nullable Command of(String name) {
        return switch (name) {
            case "serve" -> new ServeCommand();
            case "stop" -> new StopCommand();
            case "logs" -> new LogsCommand();
            case "export" -> new ExportCommand(false);
            case "backup" -> new ExportCommand(true);
            case "import" -> new ImportCommand();
            case "install" -> new InstallCommand(true);
            case "uninstall" -> new InstallCommand(false);
            case "upgrade" -> new UpgradeCommand();
            case "status" -> new StatusCommand();
            case "doctor" -> new DoctorCommand();
            case "find" -> new FindCommand();
            case "caps" -> new CapsCommand();
            case "list" -> new ListCommand();
            case "get" -> new GetCommand();
            case "graph" -> new GraphCommand();
            case "health" -> new HealthCommand();
            case "host" -> new HostCommand();
            case "hosts" -> new HostsCommand();
            case "host-history" -> new HostHistoryCommand();
            case "scan" -> new ScanCommand();
            case "reload" -> new ReloadCommand();
            case "announce" -> new AnnounceCommand();
            case "watch" -> new WatchCommand();
            case "register" -> new RegisterCommand();
            case "rm" -> new RmCommand();
            case "prune" -> new PruneCommand();
            case "open" -> new OpenCommand();
            case "pending" -> new PendingCommand();
            case "approve" -> new DecideCommand(true);
            case "reject" -> new DecideCommand(false);
            case "undo" -> new UndoCommand();
            case "mods" -> new ModsCommand();
            case "mod" -> new ModCommand();
            case "vm" -> VmCommand.group();
            case "fleet" -> VerbGroup.fleet();
            case "commits" -> VerbGroup.commits();
            case "golden" -> VerbGroup.golden();
            case "vers" -> VerbGroup.vers();
            case "ssh-proxy" -> new VmSshCommand(true);
            case "models" -> new ModelsCommand();
            case "unit" -> new UnitCommand();
            case "lt" -> LtCommand.group();
            case "swarm" -> SwarmCommand.group();
            case "init" -> new InitCommand();
            case "validate" -> new ValidateCommand();
            case "todo" -> new TodoCommand();
            case "todos" -> new TodosCommand();
            case "mcp" -> new McpCommand();
            case "ambient" -> new AmbientCommand();
            case "litmus" -> new LitmusCommand();
            case "completion" -> new CompletionCommand();
            case "version" -> new VersionCommand();
            default -> null;
        };
    }
}
