package dev.asmp.vm;

import dev.asmp.store.BatchWriter;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One change of the fleet on its way through {@link FleetWriter}. */
final class FleetChange<R extends @Nullable Object> extends BatchWriter.Change<R> {
    private final Function<FleetBatch, R> decision;

    FleetChange(long bytes, Function<FleetBatch, R> decision) {
        super(bytes);
        this.decision = decision;
    }

    void decide(FleetBatch batch) {
        decide(() -> decision.apply(batch));
    }

    void answer() {
        answer(UnaryOperator.identity());
    }
}
