package dev.asmp.cli;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A program that speaks to agents' tools, and where it keeps which. */
enum McpClient {
    CLAUDE("claude", "Claude Code", "mcpServers"), CURSOR("cursor", "Cursor", "mcpServers"), CODEX("codex", "Codex",
            "mcp_servers"), VSCODE("vscode", "VS Code", "servers");

    private final String word;
    private final String title;
    private final String key;

    McpClient(String word, String title, String key) {
        this.word = word;
        this.title = title;
        this.key = key;
    }

    /** What it is asked for by. */
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

    boolean readsToml() {
        return this == CODEX;
    }

    /** The file of settings that belong to this person. */
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
        };
    }

    private static Path code(Path home, Environment environment) {
        Path mac = home.resolve("Library/Application Support");
        String config = environment.variable("XDG_CONFIG_HOME");
        Path base = Files.isDirectory(mac) ? mac : config == null ? home.resolve(".config") : Path.of(config);
        return base.resolve("Code/User");
    }

    /** Whether it seems to be installed: it has settings here, or is on the path. */
    boolean isFound(Environment environment) {
        Path settings = settings(environment);
        Path folder = this == CLAUDE ? environment.home().resolve(".claude") : settings.getParent();
        String program = this == VSCODE ? "code" : word;
        return Files.exists(settings) || (folder != null && Files.isDirectory(folder))
                || Launcher.onPath(program, environment) != null;
    }

    /** How a client is told to start a program that serves it, or where to ask. */
    Mapping entry(boolean http, String command, String url, Environment environment) {
        Mapping.Builder entry = Mapping.builder();
        if (this == CLAUDE || this == VSCODE) {
            entry.put("type", http ? "http" : "stdio");
        }
        if (http) {
            return entry.put("url", url + "/mcp").build();
        }
        Mapping.Builder variables = Mapping.builder();
        for (String name : List.of("ASMP_HOME", "ASMP_REGISTRY_URL")) {
            variables.put(name, environment.variable(name));
        }
        Mapping env = variables.build();
        return entry.put("command", command).put("args", new Sequence(List.of(Scalar.text("mcp"))))
                .put("env", env.isEmpty() ? null : env).build();
    }
}
