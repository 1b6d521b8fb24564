package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.ByteBudget;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The limit on answers that are on their way to slow readers. */
class ResponseBudgetTest {
    private static final int MIB = 1024 * 1024;

    private final ByteBudget bytes = new ByteBudget(64 * MIB);
    private final ResponseBudget budget = new ResponseBudget(bytes);
    private final Answer tiny = Answer.ok(new byte[1_000]);
    private final Answer small = Answer.ok(new byte[64 * 1024]);
    private final Answer quarter = Answer.ok(new byte[16 * MIB]);

    private ResponseBudget.Admitted admit(Answer answer) {
        return budget.admit(answer, Ingress.PORT);
    }

    private static int status(ResponseBudget.Admitted admitted) {
        return admitted.answer().reply().status();
    }

    @Test
    void aboveTheLimitALongAnswerIsRefusedAndASmallOneIsNot() {
        ResponseBudget.Admitted first = admit(quarter);
        assertSame(quarter, first.answer());
        assertSame(quarter, admit(quarter).answer());
        ResponseBudget.Admitted refused = admit(quarter);
        assertEquals(503, status(refused));
        assertEquals("1", refused.answer().reply().header("Retry-After"));
        assertSame(small, admit(small).answer());
        budget.leave(first);
        assertSame(quarter, admit(quarter).answer());
    }

    @Test
    void smallAnswersCountTooAndLeaveAShareToTheOwnersSocket() {
        List<ResponseBudget.Admitted> admitted = new ArrayList<>();
        while (admitted.isEmpty() || status(admitted.getLast()) == 200) {
            admitted.add(admit(small));
        }
        assertEquals(48 * 16, admitted.size() - 1);
        assertSame(tiny, admit(tiny).answer());
        assertSame(small, budget.admit(small, Ingress.OWNER_SOCKET).answer());
        admitted.forEach(budget::leave);
        assertTrue(bytes.used() < 65 * 1024 + 1_000, bytes.used() + " bytes are used");
    }

    @Test
    void theAnswerToAChangeIsAlwaysSent() {
        List<ResponseBudget.Admitted> admitted = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            admitted.add(budget.admitAnyway(quarter, Ingress.PORT));
            assertSame(quarter, admitted.getLast().answer());
        }
        assertEquals(503, status(admit(quarter)));
        admitted.subList(0, 4).forEach(budget::leave);
        assertSame(quarter, admit(quarter).answer());
    }

    @Test
    void anAnswerThatMayComeInPiecesDoesUntilTooManyReadThem() {
        Answer either = quarter.orInPieces(out -> {}, 0);
        admit(quarter);
        admit(quarter);
        ResponseBudget.Admitted first = admit(either);
        assertTrue(first.answer().isInPieces());
        for (int i = 1; i < 1_000; i++) {
            assertTrue(admit(either).answer().isInPieces());
        }
        assertEquals(503, status(admit(either)));
        budget.leave(first);
        assertTrue(admit(either).answer().isInPieces());
    }

    @Test
    void anAnswerInPiecesTakesWhatItHoldsWhileItsReaderStalls() {
        Answer list = Answer.pieces(out -> {}, quarter.reply().body().length);
        ResponseBudget.Admitted first = admit(list);
        admit(list);
        assertEquals(503, status(admit(list)));
        budget.leave(first);
        assertTrue(admit(list).answer().isInPieces());
    }
}
