package dev.asmp;

import static org.junit.jupiter.api.Assertions.fail;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/** The wait for what another thread does, with a deadline: the one place where tests ask again and again. */
public final class Until {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final Duration PAUSE = Duration.ofMillis(5);

    /** A state to be reached. */
    @FunctionalInterface
    public interface Condition<E extends Exception> {
        boolean holds() throws E;
    }

    /** Something to be done before each further look. */
    @FunctionalInterface
    public interface Step<E extends Exception> {
        void take() throws E;
    }

    private Until() {}

    /** Waits until the condition holds; fails with the text when it does not in time. */
    public static <E extends Exception> void holds(Condition<E> condition, Supplier<String> otherwise) throws E {
        holds(condition, () -> {}, otherwise);
    }

    /** Takes the step again and again until the condition holds. */
    public static <E extends Exception> void holds(Condition<E> condition, Step<E> step, Supplier<String> otherwise)
            throws E {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                fail("waited in vain: " + otherwise.get());
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            step.take();
        }
    }
}
