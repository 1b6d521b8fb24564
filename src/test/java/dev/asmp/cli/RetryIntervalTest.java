package dev.asmp.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RetryIntervalTest {
    private static Duration seconds(double seconds) {
        return Duration.ofMillis((long) (seconds * 1000));
    }

    @Test
    void signsOfLifeComeAtTheIntervalOrALittleSooner() {
        assertEquals(seconds(60), new RetryInterval(seconds(60), () -> 1).steady());
        assertEquals(seconds(54), new RetryInterval(seconds(60), () -> 0).steady());
    }

    @Test
    void whoGetsNoAnswerAsksEverMoreSeldomUpToAMinute() {
        RetryInterval pace = new RetryInterval(seconds(120), () -> 1);
        assertEquals("1 2 4 8 16 32 60 60 60 ", nine(pace));
        pace.steady();
        assertEquals(seconds(1), pace.afterFailure());
        assertEquals(seconds(0.5), new RetryInterval(seconds(60), () -> 0).afterFailure());
    }

    @Test
    void whoGetsNoAnswerAsksNoMoreSeldomThanAtTheInterval() {
        assertEquals("1 2 4 5 5 5 5 5 5 ", nine(new RetryInterval(seconds(5), () -> 1)));
    }

    private static String nine(RetryInterval pace) {
        StringBuilder pauses = new StringBuilder();
        IntStream.range(0, 9).forEach(_ -> pauses.append(pace.afterFailure().toSeconds()).append(' '));
        return pauses.toString();
    }
}
