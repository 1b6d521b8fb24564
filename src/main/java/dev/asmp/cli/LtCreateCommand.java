package dev.asmp.cli;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

final class LtCreateCommand implements Command {
    /** What may be said about any agent. */
    static final List<OptionSpec> OPTIONS = List.of(
            OptionSpec.flag("--local", "on this machine, not on a VM"),
            OptionSpec.value("--commit", "COMMIT",
                    "make its VM of this commit, tag or reference; usual is the golden one"),
            OptionSpec.value("--role", "TEXT", "what it is for; it reads that in its prompt"),
            OptionSpec.value("--prompt", "FILE", "the system prompt, in place of the one made from the role"),
            OptionSpec.value("--context", "FILE", "what it should know, for the end of the AGENTS.md on its VM"),
            OptionSpec.value("--model", "MODEL", "MODEL or PROVIDER/MODEL, in place of the agent's own choice"),
            OptionSpec.value("--workspace", "FOLDER", "with --local: work in this folder"),
            OptionSpec.values("--env", "NAME[=VALUE]", "a variable for the agent, such as a key; never shown again"),
            OptionSpec.value("--command", "PROGRAM", "the agent's program, in place of pi"));

    @Override
    public CommandSpec spec() {
        return new CommandSpec("lt create", "NAME", "start a lieutenant and wait until it answers", OPTIONS,
                List.of("asmp lt create ops --commit release-7 --role 'watches the servers'",
                        "asmp lt create docs --local --role 'keeps the documentation' --workspace ~/project",
                        "asmp lt create ops --local --env ANTHROPIC_API_KEY"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        String name = arguments.operand("the NAME");
        AgentCalls calls = AgentCalls.lieutenants(session);
        calls.call("POST", "/lieutenants", body(arguments, session).put("name", name).build());
        Mapping agent = calls.awaitStart(calls.path(name, ""));
        if (session.json()) {
            session.printJson(Json.write(agent));
        } else {
            session.out().println(name + " is ready; give it work with: asmp lt send " + name + " 'TEXT'");
        }
        return DONE;
    }

    /** What the options say about an agent. */
    static Mapping.Builder body(CommandArguments arguments, CommandContext session) {
        Mapping.Builder body = Mapping.builder();
        boolean local = arguments.has("--local");
        String prompt = arguments.value("--prompt");
        String context = arguments.value("--context");
        String workspace = arguments.value("--workspace");
        String program = arguments.value("--command");
        program = program == null && local ? AgentCalls.program(session) : program;
        Mapping.Builder variables = Mapping.builder();
        for (String given : arguments.values("--env")) {
            int equals = given.indexOf('=');
            String name = equals < 0 ? given : given.substring(0, equals);
            String value = equals < 0 ? session.environment().variable(name) : given.substring(equals + 1);
            if (value == null) {
                throw new UsageError("--env " + name + ": there is no such variable here");
            }
            variables.put(name, value);
        }
        return body.put("local", (Document) Scalar.bool(local)).put("role", arguments.value("--role"))
                .put("model", arguments.value("--model")).put("commit", arguments.value("--commit"))
                .put("prompt",
                        prompt == null ? null : new String(CommandContext.read(prompt), StandardCharsets.UTF_8))
                .put("context",
                        context == null ? null : new String(CommandContext.read(context), StandardCharsets.UTF_8))
                .put("workspace", workspace == null ? null : Path.of(workspace).toAbsolutePath().normalize().toString())
                .put("command", program == null ? null : Sequence.ofTexts(List.of(program)))
                .put("env", variables.build());
    }
}
