package dev.asmp.cli;

import dev.asmp.client.JsonReader;
import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Mapping;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

final class ModelsRecommendCommand implements Command {
    private static final int ALTERNATIVES = 5;

    @Override
    public CommandSpec spec() {
        return new CommandSpec("models recommend", "", "name the cheapest model for a task for which you have the key",
                List.of(OptionSpec.value("--task", "C", "a capability, such as llm.reasoning; or llm.* for all of llm"),
                        OptionSpec.value("--budget", "USD", "at most this much per million tokens"),
                        OptionSpec.value("--context", "TOKENS", "at least this context window")),
                List.of("asmp models recommend --task llm.code_generation",
                        "asmp models recommend --task llm.reasoning --budget 0.50 --json"));
    }

    @Override
    public int run(CommandArguments arguments, CommandContext session) {
        arguments.noMoreThan(0);
        String task = arguments.value("--task");
        if (task == null || task.isBlank()) {
            throw new UsageError("--task is missing: a capability, such as llm.code_generation");
        }
        List<Mapping> known = JsonReader.mappings(session.get("/models?provides=" + UrlEncoding.encode(task)));
        TreeSet<String> keys = new TreeSet<>();
        known.stream().filter(model -> Boolean.TRUE.equals(ModelsCommand.check(model, session).verified()))
                .map(model -> model.text("secret_env_var")).filter(name -> name != null).forEach(keys::add);
        byte[] answer = session.get("/models/recommend?task=" + UrlEncoding.encode(task)
                + parameter("budget", arguments.value("--budget")) + parameter("context", arguments.value("--context"))
                + "&keys=" + UrlEncoding.encode(String.join(",", keys)));
        Mapping found = JsonReader.mapping(answer);
        List<Mapping> models = JsonReader.mappings(found, "models");
        int status = models.isEmpty() ? missed(task, found, known, session) : DONE;
        if (session.json()) {
            session.printJson(answer);
        } else if (!models.isEmpty()) {
            print(models, session);
        }
        return status;
    }

    private static String parameter(String name, @Nullable String value) {
        return value == null ? "" : "&" + name + "=" + UrlEncoding.encode(value);
    }

    private static void print(List<Mapping> models, CommandContext session) {
        Mapping best = models.getFirst();
        String key = best.text("secret_env_var");
        session.out().println(Terminal.clean(best.text("name") + ": " + ServiceTable.or(best.text("model_id"), "?")
                + " at " + ServiceTable.or(best.text("base_url"), "?") + ", " + ModelsCommand.price(best)
                + " USD per million tokens" + (key == null ? "" : ", key in " + key)));
        List<String> others = new ArrayList<>();
        models.stream().skip(1).limit(ALTERNATIVES).forEach(
                model -> others.add(model.text("name") + " (" + ServiceTable.or(model.text("cost_per_1m"), "?") + ")"));
        if (!others.isEmpty()) {
            session.out().println(Terminal.clean("also: " + String.join(", ", others)
                    + (models.size() > ALTERNATIVES + 1 ? ", …" : "")));
        }
    }

    private static int missed(String task, Mapping found, List<Mapping> known, CommandContext session) {
        List<String> hints = new ArrayList<>();
        JsonReader.mappings(found, "why").forEach(why -> hints.add(why.text("name") + ": " + why.text("reason")));
        known.stream().filter(model -> ModelsCommand.check(model, session).reason().equals("no digest in manifest"))
                .findFirst().ifPresent(model -> hints.add(model.text("secret_env_var")
                        + " is set, but the manifest of " + model.text("name")
                        + " has no digest of it: asmp models register FILE fills it in"));
        return session.miss(hints.isEmpty() ? "no model provides '" + task + "'" : "no model for '" + task + "' suits:",
                hints.toArray(String[]::new));
    }
}
