package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    @Test
    void signsOfLifeComeAtTheIntervalOrALittleSooner() {
        assertEquals(seconds(60), new Pace(seconds(60), () -> 1).steady());
        assertEquals(seconds(54), new Pace(seconds(60), () -> 0).steady());
    }

    @Test
    void whoGetsNoAnswerAsksEverMoreSeldomUpToAMinute() {
        Pace pace = new Pace(seconds(120), () -> 1);
        assertEquals("1 2 4 8 16 32 60 60 60 ", nine(pace));
        pace.steady();
        assertEquals(seconds(1), pace.afterFailure());
        assertEquals(seconds(0.5), new Pace(seconds(60), () -> 0).afterFailure());
    }

    @Test
    void whoGetsNoAnswerAsksNoMoreSeldomThanAtTheInterval() {
        assertEquals("1 2 4 5 5 5 5 5 5 ", nine(new Pace(seconds(5), () -> 1)));
    }

    private static String nine(Pace pace) {
        StringBuilder pauses = new StringBuilder();
        IntStream.range(0, 9).forEach(_ -> pauses.append(pace.afterFailure().toSeconds()).append(' '));
        return pauses.toString();
    }
}
