package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class TurnsTest {
    private final Turns turns = new Turns(2, "the tree");
    private final AtomicInteger made = new AtomicInteger();

    /** Asks for an answer while so many others are made. */
    private Answer ask(int others) {
        return turns.make(() -> {
            made.incrementAndGet();
            return others == 0 ? Answer.ok("{}".getBytes(StandardCharsets.US_ASCII)) : ask(others - 1);
        });
    }

    @Test
    void moreThanTheLimitAreToldToTryAgainAndTheNextIsAnswered() {
        assertEquals(200, ask(1).reply().status());
        HttpError refused = assertThrows(HttpError.class, () -> ask(2));
        assertEquals(503, refused.status());
        assertEquals(2 + 2, made.get());
        assertEquals(200, ask(1).reply().status());
    }
}
