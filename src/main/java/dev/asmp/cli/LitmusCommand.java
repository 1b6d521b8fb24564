package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.RegistryException;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

final class LitmusCommand implements Command {
    @Override
    public CommandSpec spec() {
        return new CommandSpec("litmus", "", "self-test: check in a few seconds what agents rely on",
                List.of(),
                List.of("asmp litmus", "asmp litmus --json"));
    }

    /** One thing that must hold. */
    private record Check(String what, boolean passed, String why) {}

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        List<Check> checks = new ArrayList<>();
        check(checks, "health answers", () -> session.get("/health"), answer -> has(answer, "status"));
        check(checks, "the host profile answers", () -> session.get("/host"), answer -> has(answer, "host_id"));
        check(checks, "services are a list", () -> session.get("/services"), Sequence.class::isInstance);
        check(checks, "capabilities are indexed", () -> session.get("/capabilities"),
                answer -> has(answer, "capabilities"));
        lookUp(checks, session);
        check(checks, "a scan completes", () -> session.post("/discover/scan", null, null),
                answer -> has(answer, "scanned"));
        return report(checks, session);
    }

    /** A capability that is listed must lead to a service that provides it. */
    private static void lookUp(List<Check> checks, CommandContext session) {
        try {
            List<String> capabilities = JsonReader.mapping(session.get("/capabilities")).texts("capabilities");
            String capability = capabilities.isEmpty() ? "no.such.capability" : capabilities.getFirst();
            check(checks, "a listed capability leads to a service",
                    () -> session.get("/capabilities?provides=" + UrlEncoding.encode(capability)),
                    answer -> answer instanceof Sequence found && found.items().isEmpty() == capabilities.isEmpty());
        } catch (RegistryException e) {
            checks.add(new Check("a listed capability leads to a service", false,
                    Terminal.clean(String.valueOf(e.getMessage()))));
        }
    }

    private interface Call {
        byte[] answer();
    }

    private static void check(List<Check> checks, String what, Call call, Predicate<Document> good) {
        try {
            boolean passed = good.test(JsonReader.read(call.answer()));
            checks.add(new Check(what, passed, passed ? "" : "the answer is not what was expected"));
        } catch (RegistryException e) {
            checks.add(new Check(what, false, Terminal.clean(String.valueOf(e.getMessage()))));
        }
    }

    private static boolean has(Document answer, String key) {
        return answer instanceof Mapping mapping && mapping.get(key) != null;
    }

    private static int report(List<Check> checks, CommandContext session) {
        boolean allPassed = checks.stream().allMatch(Check::passed);
        if (session.json()) {
            List<Document> items = new ArrayList<>();
            checks.forEach(check -> items.add(Mapping.builder().put("check", check.what)
                    .put("passed", Scalar.bool(check.passed)).put("why", check.why.isEmpty() ? null : check.why)
                    .build()));
            session.printJson(Json.write(Mapping.builder().put("passed", Scalar.bool(allPassed))
                    .put("checks", new Sequence(items)).build()));
            return allPassed ? DONE : FAILED;
        }
        Terminal terminal = session.terminal();
        for (Check check : checks) {
            session.out().println((check.passed ? terminal.green("✓") : terminal.red("✗")) + " " + check.what
                    + (check.passed ? "" : ": " + check.why));
        }
        long failed = checks.stream().filter(check -> !check.passed).count();
        session.out().println((checks.size() - failed) + " passed, " + failed + " failed");
        return allPassed ? DONE : FAILED;
    }
}
