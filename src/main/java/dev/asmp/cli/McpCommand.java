package dev.asmp.cli;

import dev.asmp.client.ChangeStream;
import dev.asmp.document.ByteBudget;
import dev.asmp.manifest.Environment;
import dev.asmp.mcp.Mcp;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

final class McpCommand implements Command {
    /** For the subscriptions of the one client. */
    private static final long MEMORY = 8 * 1024 * 1024;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("mcp", "[install [CLIENT]]",
                "serve agents over standard input and output (MCP); or show how a client is set up for it",
                List.of(OptionSpec.flag("--write",
                        "with install: put it into the client's settings, with a backup beside them"),
                        OptionSpec.value("--tools", "GROUPS",
                                "the groups of tools to list, of services, hosts, models, vms, fleet, vers (fleet's,"
                                        + " by pi-vers' names); without it, those that this machine has"),
                        OptionSpec.flag("--remove", "with install: take it out of the client's settings"),
                        OptionSpec.flag("--force", "with install --write: also for a client that is not found here"),
                        OptionSpec.flag("--hooks",
                                "with install claude or codex: hooks that run asmp ambient, in place of the tools"),
                        OptionSpec.flag("--http", "with install: let the client ask the daemon itself, at /mcp")),
                List.of("asmp mcp                          # what a client starts", "asmp mcp install",
                        "asmp mcp install claude           # or cursor, codex, vscode, windsurf, project: shows what to add",
                        "asmp mcp install claude --write   # adds it",
                        "asmp mcp install claude --hooks --write"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) throws IOException, InterruptedException {
        arguments.noMoreThan(2);
        List<String> operands = arguments.operands();
        String tools = arguments.value("--tools");
        if (!operands.isEmpty()) {
            if (!operands.getFirst().equals("install")) {
                throw new UsageError("'" + operands.getFirst() + "' is not install");
            }
            if (tools != null) {
                throw new UsageError("--tools does not go with install");
            }
            return new McpInstall(session, arguments)
                    .run(operands.size() == 2 ? operands.get(1) : null);
        }
        if (Stream.of("--write", "--remove", "--force", "--http", "--hooks").anyMatch(arguments::has)) {
            throw new UsageError("--write, --remove, --force, --http and --hooks go with install");
        }
        serve(session, tools);
        return DONE;
    }

    /** Serves over the process's own streams, not the session's: nothing but protocol may go to standard output. */
    private static void serve(CommandContext session, @Nullable String tools) throws IOException, InterruptedException {
        if (tools != null) {
            try {
                Mcp.checkTools(tools);
            } catch (IllegalArgumentException e) {
                throw new UsageError(String.valueOf(e.getMessage()));
            }
        }
        Mcp mcp = mcp(session);
        Thread.ofPlatform().name("changes").daemon().start(() -> mcp.follow(
                new ChangeStream(session.environment(), "/events")));
        mcp.serve(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out), tools);
    }

    static Mcp mcp(CommandContext session) {
        Environment environment = session.environment();
        return new Mcp(new OfflineNotes(environment), environment, VersionCommand.version(), new ByteBudget(MEMORY),
                defect -> {
                    session.err().println("asmp: " + Terminal.clean(defect));
                    session.err().flush();
                });
    }
}
