package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** What happens to long answers when others are on their way already. */
class ResponseBudgetTest {
    private final ResponseBudget room = new ResponseBudget();
    private final Answer small = Answer.ok(new byte[1_000]);
    private final Answer half = Answer.ok(new byte[32 * 1024 * 1024]);

    @Test
    void whereTheRoomIsFullALongAnswerIsRefusedAndASmallOneIsNot() {
        assertSame(half, room.admit(half));
        assertSame(half, room.admit(half));
        assertEquals(503, room.admit(half).reply().status());
        assertSame(small, room.admit(small));
        room.leave(half);
        assertSame(half, room.admit(half));
    }

    @Test
    void whatCameOfAChangeIsAlwaysTold() {
        for (int i = 0; i < 5; i++) {
            assertSame(half, room.admitAnyway(half));
        }
        assertEquals(503, room.admit(half).reply().status());
        for (int i = 0; i < 4; i++) {
            room.leave(half);
        }
        assertSame(half, room.admit(half));
    }

    @Test
    void whatMayComeInPiecesDoesUntilTooManyReadThem() {
        Answer either = half.orInPieces(out -> {});
        room.admit(half);
        room.admit(half);
        Answer first = room.admit(either);
        assertTrue(first.isInPieces());
        for (int i = 1; i < 1_000; i++) {
            assertTrue(room.admit(either).isInPieces());
        }
        assertEquals(503, room.admit(either).reply().status());
        room.leave(first);
        assertTrue(room.admit(either).isInPieces());
    }
}
