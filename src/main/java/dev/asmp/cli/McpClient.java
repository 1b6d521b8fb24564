package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Program that gives an agent its tools: where its settings are, and the command with which it adds a server to them. */
enum McpClient {
    CLAUDE("claude", "Claude Code", "mcpServers"), CURSOR("cursor", "Cursor", "mcpServers"), CODEX("codex", "Codex",
            "mcp_servers"), VSCODE("vscode", "VS Code", "servers"), WINDSURF("windsurf",
                    "Windsurf", "mcpServers"), PROJECT("project", "this folder", "mcpServers");

    /** The name under which the registry stands in a client's settings. */
    static final String SERVER = "asmp";

    /** Names of the same server in set-ups of others. */
    private static final List<String> OTHERS = List.of("asmp-registry", "asmp_registry", "director-daemon");

    private static final Pattern TOML_TABLE = Pattern
            .compile("(?m)^\\s*\\[\\s*mcp_servers\\s*\\.\\s*\"?asmp\"?\\s*\\]");

    private final String word;
    private final String title;
    private final String key;

    McpClient(String word, String title, String key) {
        this.word = word;
        this.title = title;
        this.key = key;
    }

    /** Its name on our command line. */
    String word() {
        return word;
    }

    String title() {
        return title;
    }

    /** The key in its settings under which servers are named. */
    String key() {
        return key;
    }

    static @Nullable McpClient of(String word) {
        for (McpClient client : values()) {
            if (client.word.equals(word)) {
                return client;
            }
        }
        return null;
    }

    /** All names on our command line, for a sentence. */
    static String words(String last) {
        List<String> words = new ArrayList<>();
        for (McpClient client : values()) {
            words.add(client.word);
        }
        return String.join(", ", words.subList(0, words.size() - 1)) + " " + last + " " + words.getLast();
    }

    boolean readsToml() {
        return this == CODEX;
    }

    /** The command of the client itself that adds this entry; empty where it has none. */
    List<String> addCommand(Mapping entry) {
        List<String> words = new ArrayList<>();
        String url = entry.text("url");
        List<String> target = new ArrayList<>(
                url == null ? List.of("--", String.valueOf(entry.text("command"))) : List.of(url));
        target.addAll(entry.texts("args"));
        List<String> variables = new ArrayList<>();
        entry.mapping("env").fields().forEach((name, value) -> variables.addAll(
                List.of("--env", name + "=" + (value instanceof Scalar scalar ? scalar.text() : ""))));
        switch (this) {
            case CLAUDE -> {
                words.addAll(List.of("claude", "mcp", "add"));
                words.addAll(variables);
                words.addAll(List.of("--transport", url == null ? "stdio" : "http", "--scope", "user", SERVER));
                words.addAll(target);
            }
            case CODEX -> {
                words.addAll(List.of("codex", "mcp", "add", SERVER));
                words.addAll(variables);
                words.addAll(url == null ? List.of() : List.of("--url"));
                words.addAll(target);
            }
            case VSCODE -> words.addAll(List.of("code", "--add-mcp",
                    JsonLayout.json(Mapping.builder().put("name", SERVER).putAll(entry).build())));
            case CURSOR, WINDSURF, PROJECT -> {
                // It has no such command.
            }
        }
        return words;
    }

    /** The command of the client itself that removes our entry; empty where it has none. */
    List<String> removeCommand() {
        return switch (this) {
            case CLAUDE -> List.of("claude", "mcp", "remove", "--scope", "user", SERVER);
            case CODEX -> List.of("codex", "mcp", "remove", SERVER);
            case CURSOR, VSCODE, WINDSURF, PROJECT -> List.of();
        };
    }

    /** Tells whether the settings name our server at all. */
    boolean isNamed(String settings) {
        Mapping root = readsToml() ? null : JsonLayout.mapping(settings);
        return readsToml()
                ? TOML_TABLE.matcher(settings).find()
                : root != null && root.mapping(key).get(SERVER) != null;
    }

    /** Tells whether there are settings that cannot be read; TOML is only searched. */
    boolean isBroken(String settings) {
        return !readsToml() && !settings.isBlank() && JsonLayout.mapping(settings) == null;
    }

    /** The program that the settings start for our server; null where that is not known. */
    @Nullable
    String command(String settings) {
        Mapping root = readsToml() ? null : JsonLayout.mapping(settings);
        return root == null ? null : root.mapping(key).mapping(SERVER).text("command");
    }

    /** Tells whether the settings hold exactly this entry; TOML is searched for its command or address only. */
    boolean isSet(String settings, Mapping entry) {
        if (readsToml()) {
            String target = String.valueOf(entry.text(entry.get("url") == null ? "command" : "url"));
            return isNamed(settings) && settings.contains('"' + target + '"');
        }
        Mapping root = JsonLayout.mapping(settings);
        if (root == null) {
            return false;
        }
        Mapping there = root.mapping(key).mapping(SERVER);
        boolean noVariables = there.mapping("env").isEmpty() && entry.get("env") == null;
        return (noVariables ? there.without(List.of("env")) : there).equals(entry);
    }

    /** The name under which another set-up has put a registry of this protocol into the settings; null where none has. */
    @Nullable
    String otherName(String settings) {
        Mapping root = readsToml() ? null : JsonLayout.mapping(settings);
        for (String name : OTHERS) {
            if (root == null
                    ? readsToml() && settings.contains("[" + key + "." + name + "]")
                    : root.mapping(key).get(name) != null) {
                return name;
            }
        }
        return null;
    }

    /** The text that a person adds by hand. */
    String snippet(Mapping entry) {
        if (!readsToml()) {
            Mapping server = Mapping.builder().put(SERVER, entry).build();
            return JsonLayout.pretty(Mapping.builder().put(key, server).build());
        }
        StringBuilder table = new StringBuilder("[" + key + "." + SERVER + "]");
        entry.fields().forEach((name, value) -> table.append('\n').append(name).append(" = ").append(toml(value)));
        return table.toString();
    }

    /** Texts and lists of texts are written alike in JSON and TOML; a mapping becomes an inline table. */
    private static String toml(Document value) {
        if (!(value instanceof Mapping mapping)) {
            return JsonLayout.json(value);
        }
        List<String> members = new ArrayList<>();
        mapping.fields().forEach((name, member) -> members.add(name + " = " + toml(member)));
        return "{ " + String.join(", ", members) + " }";
    }

    /** The file with the settings of this user. */
    Path settings(Environment environment) {
        Path home = environment.home();
        return switch (this) {
            case CLAUDE -> {
                String folder = environment.variable("CLAUDE_CONFIG_DIR");
                yield (folder == null ? home : Path.of(folder)).resolve(".claude.json");
            }
            case CURSOR -> home.resolve(".cursor/mcp.json");
            case CODEX -> {
                String folder = environment.variable("CODEX_HOME");
                yield (folder == null ? home.resolve(".codex") : Path.of(folder)).resolve("config.toml");
            }
            case VSCODE -> code(home, environment).resolve("mcp.json");
            case WINDSURF -> home.resolve(".codeium/windsurf/mcp_config.json");
            case PROJECT -> environment.files().getPath(".mcp.json").toAbsolutePath();
        };
    }

    private static Path code(Path home, Environment environment) {
        Path mac = home.resolve("Library/Application Support");
        String config = environment.variable("XDG_CONFIG_HOME");
        Path base = Files.isDirectory(mac) ? mac : config == null ? home.resolve(".config") : Path.of(config);
        return base.resolve("Code/User");
    }

    /** Tells whether it seems to be installed: it has settings here, or is on the path. */
    boolean isFound(Environment environment) {
        Path settings = settings(environment);
        Path folder = this == CLAUDE ? environment.home().resolve(".claude") : settings.getParent();
        String program = this == VSCODE ? "code" : word;
        return Files.exists(settings) || (folder != null && Files.isDirectory(folder))
                || Launcher.onPath(program, environment) != null;
    }

    /** The entry with which the client starts a server, or the address of one that runs. */
    Mapping entry(boolean http, String command, String url, Environment environment) {
        Mapping.Builder entry = Mapping.builder();
        if (this == CLAUDE || this == VSCODE || this == PROJECT) {
            entry.put("type", http ? "http" : "stdio");
        }
        if (http) {
            return entry.put(this == WINDSURF ? "serverUrl" : "url", url + "/mcp").build();
        }
        Mapping.Builder variables = Mapping.builder();
        for (String name : List.of("ASMP_HOME", "ASMP_REGISTRY_URL")) {
            variables.put(name, environment.variable(name));
        }
        // The file of a folder is for everybody who works there.
        Mapping env = this == PROJECT ? Mapping.EMPTY : variables.build();
        return entry.put("command", this == PROJECT && Launcher.onPath("asmp", environment) != null ? "asmp" : command)
                .put("args", new Sequence(List.of(Scalar.text("mcp"))))
                .put("env", env.isEmpty() ? null : env).build();
    }
}
