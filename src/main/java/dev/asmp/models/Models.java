package dev.asmp.models;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.health.HealthMonitor;
import dev.asmp.health.HealthResult;
import dev.asmp.manifest.KeyCheck;
import dev.asmp.manifest.ModelKeys;
import dev.asmp.registry.Catalog;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The models among the services: which there are, what they cost, who can use them.
 *
 * <p>The environment is read for variables that the owner listed and for no others: a manifest may name any variable, and
 * comparing its digest would tell every local program what the variable holds.
 */
public final class Models {
    private static final int NAMED = 20;

    private final Supplier<Catalog> catalog;
    private final HealthMonitor health;
    private final Supplier<List<String>> checkable;
    private final Function<String, @Nullable String> environment;

    /**
     * @param checkable the variables that the owner lets be compared
     * @param environment the value of a variable, or null
     */
    public Models(Supplier<Catalog> catalog, HealthMonitor health, Supplier<List<String>> checkable,
            Function<String, @Nullable String> environment) {
        this.catalog = catalog;
        this.health = health;
        this.checkable = checkable;
        this.environment = environment;
    }

    /**
     * The models for a task, best first.
     *
     * @param leftOut the number of models for the task that are not among them
     * @param why the first of those, each with the reason
     */
    public record Recommendation(List<Model> models, int leftOut, List<Document> why) {}

    private Stream<Model> all() {
        return catalog.get().entries().stream().filter(entry -> ModelKeys.KIND.equals(entry.kind()))
                .map(entry -> Model.of(entry, health.healthy(entry.name())));
    }

    /** All models that match, by name. */
    public List<Model> list(ModelQuery query) {
        return all().filter(query::matches).toList();
    }

    public Recommendation recommend(ModelQuery query) {
        List<Model> fitting = new ArrayList<>();
        List<Document> why = new ArrayList<>();
        int[] leftOut = {0};
        all().filter(model -> model.provides(query.task())).forEach(model -> {
            String against = query.against(model);
            if (against == null) {
                fitting.add(model);
            } else if (leftOut[0]++ < NAMED) {
                why.add(Mapping.builder().put("name", model.name()).put("reason", against).build());
            }
        });
        fitting.sort(bestFirst());
        return new Recommendation(fitting, leftOut[0], why);
    }

    /** The last probe of each model, as a JSON array. */
    public Sequence health() {
        return new Sequence(all().map(this::health).toList());
    }

    private Document health(Model model) {
        HealthResult last = health.of(model.name());
        String target = model.target();
        String error = last.error() == null && target == null ? "no health target" : last.error();
        return Mapping.builder().put("name", model.name())
                .put("target", target == null ? Scalar.NULL : Scalar.text(target))
                .put("healthy", last.healthy() == null ? Scalar.NULL : Scalar.bool(last.healthy()))
                .put("status", Scalar.NULL) // of HTTP, which other registries tell and a probe here does not keep
                .put("error", error == null ? Scalar.NULL : Scalar.text(error))
                .put("latency_ms", last.latencyMs() == null ? null : Scalar.number(last.latencyMs()))
                .put("last_check", last.lastCheck() == null ? null : Timestamps.format(last.lastCheck())).build();
    }

    /** Compares the digests of keys with this process's environment, as far as the owner allows. */
    public Mapping verify() {
        List<Document> results = new ArrayList<>();
        List<String> allowed = checkable.get();
        int[] verified = {0};
        all().forEach(model -> {
            String variable = model.variable();
            KeyCheck check = variable == null || allowed.contains(variable)
                    ? model.check(environment)
                    : KeyCheck.unchecked(
                            "not among models.secrets in host.yaml; asmp models verify checks your own keys");
            verified[0] += Boolean.TRUE.equals(check.verified()) ? 1 : 0;
            results.add(Mapping.builder().put("name", model.name())
                    .put("env_var", variable == null ? Scalar.NULL : Scalar.text(variable))
                    .put("required", Scalar.bool(model.isKeyed()))
                    .put("verified", check.verified() == null ? Scalar.NULL : Scalar.bool(check.verified()))
                    .put("reason", check.reason()).build());
        });
        return Mapping.builder().put("total", results.size()).put("verified", verified[0])
                .put("unverified", results.size() - verified[0]).put("results", new Sequence(results)).build();
    }

    /** The cheapest first, unknown prices last; then the healthy, the larger context, the name. */
    private static Comparator<Model> bestFirst() {
        return Comparator.comparing(Model::cost, Comparator.nullsLast(Comparator.<BigDecimal>naturalOrder()))
                .thenComparing(model -> model.healthy() == null)
                .thenComparing(Model::context, Comparator.nullsLast(Comparator.<Long>reverseOrder()))
                .thenComparing(Model::name);
    }
}
