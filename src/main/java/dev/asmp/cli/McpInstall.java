package dev.asmp.cli;

import dev.asmp.client.RegistryFinder;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Adds the registry to the settings of an agent's client: by the client's own command where it is on the path, else by
 * merging JSON that can be written again unchanged, else by showing what to add.
 */
final class McpInstall {
    private final CommandContext session;
    private final Environment environment;
    private final boolean http;
    private final boolean hooks;
    private final boolean write;
    private final boolean remove;
    private final boolean force;

    McpInstall(CommandContext session, CommandArguments arguments) {
        this.session = session;
        this.environment = session.environment();
        this.http = arguments.has("--http");
        this.hooks = arguments.has("--hooks");
        this.write = arguments.has("--write");
        this.remove = arguments.has("--remove");
        this.force = arguments.has("--force");
        if (http && hooks) {
            throw new UsageError("--http and --hooks exclude each other");
        }
        if (write && remove) {
            throw new UsageError("--write and --remove exclude each other");
        }
    }

    int run(@Nullable String word) throws IOException, InterruptedException {
        if (word == null) {
            if (write || remove || hooks) {
                throw new UsageError("the CLIENT is missing: " + McpClient.words("or"));
            }
            return overview();
        }
        McpClient client = McpClient.of(word);
        if (client == null) {
            throw new UsageError("'" + word + "' is not one of " + McpClient.words("and"));
        }
        if (hooks) {
            HookInstall install = new HookInstall(session, client);
            return write || remove ? install.change(remove, force) : install.show();
        }
        SettingsFile file = SettingsFile.read(client.settings(environment));
        return remove ? remove(client, file) : write ? write(client, file) : show(client);
    }

    private int overview() {
        List<Document> found = new ArrayList<>();
        Table table = new Table("CLIENT", "FOUND", "ASMP", "SETTINGS");
        for (McpClient client : McpClient.values()) {
            boolean there = client.isFound(environment);
            boolean set = isSet(client);
            Path settings = client.settings(environment);
            String other = otherName(client);
            table.add(client.word(), there ? "yes" : "no", set ? "set up" : other == null ? "-" : "as " + other,
                    settings.toString());
            found.add(Mapping.builder().put("client", client.word()).put("found", Scalar.bool(there))
                    .put("set_up", Scalar.bool(set)).put("set_up_as", other).put("settings", settings.toString())
                    .build());
        }
        if (session.json()) {
            session.printJson(Json.write(new Sequence(found)));
        } else {
            session.out().print(table.render(session.terminal()));
            session.out()
                    .println("asmp mcp install CLIENT shows what to add; --write adds it, --remove takes it out again");
        }
        return Command.DONE;
    }

    private boolean isSet(McpClient client) {
        try {
            String settings = SettingsFile.read(client.settings(environment)).text();
            return client.isSet(settings, entry(client, false)) || client.isSet(settings, entry(client, true));
        } catch (CommandFailure _) {
            return false;
        }
    }

    private @Nullable String otherName(McpClient client) {
        try {
            return client.otherName(SettingsFile.read(client.settings(environment)).text());
        } catch (CommandFailure _) {
            return null;
        }
    }

    private int show(McpClient client) {
        Path settings = client.settings(environment);
        Mapping entry = entry(client, http);
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("client", client.word())
                    .put("settings", settings.toString()).put("key", client.key())
                    .put("entry", Mapping.builder().put(McpClient.SERVER, entry).build()).build()));
            return Command.DONE;
        }
        session.out().println(client.title() + ", in " + settings + ":\n\n" + client.snippet(entry) + "\n");
        session.out().println("asmp mcp install " + client.word() + (http ? " --http" : "") + " --write adds it"
                + (hasCommand(client, entry)
                        ? " with '" + command(client.addCommand(entry)) + "'"
                        : " and leaves the rest as it is"));
        return Command.DONE;
    }

    private boolean hasCommand(McpClient client, Mapping entry) {
        List<String> command = client.addCommand(entry);
        return !command.isEmpty() && Launcher.onPath(command.getFirst(), environment) != null;
    }

    private int write(McpClient client, SettingsFile file) throws IOException, InterruptedException {
        Mapping entry = entry(client, http);
        Path settings = client.settings(environment);
        if (client.isSet(file.text(), entry)) {
            return done(client, false, null);
        }
        if (!force && !client.isFound(environment)) {
            throw new CommandFailure(
                    client.title() + " is not installed here, as far as can be seen (neither " + settings
                            + " nor its program on the path); --force sets it up anyway");
        }
        if (hasCommand(client, entry)) {
            if (client == McpClient.CLAUDE && client.isNamed(file.text())) { // the others replace
                execute(client.removeCommand());
            }
            String failure = execute(client.addCommand(entry));
            if (failure != null) {
                throw byHand(client, entry, failure);
            }
            return done(client, true, null);
        }
        String changed = client.readsToml() ? null : JsonLayout.put(file.text(), client.key(), McpClient.SERVER, entry);
        if (changed == null) {
            throw byHand(client, entry, settings + ": nothing was changed, because " + (client.readsToml()
                    ? "only " + client.title() + " itself edits TOML and is not on the path"
                    : "it is not plain JSON or has a layout of its own"));
        }
        return done(client, true, file.replaceBy(changed));
    }

    private int remove(McpClient client, SettingsFile file) throws IOException, InterruptedException {
        Path settings = client.settings(environment);
        if (!client.isNamed(file.text())) {
            return removed(client, false, null);
        }
        List<String> command = client.removeCommand();
        if (!command.isEmpty() && Launcher.onPath(command.getFirst(), environment) != null) {
            String failure = execute(command);
            if (failure != null) {
                throw new CommandFailure(failure);
            }
            return removed(client, true, null);
        }
        String changed = client.readsToml() ? null : JsonLayout.remove(file.text(), client.key(), McpClient.SERVER);
        if (changed == null) {
            throw new CommandFailure(
                    settings + ": nothing was changed, because it cannot be written again as it is; take '"
                            + McpClient.SERVER + "' out by hand, below " + client.key());
        }
        return removed(client, true, file.replaceBy(changed));
    }

    private int removed(McpClient client, boolean changed, @Nullable Path backup) {
        Path settings = client.settings(environment);
        if (session.json()) {
            report(client, changed, backup);
        } else {
            session.out().println((changed ? "asmp is removed from " : "asmp is not set up in ") + settings
                    + (backup == null ? "" : " (before: " + backup + ")"));
        }
        return Command.DONE;
    }

    private void report(McpClient client, boolean changed, @Nullable Path backup) {
        session.printJson(Json.write(Mapping.builder().put("client", client.word())
                .put("settings", client.settings(environment).toString()).put("changed", Scalar.bool(changed))
                .put("backup", backup == null ? null : backup.toString()).build()));
    }

    private CommandFailure byHand(McpClient client, Mapping entry, String problem) {
        if (!session.json()) {
            session.out().println("to add by hand, in " + client.settings(environment) + ":\n\n"
                    + client.snippet(entry));
        }
        return new CommandFailure(problem);
    }

    private int done(McpClient client, boolean changed, @Nullable Path backup) {
        Path settings = client.settings(environment);
        if (session.json()) {
            report(client, changed, backup);
        } else {
            session.out().println(client.title() + (changed ? " is set up, in " : " is set up already, in ") + settings
                    + (backup == null ? "" : " (before: " + backup + ")"));
            if (changed) {
                session.out().println("restart " + client.title() + ", or reload its MCP servers");
            }
        }
        return Command.DONE;
    }

    /** Runs a command of the client and returns why it failed, or null. */
    private @Nullable String execute(List<String> command) throws IOException, InterruptedException {
        return command.isEmpty() ? null : ExternalProgram.run(command, command(command), environment);
    }

    private static String command(List<String> words) {
        return String.join(" ", words.subList(0, words.get(1).startsWith("--") ? 2 : 3));
    }

    private Mapping entry(McpClient client, boolean overHttp) {
        return client.entry(overHttp, Launcher.path(environment), new RegistryFinder(environment).url(), environment);
    }
}
