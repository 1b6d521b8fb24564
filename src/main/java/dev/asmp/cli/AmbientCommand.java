package dev.asmp.cli;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

final class AmbientCommand implements Command {
    private static final List<String> OFF = List.of("0", "false", "off", "no", "disabled");
    private static final List<String> REFUSALS = List.of("do not use asmp", "don't use asmp", "no asmp",
            "without asmp");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("ambient", "",
                "introduce this machine to an agent in less than 1 KB, for hosts that pass on text when a session starts",
                List.of(OptionSpec.value("--event", "E",
                        "SessionStart, SubagentStart or UserPromptSubmit; the last one adds nothing to a prompt"),
                        OptionSpec.value("--prompt", "TEXT", "what the person typed; 'no asmp' in it turns this off"),
                        OptionSpec.value("--subagent-scope", "TEXT", "what the subagent is for"),
                        OptionSpec.flag("--parent-used-asmp", "the agent that starts it has used asmp"),
                        OptionSpec.value("--max-bytes", "N", "say nothing rather than more than N bytes"),
                        OptionSpec.flag("--debug", "accepted and ignored")),
                List.of("asmp ambient", "asmp ambient --event SessionStart", "asmp ambient --json",
                        "ASMP_AMBIENT=off asmp ambient   # says nothing"));
    }

    /** Zero: in a hook of an agent's client, 2 blocks the person's prompt. */
    @Override
    public int wrongUsage() {
        return DONE;
    }

    /** Succeeds even if no registry answers: the text says so, and the session should still start. */
    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String text = isSilent(arguments, session) ? "" : McpCommand.mcp(session).introduction();
        if (text.getBytes(StandardCharsets.UTF_8).length > limit(arguments.value("--max-bytes"))) {
            text = "";
        }
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("text", text).build()));
        } else {
            session.out().print(text);
        }
        return DONE;
    }

    private static boolean isSilent(CommandArguments arguments, CommandContext session) {
        String setting = session.environment().variable("ASMP_AMBIENT");
        String prompt = lower(arguments.value("--prompt"));
        return "userpromptsubmit".equals(lower(arguments.value("--event"))) || OFF.contains(lower(setting))
                || REFUSALS.stream().anyMatch(prompt::contains);
    }

    private static String lower(@Nullable String text) {
        return text == null ? "" : text.toLowerCase(Locale.ROOT);
    }

    private static int limit(@Nullable String bytes) {
        return bytes != null && bytes.matches("[0-9]{1,9}") ? Integer.parseInt(bytes) : Integer.MAX_VALUE;
    }
}
