package dev.asmp.cli;

import dev.asmp.client.RegistryFinder;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.mcp.Ambient;
import dev.asmp.mcp.Ambient.Event;
import dev.asmp.mcp.Ambient.Said;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells an agent about this machine when its session, a prompt or a subagent begins. Clients run it before each prompt, so it never
 * fails, ends within a second, and loads no library.
 */
final class AmbientCommand implements Command {
    private static final List<String> OFF = List.of("0", "false", "off", "no", "disabled");
    private static final int UNLIMITED = Integer.MAX_VALUE;
    private static final int MOST_BYTES = 2_560;
    /** A second in all, of which the start of the process takes up to 400 ms on a busy machine. */
    private static final long PATIENCE_MILLIS = 600;
    private static final String NOT_RELEVANT = "prompt_not_asmp_relevant";

    @Override
    public CommandSpec spec() {
        return new CommandSpec("ambient", "",
                "tell an agent about this machine when its session, a prompt or a subagent begins",
                List.of(OptionSpec.value("--event", "E",
                        "SessionStart and SubagentStart introduce the machine, UserPromptSubmit names services"),
                        OptionSpec.flag("--hook",
                                "read the event from a client's hook on standard input, answer in its JSON"),
                        OptionSpec.value("--prompt", "TEXT", "what the person typed; 'no asmp' in it turns this off"),
                        OptionSpec.value("--subagent-scope", "TEXT", "what the subagent is for"),
                        OptionSpec.flag("--parent-used-asmp", "the agent that starts it has used asmp"),
                        OptionSpec.value("--max-bytes", "N",
                                "at most N bytes, up to 2560; without it 1536, 2048 and 1024 by event"),
                        OptionSpec.flag("--debug", "say on standard error why nothing is said")),
                List.of("asmp ambient", "asmp ambient --event UserPromptSubmit --prompt 'mail the report to Ada'",
                        "asmp ambient --hook               # what asmp mcp install claude --hooks sets up",
                        "ASMP_AMBIENT=off asmp ambient     # says nothing"));
    }

    /** Zero: in a hook of an agent's client, 2 blocks the person's prompt. */
    @Override
    public int wrongUsage() {
        return DONE;
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        Moment asked = Moment.of(arguments);
        boolean isHook = arguments.has("--hook");
        Answer answer = within(() -> answer(isHook ? HookInput.read(System.in, asked) : asked, isHook, session));
        if (answer == null) {
            answer = new Answer(asked, Said.nothing("took too long", Said.NOT_QUERIED));
        }
        if (isHook) {
            session.out().print(HookInput.answer(answer.moment.event == null ? null : Event.of(answer.moment.event),
                    answer.said.text()));
        } else if (session.json()) {
            session.printJson(Json.write(document(answer, session)));
        } else {
            session.out().print(answer.said.text());
        }
        if (arguments.has("--debug") && !answer.said.isInjected()) {
            session.err().println("asmp ambient says nothing: " + Terminal.clean(answer.said.reason()));
        }
        return DONE;
    }

    /**
     * The moment at which something may be said.
     *
     * @param event its name, as written; null where none is given
     * @param isParentUser whether the agent that starts a subagent has used asmp
     */
    record Moment(@Nullable String event, String prompt, String scope, boolean isParentUser, int maxBytes) {
        static Moment of(CommandArguments arguments) {
            String bytes = arguments.value("--max-bytes");
            return new Moment(arguments.value("--event"), or(arguments.value("--prompt")),
                    or(arguments.value("--subagent-scope")), arguments.has("--parent-used-asmp"),
                    bytes != null && bytes.matches("[0-9]{1,9}")
                            ? Math.min(MOST_BYTES, Integer.parseInt(bytes))
                            : UNLIMITED);
        }

        private static String or(@Nullable String text) {
            return text == null ? "" : text;
        }
    }

    private record Answer(Moment moment, Said said) {}

    /** Runs this for as long as a person may be kept waiting; null where it takes longer, or fails. */
    private static @Nullable Answer within(Supplier<Answer> work) {
        Answer[] done = new Answer[1];
        Thread thread = new Thread(() -> {
            try {
                done[0] = work.get();
            } catch (RuntimeException | StackOverflowError | OutOfMemoryError _) {
                // Silence is the answer to whatever went wrong.
            }
        }, "ambient");
        thread.setDaemon(true);
        thread.start();
        try {
            thread.join(PATIENCE_MILLIS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        return thread.isAlive() ? null : done[0];
    }

    private static Answer answer(Moment moment, boolean isHook, CommandContext session) {
        String setting = session.environment().variable("ASMP_AMBIENT");
        String phrase = Ambient.refusal(moment.prompt + "\n" + moment.scope);
        Said said;
        if (setting != null && OFF.contains(setting.toLowerCase(Locale.ROOT))) {
            said = Said.nothing("ASMP_AMBIENT is " + setting, Said.NOT_QUERIED);
        } else if (phrase != null) {
            said = Said.nothing("user override: " + phrase, Said.NOT_QUERIED);
        } else {
            said = said(moment, isHook, new Ambient(new RegistryFinder(session.environment())));
        }
        return new Answer(moment, said);
    }

    private static Said said(Moment moment, boolean isHook, Ambient ambient) {
        if (moment.event == null) {
            return isHook
                    ? Said.nothing("no event", Said.NOT_QUERIED)
                    : ambient.introduction(moment.maxBytes, true);
        }
        Event event = Event.of(moment.event);
        if (event == null) {
            return Said.nothing("unknown event", Said.NOT_QUERIED);
        }
        int bytes = moment.maxBytes == UNLIMITED ? event.bytes() : moment.maxBytes;
        return switch (event) {
            case SESSION_START -> ambient.introduction(bytes, !isHook);
            case USER_PROMPT_SUBMIT -> ambient.services(moment.prompt, bytes, NOT_RELEVANT);
            case SUBAGENT_START -> moment.isParentUser
                    ? ambient.introduction(bytes, !isHook)
                    : ambient.services(moment.scope.isBlank() ? moment.prompt : moment.scope, bytes,
                            "subagent_scope_not_asmp_relevant");
        };
    }

    /** The answer under the keys that other programs know, and the text. */
    private static Mapping document(Answer answer, CommandContext session) {
        Said said = answer.said;
        return Mapping.builder().put("event", text(answer.moment.event)).put("injected", Scalar.bool(said.isInjected()))
                .put("reason", said.reason()).put("mode", "ambient")
                .put("registry",
                        Mapping.builder().put("url", new RegistryFinder(session.environment()).url())
                                .put("state", said.state()).build())
                .put("bytes", said.text().getBytes(StandardCharsets.UTF_8).length)
                .put("candidates", new Sequence(said.candidates().stream().map(AmbientCommand::candidate).toList()))
                .put("context", said.text()).put("text", said.text()).build();
    }

    private static Document candidate(Mapping service) {
        List<String> provides = service.texts("provides");
        return Mapping.builder().put("name", service.text("name")).put("summary", text(service.text("description")))
                .put("provides", Sequence.ofTexts(provides.subList(0, Math.min(5, provides.size()))))
                .put("endpoint", text(service.text("where"))).put("status", text(service.text("status"))).build();
    }

    private static Scalar text(@Nullable String text) {
        return text == null ? Scalar.NULL : Scalar.text(text);
    }
}
