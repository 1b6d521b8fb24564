package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryFinder;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Mapping;
import dev.asmp.mcp.NearMatches;
import java.util.List;

final class FindCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("find", "", "find the services that provide a capability, or that a text is about",
                List.of(OptionSpec
                        .value("--capability", "C", "who provides C; email.* stands for all that begin with email.")
                        .orShort("-c"),
                        OptionSpec.value("--query", "TEXT", "a question in plain words; the best answer comes first")
                                .orShort("-q"),
                        OptionSpec.flag("--explain", "with --query: why each matched")),
                List.of("asmp find --capability email.send", "asmp find --capability 'email.*'",
                        "asmp find --query 'who can send an invoice' --explain",
                        "asmp find --capability email.send --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        String capability = arguments.value("--capability");
        String query = arguments.value("--query");
        if ((capability == null) == (query == null)) {
            throw new UsageError("say either --capability C or --query TEXT");
        }
        if (String.valueOf(capability == null ? query : capability).isBlank()) {
            throw new UsageError("there is nothing to look for");
        }
        if (capability != null && arguments.has("--explain")) {
            throw new UsageError("--explain goes with --query");
        }
        return capability != null
                ? byCapability(capability, session)
                : byQuestion(String.valueOf(query), arguments.has("--explain"), session);
    }

    static int byCapability(String capability, CommandContext session) {
        byte[] answer = session.get("/capabilities?provides=" + UrlEncoding.encode(capability));
        if (show(answer, session)) {
            return DONE;
        }
        session.err().println("nothing provides '" + Terminal.clean(capability) + "'");
        List<String> near = session.json()
                ? List.of()
                : NearMatches.meant(capability, new RegistryFinder(session.environment()));
        if (!near.isEmpty()) {
            session.err().println("did you mean " + Terminal.clean(String.join(", ", near)) + "?");
        }
        return missed(capability.replace(".*", ""), session);
    }

    private static int byQuestion(String question, boolean explain, CommandContext session) {
        byte[] answer = session.get("/services?q=" + UrlEncoding.encode(question) + (explain ? "&explain=true" : ""));
        if (show(answer, session)) {
            return DONE;
        }
        session.err().println("nothing matches '" + Terminal.clean(question) + "'");
        return missed("what-it-would-be-called", session);
    }

    /** Prints the services found; false if there are none. */
    private static boolean show(byte[] answer, CommandContext session) {
        List<Mapping> services = JsonReader.mappings(answer);
        if (session.json()) {
            session.printJson(answer);
        } else if (!services.isEmpty()) {
            session.out().print(ServiceTable.render(services, session.terminal()));
            services.forEach(service -> explain(service, session));
        }
        return !services.isEmpty();
    }

    private static int missed(String name, CommandContext session) {
        session.err().println("if it exists or should, note it: asmp todo " + Terminal.clean(name)
                + " --note \"who needs it and what for\"");
        return FAILED;
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
