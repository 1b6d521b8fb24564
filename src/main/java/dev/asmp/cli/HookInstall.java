package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.Environment;
import dev.asmp.mcp.Ambient.Event;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Adds {@code asmp ambient --hook} to the hooks of Claude Code or Codex, whose files have the same shape, beside those of others. */
final class HookInstall {
    private static final String KEY = "hooks";
    private static final String OURS = " ambient --hook";
    /** In seconds; the command itself ends within one. */
    private static final int TIMEOUT = 5;

    private final CommandContext session;
    private final McpClient client;
    private final Path path;

    HookInstall(CommandContext session, McpClient client) {
        if (client != McpClient.CLAUDE && client != McpClient.CODEX) {
            throw new UsageError("--hooks goes with claude and codex");
        }
        this.session = session;
        this.client = client;
        Path settings = client.settings(session.environment());
        this.path = client == McpClient.CODEX
                ? settings.resolveSibling("hooks.json")
                : session.environment().variable("CLAUDE_CONFIG_DIR") == null
                        ? settings.resolveSibling(".claude").resolve("settings.json")
                        : settings.resolveSibling("settings.json");
    }

    /** Shows what to add. */
    int show() {
        Mapping.Builder events = Mapping.builder();
        for (Event event : Event.values()) {
            events.put(event.word(), new Sequence(List.of(group(event))));
        }
        Mapping hooks = Mapping.builder().put(KEY, events.build()).build();
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("client", client.word())
                    .put("settings", path.toString()).put("entry", hooks).build()));
        } else {
            session.out().println(client.title() + ", in " + path + ":\n\n" + JsonLayout.pretty(hooks) + "\n");
            session.out().println("asmp mcp install " + client.word() + " --hooks --write adds it beside other hooks");
        }
        return Command.DONE;
    }

    /** Puts our hooks into the file, or takes them out; those of others stay. */
    int change(boolean removes, boolean force) {
        if (!removes && !force && !client.isFound(session.environment())) {
            throw new CommandFailure(client.title() + " is not installed here, as far as can be seen; --force sets its"
                    + " hooks up anyway");
        }
        SettingsFile file = SettingsFile.read(path);
        String text = file.text();
        for (Event event : Event.values()) {
            Mapping root = text.isBlank() ? Mapping.EMPTY : JsonLayout.mapping(text);
            List<Document> groups = root == null ? List.of() : root.mapping(KEY).list(event.word());
            List<Document> next = new ArrayList<>(groups.stream().filter(group -> !isOurs(group)).toList());
            if (!removes) {
                next.add(group(event));
            }
            if (!next.equals(groups)) {
                String changed = next.isEmpty()
                        ? JsonLayout.remove(text, KEY, event.word())
                        : JsonLayout.put(text, KEY, event.word(), new Sequence(next));
                text = requireWritable(changed);
            }
        }
        boolean changed = !text.equals(file.text());
        report(removes, changed, changed ? file.replaceBy(text) : null);
        return Command.DONE;
    }

    private String requireWritable(@Nullable String changed) {
        if (changed == null) {
            if (!session.json()) {
                show();
            }
            throw new CommandFailure(
                    path + ": nothing was changed, because it is not plain JSON or has a layout of its own;"
                            + " edit it by hand");
        }
        return changed;
    }

    private void report(boolean removed, boolean changed, @Nullable Path backup) {
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("client", client.word()).put("settings", path.toString())
                    .put("changed", Scalar.bool(changed)).put("backup", backup == null ? null : backup.toString())
                    .build()));
            return;
        }
        String said = removed
                ? changed ? "asmp's hooks are removed from " : "asmp has no hooks in "
                : changed ? "asmp's hooks are set up in " : "asmp's hooks are set up already in ";
        session.out().println(said + path + (backup == null ? "" : " (before: " + backup + ")"));
        if (changed && !removed) {
            session.out().println("restart " + client.title()
                    + (client == McpClient.CODEX ? "; it may ask whether to trust the new hooks" : ""));
        }
    }

    /** Tells whether a group of handlers has ours and no other. */
    private static boolean isOurs(Document group) {
        List<Document> handlers = group instanceof Mapping mapping ? mapping.list(KEY) : List.of();
        return !handlers.isEmpty() && handlers.stream().allMatch(handler -> handler instanceof Mapping one
                && String.valueOf(one.text("command")).contains(OURS));
    }

    /** The group that runs our command at an event. A subagent sees nothing of its session's introduction and gets its own. */
    private Mapping group(Event event) {
        String command = command(session.environment())
                + (event == Event.SUBAGENT_START ? " --parent-used-asmp" : "");
        return Mapping.builder().put(KEY, new Sequence(List.of(Mapping.builder().put("type", "command")
                .put("command", command).put("timeout", TIMEOUT).build()))).build();
    }

    private static String command(Environment environment) {
        StringBuilder command = new StringBuilder();
        for (String name : List.of("ASMP_HOME", "ASMP_REGISTRY_URL")) {
            String value = environment.variable(name);
            if (value != null) {
                command.append(name).append('=').append(ShellWord.of(value)).append(' ');
            }
        }
        return command.append(ShellWord.of(Launcher.path(environment))).append(OURS).toString();
    }
}
