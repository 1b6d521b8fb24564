package dev.asmp.document;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Estimates of memory grow with what takes memory, and budgets hold what was taken until it is given back. */
class HeapCostTest {
    private static long cost(String json) {
        return HeapCost.of(Json.read(json.getBytes(UTF_8)));
    }

    @ParameterizedTest
    @CsvSource({"'', a, 1", "a, abcd, 3", "a, \u00ff, 0", "a, \u0100, 1", "ab, a\u0100, 2", "'', \u0100\u0100, 4"})
    void aCharacterTakesAByteWhereAllAreLatinAndElseTwo(String less, String more, long difference) {
        assertEquals(difference, HeapCost.of(more) - HeapCost.of(less));
    }

    @Test
    void whatHoldsOthersTakesTheirMemoryAndItsOwn() {
        assertEquals(10, HeapCost.of(new byte[15]) - HeapCost.of(new byte[5]));
        long one = cost("1");
        long item = cost("[1]") - cost("[]");
        long field = cost("{\"a\":1}") - cost("{}");
        assertTrue(one > HeapCost.of("1"));
        assertTrue(item > one && item < one + 16, "a reference to it");
        assertEquals(3 * item, cost("[1,1,1]") - cost("[]"));
        assertTrue(field > one + HeapCost.of("a") && field < one + HeapCost.of("a") + 100, "a node of a map");
        assertEquals(2 * field, cost("{\"a\":1,\"b\":1}") - cost("{}"));
        assertEquals(cost("[[]]") - cost("[]"), cost("[[1]]") - cost("[1]"));
        assertTrue(cost("{}") > 0 && cost("[]") > 0);
    }

    @Test
    void aBudgetIsTakenUpToItsLastByte() {
        ByteBudget budget = new ByteBudget(100);
        assertEquals(100, budget.limit());
        assertTrue(budget.tryTake(60));
        assertFalse(budget.tryTake(41));
        assertEquals(60, budget.used());
        assertTrue(budget.tryTake(40));
        assertFalse(budget.tryTake(1));
        assertTrue(budget.tryTake(0));
        budget.release(70);
        assertEquals(30, budget.used());
        assertTrue(budget.tryTake(70));
    }
}
