package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.KeyCheck;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code asmp models}: the models among the services, with the keys that the caller's environment has. */
final class ModelsCommand implements Command {
    private static final List<String> FILTERS = List.of("provides", "provider", "tier", "max-cost", "min-context");

    private final String verb;

    ModelsCommand() {
        this("");
    }

    private ModelsCommand(String verb) {
        this.verb = verb;
    }

    @Override
    public CommandSpec spec() {
        return switch (verb) {
            case "verify" -> new CommandSpec("models verify", "",
                    "compare the keys in your environment with the digests in the manifests", List.of(),
                    List.of("asmp models verify", "asmp models verify --json"));
            case "health" -> new CommandSpec("models health", "", "show the last probe of each model", List.of(),
                    List.of("asmp models health"));
            default -> new CommandSpec(verb.isEmpty() ? "models" : "models list", verb.isEmpty() ? "[VERB ...]" : "",
                    verb.isEmpty() ? "the models among the services: list, recommend, check keys" : "list the models",
                    List.of(OptionSpec.value("--provides", "C",
                            "only those that provide C; llm.* stands for all of llm"),
                            OptionSpec.value("--provider", "NAME", "only those of this provider"),
                            OptionSpec.value("--tier", "TIER", "only those of this tier, such as free"),
                            OptionSpec.value("--max-cost", "USD", "at most this much per million tokens"),
                            OptionSpec.value("--min-context", "TOKENS", "at least this context window")),
                    List.of("asmp models", "asmp models list --provides llm.code_generation --max-cost 1",
                            "asmp models recommend --task llm.reasoning --budget 0.50"));
        };
    }

    @Override
    public List<String> verbs() {
        return verb.isEmpty() ? List.of("list", "recommend", "verify", "health", "register") : List.of();
    }

    @Override
    public @Nullable Command verb(String word) {
        return switch (word) {
            case "list", "verify", "health" -> new ModelsCommand(word);
            case "recommend" -> new ModelsRecommendCommand();
            case "register" -> new ModelsRegisterCommand();
            default -> null;
        };
    }

    @Override
    public String help() {
        StringBuilder help = new StringBuilder(spec().help());
        for (String word : verbs()) {
            Command command = verb(word);
            if (command != null) {
                help.append(help.indexOf("\nVerbs:") < 0 ? "\nVerbs:\n" : "").append("  ")
                        .append(CommandSpec.padded(word).substring(0, 14)).append(command.spec().summary())
                        .append('\n');
            }
        }
        return verbs().isEmpty()
                ? help.toString()
                : help.append("\nKeys stay here: only the names of variables that match go to the registry.\n")
                        .toString();
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        if (verb.isEmpty() && !arguments.operands().isEmpty()) {
            String word = arguments.operands().getFirst();
            throw new UsageError("asmp models has no verb '" + word + "'" + Help.nearest(word, verbs()));
        }
        arguments.noMoreThan(0);
        switch (verb) {
            case "verify" -> verify(session);
            case "health" -> health(session);
            default -> list(arguments, session);
        }
        return DONE;
    }

    private static void list(CommandArguments arguments, CommandContext session) {
        List<String> filters = new ArrayList<>();
        for (String name : FILTERS) {
            String value = arguments.value("--" + name);
            if (value != null) {
                filters.add(name.replace('-', '_') + "=" + UrlEncoding.encode(value));
            }
        }
        String query = String.join("&", filters);
        List<Mapping> models = JsonReader.mappings(session.get("/models" + (query.isEmpty() ? "" : "?" + query)));
        if (session.json()) {
            session.printJson(Json.write(new Sequence(List.copyOf(models.stream()
                    .map(model -> model.with("secret_verified", verified(check(model, session)))).toList()))));
        } else if (models.isEmpty()) {
            session.out().println(filters.isEmpty()
                    ? "no models yet: asmp models register FILE takes a manifest of kind ai-model"
                    : "no model matches");
        } else {
            session.out().print(table(models, session));
        }
    }

    private static String table(List<Mapping> models, CommandContext session) {
        Table table = new Table("KEY", "NAME", "PROVIDER", "USD/1M", "CONTEXT", "UP", "PROVIDES", "DESCRIPTION")
                .dropping("DESCRIPTION", "PROVIDES", "CONTEXT");
        for (Mapping model : models) {
            List<String> provides = model.texts("provides");
            table.add(mark(model, session), ServiceTable.or(model.text("name"), "?"),
                    ServiceTable.or(model.text("provider"), "-"), price(model),
                    ServiceTable.or(model.text("context_window"), "-"),
                    "stale".equals(model.text("status")) ? "stale" : ServiceTable.mark(model),
                    String.join(", ", provides.subList(0, Math.min(4, provides.size()))),
                    ServiceTable.or(model.text("description"), ""));
        }
        return table.render(session.terminal());
    }

    /** Whether the caller has the key: yes, no, or none is needed. */
    private static String mark(Mapping model, CommandContext session) {
        return "false".equals(model.text("secret_required"))
                ? "○"
                : Boolean.TRUE.equals(check(model, session).verified()) ? "✓" : "✗";
    }

    /** The prices of question and answer. */
    static String price(Mapping model) {
        Mapping pricing = model.mapping("pricing");
        return ServiceTable.or(pricing.text("input_per_1m"), "?") + " / "
                + ServiceTable.or(pricing.text("output_per_1m"), "?");
    }

    static KeyCheck check(Mapping model, CommandContext session) {
        return KeyCheck.of(model, session.environment()::variable);
    }

    private static Document verified(KeyCheck check) {
        return check.verified() == null ? Scalar.NULL : Scalar.bool(check.verified());
    }

    private static void verify(CommandContext session) {
        List<Mapping> models = JsonReader.mappings(session.get("/models"));
        List<Document> results = new ArrayList<>();
        Table table = new Table("NAME", "VARIABLE", "VERIFIED", "REASON");
        int count = 0;
        for (Mapping model : models) {
            KeyCheck check = check(model, session);
            boolean isGood = Boolean.TRUE.equals(check.verified());
            count += isGood ? 1 : 0;
            results.add(Mapping.builder().put("name", model.text("name"))
                    .put("env_var", model.get("secret_env_var")).put("required", model.get("secret_required"))
                    .put("verified", verified(check)).put("reason", check.reason()).build());
            table.add(ServiceTable.or(model.text("name"), "?"), ServiceTable.or(model.text("secret_env_var"), "-"),
                    isGood ? "✓" : "✗", check.reason());
        }
        if (session.json()) {
            session.printJson(Json.write(Mapping.builder().put("total", results.size()).put("verified", count)
                    .put("unverified", results.size() - count).put("results", new Sequence(results)).build()));
        } else if (models.isEmpty()) {
            session.out().println("no models yet");
        } else {
            session.out().print(table.render(session.terminal()));
        }
    }

    private static void health(CommandContext session) {
        byte[] answer = session.get("/models/health");
        List<Mapping> models = JsonReader.mappings(answer);
        if (session.json()) {
            session.printJson(answer);
        } else if (models.isEmpty()) {
            session.out().println("no models yet");
        } else {
            Table table = new Table("NAME", "UP", "TARGET", "ERROR");
            models.forEach(model -> table.add(ServiceTable.or(model.text("name"), "?"), ServiceTable.mark(model),
                    ServiceTable.or(model.text("target"), "-"), ServiceTable.or(model.text("error"), "")));
            session.out().print(table.render(session.terminal()));
        }
    }
}
