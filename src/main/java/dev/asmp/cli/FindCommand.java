package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Mapping;
import java.util.List;
import org.jspecify.annotations.Nullable;

final class FindCommand implements Command {
    static final OptionSpec HOSTS = OptionSpec.value("--hosts", "all|HOST",
            "also ask what other hosts share, or only what this one does");

    @Override
    public CommandSpec spec() {
        return new CommandSpec("find", "[WORDS...]",
                "find the services that provide a capability, or that a text is about",
                List.of(OptionSpec
                        .value("--capability", "C", "who provides C; email.* stands for all that begin with email.")
                        .orShort("-c"),
                        OptionSpec.value("--query", "TEXT", "a question in plain words; the best answer comes first")
                                .orShort("-q"),
                        OptionSpec.flag("--explain", "with a question: why each matched"), HOSTS),
                List.of("asmp find email.send", "asmp find --capability 'email.*'",
                        "asmp find who can send an invoice", "asmp find --query 'who can send an invoice' --explain",
                        "asmp find --capability email.send --json", "asmp find email.send --hosts all"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        if (arguments.rest() != null) {
            arguments.noMoreThan(0);
        }
        String capability = arguments.value("--capability");
        String query = arguments.value("--query");
        String words = String.join(" ", arguments.operands());
        boolean explain = arguments.has("--explain");
        if (!arguments.operands().isEmpty() && (capability != null || query != null)) {
            throw new UsageError("unexpected argument '" + arguments.operands().getFirst() + "'");
        }
        String wanted = capability != null ? capability : query != null ? query : words;
        if (wanted.isBlank()) {
            throw new UsageError(capability == null && query == null && arguments.operands().isEmpty()
                    ? "say a capability or a question: asmp find email.send, asmp find who sends mail"
                    : "there is nothing to look for");
        }
        if (capability != null && explain) {
            throw new UsageError("--explain goes with a question");
        }
        String hosts = arguments.value("--hosts");
        return capability != null
                ? byCapability(capability, hosts, session)
                : query != null
                        ? byQuestion(query, explain, hosts, session)
                        : byWords(words, explain, hosts, session);
    }

    static int byCapability(String capability, @Nullable String hosts, CommandContext session) {
        return show(Suggestions.providers(capability, hosts, session), "provides", capability, hosts, session);
    }

    /** The query parameter for the hosts, behind this sign; nothing for this host alone. */
    static String hosts(@Nullable String hosts, String sign) {
        return hosts == null ? "" : sign + "hosts=" + UrlEncoding.encode(hosts);
    }

    /** A word that is a capability asks for it; anything else is a question. */
    private static int byWords(String words, boolean explain, @Nullable String hosts, CommandContext session) {
        if (!explain && !words.contains(" ")) {
            byte[] providers = Suggestions.providers(words, hosts, session);
            if (words.endsWith("*") || !JsonReader.mappings(providers).isEmpty()) {
                return show(providers, "provides", words, hosts, session);
            }
            byte[] answers = answers(words, false, hosts, session);
            boolean isAnswered = !JsonReader.mappings(answers).isEmpty();
            if (isAnswered && hosts == null && words.contains(".") && !session.json()) {
                Suggestions.elsewhere(words, session).forEach(session.err()::println);
            }
            return show(answers, isAnswered || !words.contains(".") ? "matches" : "provides", words, hosts,
                    session);
        }
        return byQuestion(words, explain, hosts, session);
    }

    private static int byQuestion(String question, boolean explain, @Nullable String hosts, CommandContext session) {
        return show(answers(question, explain, hosts, session), "matches", question, hosts, session);
    }

    private static byte[] answers(String question, boolean explain, @Nullable String hosts, CommandContext session) {
        return session.get("/services?q=" + UrlEncoding.encode(question) + (explain ? "&explain=true" : "")
                + hosts(hosts, "&"));
    }

    /** Prints the services found; without a live one, says so first and fails. */
    private static int show(byte[] answer, String verb, String wanted, @Nullable String hosts,
            CommandContext session) {
        List<Mapping> services = JsonReader.mappings(answer);
        boolean isLive = services.stream().anyMatch(service -> !"stale".equals(service.text("status")));
        int status = isLive ? DONE : missed(verb, wanted, hosts, !services.isEmpty(), session);
        if (session.json()) {
            session.printJson(answer);
        } else if (!services.isEmpty()) {
            session.out().print(ServiceTable.render(services, session.terminal()));
            services.forEach(service -> explain(service, session));
            services.forEach(service -> warn(service, session));
        }
        return status;
    }

    private static int missed(String verb, String wanted, @Nullable String hosts, boolean isStale,
            CommandContext session) {
        return session.miss("nothing " + (isStale ? "live " : "") + verb + " '" + wanted + "'"
                + (isStale ? "; what did is stale:" : ""),
                verb.equals("provides")
                        ? Suggestions.forCapability(wanted, isStale, hosts == null, session)
                        : isStale ? new String[0] : Suggestions.forQuestion(session));
    }

    /** Says what is the matter with a service's manifest, which the row above does not show. */
    private static void warn(Mapping service, CommandContext session) {
        String problem = service.text("problem");
        if (problem != null) {
            session.out().println("problem with " + Terminal.clean(service.text("name") + ": " + problem));
        }
    }

    /** Prints why a service matched, if the registry said so. */
    private static void explain(Mapping service, CommandContext session) {
        Mapping match = service.mapping("match");
        if (!match.isEmpty()) {
            session.out().println(Terminal.clean(service.text("name") + ": score " + match.text("score") + "/100"
                    + ("true".equals(match.text("close")) ? ", nearly tied" : "")));
            match.texts("why").forEach(line -> session.out().println("  " + Terminal.clean(line)));
        }
    }
}
