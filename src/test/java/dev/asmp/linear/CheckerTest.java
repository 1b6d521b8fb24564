package dev.asmp.linear;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.asmp.linear.Call.Kind;
import dev.asmp.linear.Call.Outcome;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The checker accepts what an order explains, and finds what none does. */
class CheckerTest {
    private static Call done(Kind kind, String said, long generation, long called, long returned) {
        return new Call("mail", kind, said, 0, Outcome.DONE, generation, called, returned);
    }

    private static Call patched(String said, long expected, Outcome outcome, long generation, long called,
            long returned) {
        return new Call("mail", Kind.PATCH, said, expected, outcome, generation, called, returned);
    }

    private static Call missed(Kind kind, long called, long returned) {
        return new Call("mail", kind, null, 0, Outcome.NOT_FOUND, 0, called, returned);
    }

    private static void assertExplained(Call... calls) {
        assertEquals(List.of(), Checker.contradictions(List.of(calls)));
    }

    private static void assertFound(Call... calls) {
        assertEquals(List.of("mail"), Checker.contradictions(List.of(calls)));
    }

    @Test
    void callsThatOverlapMayTakeEffectInAnyOrder() {
        assertExplained(done(Kind.ANNOUNCE, "a", 2, 0, 10), done(Kind.ANNOUNCE, "b", 1, 1, 9),
                done(Kind.GET, "b", 1, 2, 8), done(Kind.GET, "a", 2, 3, 4), missed(Kind.GET, 0, 5));
    }

    @Test
    void theGenerationContinuesAfterARemoval() {
        assertExplained(done(Kind.ANNOUNCE, "a", 1, 0, 1), done(Kind.DELETE, null, 0, 2, 3), missed(Kind.GET, 4, 5),
                done(Kind.ANNOUNCE, "b", 2, 6, 7), done(Kind.GET, "b", 2, 8, 9));
        assertFound(done(Kind.ANNOUNCE, "a", 1, 0, 1), done(Kind.DELETE, null, 0, 2, 3),
                done(Kind.ANNOUNCE, "b", 1, 6, 7));
    }

    @Test
    void aStaleReadIsFound() {
        assertFound(done(Kind.ANNOUNCE, "a", 1, 0, 1), done(Kind.ANNOUNCE, "b", 2, 2, 3),
                done(Kind.GET, "a", 1, 4, 5));
    }

    @Test
    void aReadThatGoesBackBehindAnotherReadIsFoundWhileTheChangeIsStillUnderWay() {
        assertFound(done(Kind.ANNOUNCE, "a", 1, 0, 1), done(Kind.ANNOUNCE, "b", 2, 2, 20),
                done(Kind.GET, "b", 2, 4, 5), done(Kind.GET, "a", 1, 6, 7));
    }

    @Test
    void aLostUpdateIsFound() {
        assertFound(done(Kind.ANNOUNCE, "a", 1, 0, 1), patched("b", 1, Outcome.DONE, 2, 2, 5),
                patched("c", 1, Outcome.DONE, 3, 3, 6));
        assertExplained(done(Kind.ANNOUNCE, "a", 1, 0, 1), patched("b", 1, Outcome.DONE, 2, 2, 5),
                patched("c", 1, Outcome.CHANGED_MEANWHILE, 0, 3, 6));
    }

    @Test
    void aChangeThatIsRefusedAlthoughItsGenerationIsThereIsFound() {
        assertFound(done(Kind.ANNOUNCE, "a", 1, 0, 1), patched("b", 1, Outcome.CHANGED_MEANWHILE, 0, 2, 3));
    }

    @Test
    void aGenerationGivenTwiceIsFound() {
        assertFound(done(Kind.ANNOUNCE, "a", 1, 0, 5), done(Kind.ANNOUNCE, "b", 1, 0, 5));
    }

    @Test
    void aServiceThatIsBackAfterItsRemovalIsFound() {
        assertFound(done(Kind.ANNOUNCE, "a", 1, 0, 1), done(Kind.DELETE, null, 0, 2, 3),
                done(Kind.GET, "a", 1, 4, 5));
    }

    @Test
    void aServiceThatIsMissingBeforeItsRemovalBeginsIsFound() {
        assertFound(done(Kind.ANNOUNCE, "a", 1, 0, 1), missed(Kind.GET, 2, 3), done(Kind.DELETE, null, 0, 4, 5));
    }
}
