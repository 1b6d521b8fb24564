package dev.asmp.mcp;

import dev.asmp.client.UrlEncoding;
import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.KeyCheck;
import dev.asmp.manifest.ModelKeys;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The tools for models: which there are, and which to take. Keys are looked for where the client runs, if at all. */
final class ModelTools {
    private static final int USUAL = 25;
    private static final int ALTERNATIVES = 5;
    private static final List<String> TEXTS = List.of("provider", "model_id", "base_url");

    static final Tool LIST = new Tool("model_list", "List models",
            "List the language models registered here, with prices. Call it for an overview; model_recommend chooses.",
            Tool.Effect.READS,
            Schema.object().text("provides", "Such as llm.reasoning, or llm.*.").whole("limit", 1, 100),
            Schema.object().requires("total", "models"), ModelTools::list);

    static final Tool RECOMMEND = new Tool("model_recommend", "Recommend a model",
            "Name the cheapest usable model for a task. Call it before you choose one yourself.",
            Tool.Effect.READS,
            Schema.object().text("task", "Such as llm.code_generation.").number("budget", "USD per million tokens.")
                    .whole("context", 0, 1_000_000_000).requires("task"),
            Schema.object().requires("count", "models"), ModelTools::recommend);

    private ModelTools() {}

    /** Tells whether a registry has any model. */
    static boolean areThere(RegistryCalls registry) {
        boolean[] any = {false};
        try {
            registry.getEach("/services?limit=1&kind=" + ModelKeys.KIND,
                    entry -> any[0] |= ModelKeys.KIND.equals(entry.text("kind")));
        } catch (ToolFailure | RegistryCalls.Refusal _) {
            // No registry, no models.
        }
        return any[0];
    }

    private static Tool.Answer list(Tool.Call call) {
        String provides = call.arguments().text("provides");
        int limit = call.arguments().whole("limit", USUAL);
        List<Mapping> shown = new ArrayList<>();
        int total = call.registry().getEach(path(provides), model -> {
            if (shown.size() < limit) {
                shown.add(summary(model, call));
            }
        }).count();
        String hint = total > shown.size()
                ? (total - shown.size()) + " more: narrow with provides, or raise limit."
                : total == 0
                        ? provides == null
                                ? "No models are registered."
                                : "No model provides "
                                        + TextSanitizer.line(provides, 100) + "."
                        : null;
        return new Tool.Answer(ServiceTools.joined(lines(shown), hint), Mapping.builder().put("total", total)
                .put("models", new Sequence(List.copyOf(shown))).put("hint", hint).build());
    }

    private static String path(@Nullable String provides) {
        return "/models" + (provides == null ? "" : "?provides=" + UrlEncoding.encode(provides));
    }

    private static Tool.Answer recommend(Tool.Call call) {
        String task = call.arguments().required("task");
        String budget = call.arguments().text("budget");
        String context = call.arguments().text("context");
        Mapping found = call.registry().get("/models/recommend?task=" + UrlEncoding.encode(task)
                + (budget == null ? "" : "&budget=" + UrlEncoding.encode(budget))
                + (context == null ? "" : "&context=" + context) + keys(task, call));
        List<Mapping> shown = found.list("models").stream().filter(Mapping.class::isInstance).limit(ALTERNATIVES + 1L)
                .map(model -> summary((Mapping) model, call)).toList();
        List<String> why = found.list("why").stream().filter(Mapping.class::isInstance).limit(ALTERNATIVES)
                .map(item -> TextSanitizer.line(((Mapping) item).text("name") + ": " + ((Mapping) item).text("reason"),
                        200))
                .map(String::valueOf).toList();
        String hint = !shown.isEmpty()
                ? null
                : why.isEmpty()
                        ? "No model provides " + TextSanitizer.line(task, 100) + "; model_list shows what there is."
                        : "None suits. " + String.join("; ", why) + ".";
        return new Tool.Answer(ServiceTools.joined(lines(shown), hint),
                Mapping.builder().put("count", found.get("count")).put("models", new Sequence(List.copyOf(shown)))
                        .put("left_out", why.isEmpty() ? null : Sequence.ofTexts(why)).put("hint", hint).build());
    }

    /** The keys that the client has, as a parameter; empty where its environment is not this process's. */
    private static String keys(String task, Tool.Call call) {
        if (call.variables() == null) {
            return "";
        }
        TreeSet<String> keys = new TreeSet<>();
        call.registry().getEach(path(task), model -> {
            String variable = model.text("secret_env_var");
            if (variable != null && Boolean.TRUE.equals(check(model, call))) {
                keys.add(variable);
            }
        });
        return "&keys=" + UrlEncoding.encode(String.join(",", keys));
    }

    /** Whether the client has the key of a model; null where its environment is not this process's. */
    private static @Nullable Boolean check(Mapping model, Tool.Call call) {
        return call.variables() == null ? null : KeyCheck.of(model, call.variables()).verified();
    }

    private static Mapping summary(Mapping model, Tool.Call call) {
        Mapping.Builder summary = Mapping.builder().put("name", TextSanitizer.line(model.text("name"), 128));
        TEXTS.forEach(key -> summary.put(key, TextSanitizer.line(model.text(key), 200)));
        Mapping pricing = model.mapping("pricing");
        summary.put("input_per_1m", number(pricing, "input_per_1m"))
                .put("output_per_1m", number(pricing, "output_per_1m"))
                .put("context_window", number(model, "context_window"));
        List<String> strengths = model.texts("strengths");
        if (model.get("secret_required") instanceof Scalar required && required.isTrue()) {
            Boolean usable = check(model, call);
            summary.put("key", TextSanitizer.line(model.text("secret_env_var"), 128))
                    .put("has_key", usable == null ? null : Scalar.bool(usable));
        }
        return summary.put("strengths", strengths.isEmpty() ? null : TextSanitizer.lines(strengths, 40, 8))
                .put("healthy", model.get("healthy") instanceof Scalar healthy && !healthy.isNull() ? healthy : null)
                .build();
    }

    private static @Nullable Document number(Mapping from, String key) {
        return from.get(key) instanceof Scalar scalar && scalar.kind() == Scalar.Kind.NUMBER ? scalar : null;
    }

    private static @Nullable String lines(List<Mapping> models) {
        return models.isEmpty() ? null : String.join("\n", models.stream().map(ModelTools::line).toList());
    }

    private static String line(Mapping model) {
        StringBuilder line = new StringBuilder(String.valueOf(model.text("name"))).append(": ")
                .append(or(model.text("model_id"))).append(" at ").append(or(model.text("base_url"))).append(", ")
                .append(or(model.text("input_per_1m"))).append(" / ").append(or(model.text("output_per_1m")))
                .append(" USD per 1M");
        if (model.text("context_window") != null) {
            line.append(", context ").append(model.text("context_window"));
        }
        if (model.text("key") != null) {
            line.append("false".equals(model.text("has_key")) ? ", no key in " : ", key in ").append(model.text("key"));
        }
        return line.append("false".equals(model.text("healthy")) ? " (unhealthy)" : "").toString();
    }

    private static String or(@Nullable String text) {
        return text == null ? "?" : text;
    }
}
