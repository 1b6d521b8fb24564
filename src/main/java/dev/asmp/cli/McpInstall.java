package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Shows how a client of agents is told of the registry, or tells it. */
final class McpInstall {
    private static final String NAME = "asmp";

    private final CommandContext session;
    private final Environment environment;
    private final boolean http;
    private final boolean write;

    McpInstall(CommandContext session, boolean http, boolean write) {
        this.session = session;
        this.environment = session.environment();
        this.http = http;
        this.write = write;
    }

    int run(@Nullable String word) {
        if (word == null) {
            if (write) {
                throw new UsageError("say which client: claude, cursor, codex or vscode");
            }
            return overview();
        }
        McpClient client = McpClient.of(word);
        if (client == null) {
            throw new UsageError("'" + word + "' is not one of claude, cursor, codex and vscode");
        }
        SettingsFile file = SettingsFile.read(client.settings(environment));
        return write ? write(client, file) : show(client);
    }

    private int overview() {
        List<Document> found = new ArrayList<>();
        Table table = new Table("CLIENT", "FOUND", "ASMP", "SETTINGS");
        for (McpClient client : McpClient.values()) {
            boolean there = client.isFound(environment);
            boolean set = isSet(client);
            Path settings = client.settings(environment);
            table.add(client.word(), there ? "yes" : "no", set ? "set up" : "-", settings.toString());
            found.add(Mapping.builder().put("client", client.word()).put("found", Scalar.bool(there))
                    .put("set_up", Scalar.bool(set)).put("settings", settings.toString()).build());
        }
        if (session.json()) {
            session.printJson(Json.write(new Sequence(found)));
        } else {
            session.out().print(table.render(session.terminal()));
            session.out().println("asmp mcp install CLIENT shows what to add; with --write it is added");
        }
        return Command.DONE;
    }

    /** Whether the client's settings are already what they would be made. */
    private boolean isSet(McpClient client) {
        try {
            SettingsFile file = SettingsFile.read(client.settings(environment));
            return file.text().equals(changed(client, file, false)) || file.text().equals(changed(client, file, true));
        } catch (CommandFailure _) {
            return false;
        }
    }

    private int show(McpClient client) {
        Path settings = client.settings(environment);
        Mapping entry = entry(client, http);
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("client", client.word())
                    .put("settings", settings.toString()).put("key", client.key())
                    .put("entry", Mapping.builder().put(NAME, entry).build()).build()));
            return Command.DONE;
        }
        PrintStream out = session.out();
        out.println(client.title() + ", in " + settings + ":\n");
        out.println(client.readsToml()
                ? TomlEdit.written(client.key() + "." + NAME, entry)
                : JsonEdit.put("", client.key(), NAME, entry));
        out.println(
                "asmp mcp install " + client.word() + (http ? " --http" : "") + " --write adds it and leaves all else"
                        + " as it is");
        return Command.DONE;
    }

    private int write(McpClient client, SettingsFile file) {
        String changed = changed(client, file, http);
        boolean alike = changed.equals(file.text());
        Path backup = alike ? null : file.replaceBy(changed);
        Path settings = client.settings(environment);
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("client", client.word())
                    .put("settings", settings.toString()).put("changed", Scalar.bool(!alike))
                    .put("backup", backup == null ? null : backup.toString()).build()));
        } else {
            session.out().println(client.title() + (alike ? " is set up already, in " : " is set up, in ") + settings
                    + (backup == null ? "" : " (before: " + backup + ")"));
            if (!alike) {
                session.out().println("start it anew, or let it load its MCP servers again");
            }
        }
        return Command.DONE;
    }

    private String changed(McpClient client, SettingsFile file, boolean overHttp) {
        Mapping entry = entry(client, overHttp);
        try {
            return client.readsToml()
                    ? TomlEdit.put(file.text(), client.key(), NAME, entry)
                    : JsonEdit.put(file.text(), client.key(), NAME, entry);
        } catch (JsonEdit.NotEditable | CommandFailure e) {
            throw new CommandFailure(client.settings(environment) + ": " + e.getMessage() + "; nothing was changed."
                    + " 'asmp mcp install " + client.word() + "' shows what to add by hand");
        }
    }

    private Mapping entry(McpClient client, boolean overHttp) {
        return client.entry(overHttp, Launcher.path(environment), RegistryFinder.of(environment).url(), environment);
    }
}
