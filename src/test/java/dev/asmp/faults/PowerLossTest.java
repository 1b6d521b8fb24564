package dev.asmp.faults;

import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asmp.faults.Disk.Defect;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What was acknowledged survives a power cut at any moment; {@code bench/powerloss} runs more histories. */
class PowerLossTest {
    private static final int HISTORIES = Integer.getInteger("asmp.histories", 100);
    private static final long FIRST = Long.getLong("asmp.seed", 0);

    @Test
    void nothingAcknowledgedIsLost() {
        for (long seed = FIRST; seed < FIRST + HISTORIES; seed++) {
            PowerLoss.run(seed, Set.of());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStoreThatRestsOnABrokenPromiseIsFound(Defect defect) {
        assertThrows(AssertionError.class, () -> {
            for (long seed = 0; seed < 100; seed++) {
                PowerLoss.run(seed, Set.of(defect));
            }
        });
    }
}
