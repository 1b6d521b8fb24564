package dev.asmp.vers;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A VM as the Vers API describes it.
 *
 * @param state one of {@code booting, running, paused, sleeping, dead}, or {@code unknown(…)} with what the reply said
 */
public record VersVm(String id, String owner, String createdAt, String state, Map<String, String> labels) {
    private static final Set<String> STATES = Set.of("booting", "running", "paused", "sleeping", "dead");

    public VersVm {
        labels = Map.copyOf(labels);
    }

    static VersVm of(Mapping vm) {
        Map<String, String> labels = new TreeMap<>();
        vm.mapping("labels").fields().forEach((key, value) -> {
            if (value instanceof Scalar scalar && !scalar.isNull()) {
                labels.put(key, scalar.text());
            }
        });
        return new VersVm(text(vm, "vm_id"), text(vm, "owner_id"), text(vm, "created_at"), state(vm.text("state")),
                labels);
    }

    private static String text(Mapping vm, String key) {
        return Objects.requireNonNullElse(vm.text(key), "");
    }

    private static String state(@Nullable String written) {
        String state = written == null ? "" : written.toLowerCase(Locale.ROOT);
        return STATES.contains(state) ? state : "unknown(" + Objects.requireNonNullElse(written, "") + ")";
    }

    public boolean isRunning() {
        return state.equals("running");
    }

    public boolean isDead() {
        return state.equals("dead");
    }

    public boolean isPaused() {
        return state.equals("paused");
    }
}
