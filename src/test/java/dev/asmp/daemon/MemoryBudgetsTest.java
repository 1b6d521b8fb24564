package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.ByteBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class MemoryBudgetsTest {
    private static final Pattern HEAP = Pattern.compile("-Xms24m .*?-Xmx(\\d+)m");

    @Test
    void togetherTheyLeaveATenthOfTheHeapThatTheLauncherGives() throws IOException {
        List<String> heaps = HEAP.matcher(Files.readString(Path.of("bin/asmp"))).results()
                .map(result -> result.group(1)).toList();
        assertEquals(1, heaps.size(), "the launcher's flags for serve");
        long heap = Long.parseLong(heaps.getFirst()) * 1024 * 1024;
        long shares = Arrays.stream(MemoryBudgets.values()).mapToLong(MemoryBudgets::bytes).sum();
        assertTrue(shares <= heap / 10 * 9, shares + " of " + heap);
    }

    @Test
    void aBudgetRefusesWhatDoesNotFitAndTakesNothingOfIt() {
        ByteBudget budget = new ByteBudget(100);
        assertTrue(budget.tryTake(60));
        assertEquals(false, budget.tryTake(41));
        assertEquals(60, budget.used());
        assertTrue(budget.tryTake(40));
        budget.release(100);
        assertTrue(budget.tryTake(100));
        assertEquals(false, budget.tryTake(Long.MAX_VALUE));
    }
}
