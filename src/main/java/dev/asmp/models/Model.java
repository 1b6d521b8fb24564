package dev.asmp.models;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.KeyCheck;
import dev.asmp.manifest.Manifest;
import dev.asmp.manifest.ModelKeys;
import dev.asmp.manifest.SecretMask;
import dev.asmp.registry.Entry;
import java.math.BigDecimal;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model in the registry, with what choosing needs; the rest is read from its entry when it is shown.
 *
 * @param cost the higher of its two prices; null unless both are known
 * @param context the tokens of its context window; null where the manifest does not say
 * @param variable the variable that holds its key; null where it needs none or does not say which
 * @param isKeyed whether it needs a key
 * @param healthy the outcome of its last probe; null where there was none
 */
public record Model(Entry entry, @Nullable String provider, @Nullable String tier, @Nullable BigDecimal cost,
        @Nullable Long context, @Nullable String variable, boolean isKeyed, @Nullable Boolean healthy) {
    private static final List<String> PRICES = List.of("input_per_1m", "output_per_1m");

    static Model of(Entry entry, @Nullable Boolean healthy) {
        Mapping manifest = entry.manifest().document();
        Mapping model = manifest.mapping("model");
        Scalar context = model.get("context_window") instanceof Scalar scalar ? tokens(scalar) : null;
        return new Model(entry, model.text("provider"), manifest.mapping("pricing").text("tier"),
                cost(manifest.mapping("pricing")), context == null ? null : Long.valueOf(context.text()),
                variable(manifest), isKeyed(manifest), healthy);
    }

    private static boolean isKeyed(Mapping manifest) {
        return switch (manifest.get("secret")) {
            case null -> false;
            case Mapping block -> !block.isEmpty();
            case Scalar scalar -> !scalar.isNull();
            case Sequence list -> !list.items().isEmpty();
        };
    }

    /** The name of the variable; another text may be the key itself, and is not shown. */
    private static @Nullable String variable(Mapping manifest) {
        String written = SecretMask.masked(manifest).mapping("secret").text("env_var");
        return written != null && ModelKeys.isVariable(written) ? written : null;
    }

    private static @Nullable BigDecimal cost(Mapping pricing) {
        Scalar input = price(pricing.get(PRICES.getFirst()));
        Scalar output = price(pricing.get(PRICES.getLast()));
        return input == null || output == null
                ? null
                : new BigDecimal(input.text()).max(new BigDecimal(output.text()));
    }

    /** A price as it was written; null where it is none. */
    private static @Nullable Scalar price(@Nullable Document written) {
        return valid(written, ModelKeys::price);
    }

    private static @Nullable Scalar tokens(@Nullable Document written) {
        return valid(written, ModelKeys::tokens);
    }

    private static @Nullable Scalar valid(@Nullable Document written, Function<Document, ?> reader) {
        try {
            return written instanceof Scalar scalar && reader.apply(scalar) != null ? scalar : null;
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    public String name() {
        return entry.name();
    }

    boolean isStale() {
        return entry.isStale();
    }

    /** Tells whether it provides a capability; {@code llm.*} stands for all that begin with {@code llm.}. */
    boolean provides(@Nullable String wanted) {
        if (wanted == null) {
            return true;
        }
        return wanted.endsWith(".*")
                ? entry.provides().stream().anyMatch(one -> one.startsWith(wanted.substring(0, wanted.length() - 1)))
                : entry.provides().contains(wanted);
    }

    /** Tells whether it costs no more; an unknown price fits no budget. */
    boolean fits(@Nullable BigDecimal budget) {
        return budget == null || (cost != null && cost.compareTo(budget) <= 0);
    }

    boolean holds(@Nullable Long tokens) {
        return tokens == null || (context != null && context >= tokens);
    }

    /** Tells whether a caller with these keys can use it; null where nothing is known of the caller's keys. */
    @Nullable
    Boolean isUsable(@Nullable Set<String> keys) {
        return !isKeyed
                ? Boolean.TRUE
                : keys == null ? null : Boolean.valueOf(variable != null && keys.contains(variable));
    }

    /** Looks for its key in an environment. */
    KeyCheck check(Function<String, @Nullable String> environment) {
        return KeyCheck.of(isKeyed, variable, digest(), environment);
    }

    private @Nullable String digest() {
        String digest = entry.manifest().document().mapping("secret").text("digest");
        return ModelKeys.isDigest(digest) ? digest : null;
    }

    /** The target of its probe, without credentials. */
    @Nullable
    String target() {
        String target = entry.manifest().document().mapping("health").text("target");
        return target == null ? null : SecretMask.text(target);
    }

    /** About how many bytes it takes as JSON. */
    public long length() {
        return entry.length();
    }

    /** The model as it is answered; each key is there, and null where nothing is known. */
    public Mapping document(@Nullable Set<String> keys, boolean withDigest) {
        Manifest manifest = entry.manifest();
        Mapping shown = SecretMask.masked(manifest.document());
        Mapping model = shown.mapping("model");
        Mapping pricing = shown.mapping("pricing");
        Mapping capabilities = shown.mapping("capabilities");
        Boolean usable = isUsable(keys);
        return Mapping.builder().put("name", name()).put("description", orNull(shown.text("description")))
                .put("provider", orNull(model.text("provider"))).put("model_id", orNull(model.text("model_id")))
                .put("base_url", orNull(model.text("base_url")))
                .put("context_window", orNull(tokens(model.get("context_window"))))
                .put("max_output_tokens", orNull(tokens(model.get("max_output_tokens"))))
                .put("provides", Sequence.ofTexts(manifest.provides()))
                .put("strengths", Sequence.ofTexts(capabilities.texts("strengths")))
                .put("weaknesses", Sequence.ofTexts(capabilities.texts("weaknesses")))
                .put("pricing", Mapping.builder().put(PRICES.getFirst(), orNull(price(pricing.get(PRICES.getFirst()))))
                        .put(PRICES.getLast(), orNull(price(pricing.get(PRICES.getLast()))))
                        .put("tier", orNull(pricing.text("tier")))
                        .put("quota_monthly_tokens", orNull(tokens(pricing.get("quota_monthly_tokens")))).build())
                .put("cost_per_1m", cost == null ? Scalar.NULL : new Scalar(Scalar.Kind.NUMBER, cost.toString()))
                .put("secret_env_var", orNull(variable)).put("secret_required", Scalar.bool(isKeyed))
                .put("secret_verified", usable == null ? Scalar.NULL : Scalar.bool(usable))
                .put("secret_digest", withDigest ? digest() : null).put("status", entry.state().status().word())
                .put("healthy", healthy == null ? Scalar.NULL : Scalar.bool(healthy)).put("host", entry.host()).build();
    }

    private static Scalar orNull(@Nullable String text) {
        return text == null ? Scalar.NULL : Scalar.text(text);
    }

    private static Scalar orNull(@Nullable Scalar scalar) {
        return scalar == null ? Scalar.NULL : scalar;
    }
}
