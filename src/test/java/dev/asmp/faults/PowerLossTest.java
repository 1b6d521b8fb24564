package dev.asmp.faults;

import java.util.Set;
import org.junit.jupiter.api.Test;

/** What was acknowledged survives a power cut at any moment; {@code bench/powerloss} runs more histories. */
class PowerLossTest {
    private static final int HISTORIES = Integer.getInteger("asmp.histories", 100);
    private static final long FIRST = Long.getLong("asmp.seed", 0);

    @Test
    void aGenerationThatWasProposedAndTakenBackIsNotGivenAgain() {
        PowerLoss.run(4769, Set.of());
    }

    @Test
    void nothingAcknowledgedIsLost() {
        for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
            PowerLoss.run(seed, Set.of());
        }
    }
}
