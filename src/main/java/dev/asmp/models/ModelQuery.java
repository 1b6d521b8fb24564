package dev.asmp.models;

import java.math.BigDecimal;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a caller wants of a model; null restricts nothing.
 *
 * @param task a capability, or all below one with {@code .*} at its end
 * @param budget the most USD per million tokens
 * @param context the fewest tokens of the context window
 * @param keys the variables whose keys the caller has
 */
public record ModelQuery(@Nullable String task, @Nullable String provider, @Nullable String tier,
        @Nullable BigDecimal budget, @Nullable Long context, @Nullable Set<String> keys) {
    public ModelQuery {
        keys = keys == null ? null : Set.copyOf(keys);
    }

    boolean matches(Model model) {
        return model.provides(task) && (provider == null || provider.equals(model.provider()))
                && (tier == null || tier.equals(model.tier())) && model.fits(budget) && model.holds(context);
    }

    /** Why a model for the task is not recommended; null where it is. */
    @Nullable
    String against(Model model) {
        if (model.isStale()) {
            return "stale";
        }
        if (Boolean.FALSE.equals(model.healthy())) {
            return "unhealthy";
        }
        if (Boolean.FALSE.equals(model.isUsable(keys))) {
            return model.variable() == null ? "needs a key and does not say which" : "needs " + model.variable();
        }
        if (!model.fits(budget)) {
            return model.cost() == null ? "its price is not known" : "costs more";
        }
        return model.holds(context)
                ? null
                : model.context() == null ? "its context is not known" : "its context is smaller";
    }
}
