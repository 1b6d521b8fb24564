package dev.asmp.faults;

import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.faults.Disk.Defect;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The harness is worth something: a store that leaves out one step of a durable change is found within a few histories. */
class PlantedFaultsTest {
    /** Of 100 histories, a rename that copies shows in about 30, and a missing force in nearly all. */
    private static final int HISTORIES = 30;

    @ParameterizedTest
    @EnumSource
    void isFoundByMoreThanOneHistory(Defect defect) {
        long finders = LongStream.range(0, HISTORIES).filter(seed -> isFound(seed, defect)).limit(2).count();
        assertTrue(finders == 2, () -> defect + " was found by " + finders + " of " + HISTORIES + " histories");
    }

    private static boolean isFound(long seed, Defect defect) {
        try {
            PowerLoss.run(seed, Set.of(defect));
            return false;
        } catch (AssertionError _) {
            return true;
        }
    }
}
