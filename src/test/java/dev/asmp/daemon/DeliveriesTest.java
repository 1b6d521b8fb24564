package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What listeners are told while they are quick, slow or broken. */
class DeliveriesTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final List<String> told = Collections.synchronizedList(new ArrayList<>());
    private final Deliveries deliveries = new Deliveries(8 * 1024 * 1024, count -> told.add(count + " missed"),
            told::add);

    private void add(String what) {
        deliveries.add(0, () -> told.add(what));
    }

    @Test
    void allIsToldInOrderOnAnotherThread() {
        List<String> all = IntStream.range(0, 1_000).mapToObj(Integer::toString).toList();
        all.forEach(this::add);
        deliveries.flush(LONG);
        assertEquals(all, told);
    }

    @Test
    void aListenerThatHangsHoldsUpNobodyAndMissesTheRestOnce() throws InterruptedException {
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        deliveries.add(0, () -> {
            hangs.countDown();
            await(hang);
        });
        hangs.await();
        for (int i = 0; i < 100_000; i++) {
            add("x");
        }
        hang.countDown();
        deliveries.flush(LONG);
        assertEquals(100_000 - (told.size() - 1) + " missed", told.getLast());
        add("next");
        deliveries.flush(LONG);
        assertEquals("next", told.getLast());
    }

    @Test
    void fewThatAreLargeAreTooManyToo() throws InterruptedException {
        CountDownLatch hang = new CountDownLatch(1);
        CountDownLatch hangs = new CountDownLatch(1);
        deliveries.add(0, () -> {
            hangs.countDown();
            await(hang);
        });
        hangs.await();
        for (int i = 0; i < 100; i++) {
            deliveries.add(1024 * 1024, () -> told.add("large"));
        }
        hang.countDown();
        deliveries.flush(LONG);
        assertTrue(told.size() <= 10, told.toString());
        assertTrue(told.getLast().endsWith(" missed"), told.toString());
    }

    @Test
    void oneThatIsLargerThanAllIsToldAndHoldsUpNothing() {
        for (int i = 0; i < 3; i++) {
            deliveries.add(1L << 40, () -> told.add("huge"));
            deliveries.flush(LONG);
            add("next");
            deliveries.flush(LONG);
        }
        assertEquals(List.of("huge", "next", "huge", "next", "huge", "next"), told);
    }

    @Test
    void aListenerThatFailsIsTalkedOfAndTheNextIsTold() {
        deliveries.add(0, () -> {
            throw new IllegalStateException("planted");
        });
        add("next");
        deliveries.flush(LONG);
        Until.holds(() -> told.size() == 2, told::toString);
        assertEquals("next", told.getLast());
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
