package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.asmp.Until;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What any program may have this host do, shared and seldom enough. */
class SharedWorkTest {
    private static final long SECOND = Duration.ofSeconds(1).toNanos();

    private final AtomicLong now = new AtomicLong();
    private final AtomicInteger runs = new AtomicInteger();

    private SharedWork<Integer> taking(Duration time, Duration burst) {
        return new SharedWork<>("a scan", () -> {
            now.addAndGet(time.toNanos());
            return runs.incrementAndGet();
        }, now::get, took -> took, burst);
    }

    @Test
    void beyondABurstItTakesAThirdOfTheTimeAndTheOwnerIsNeverRefused() {
        SharedWork<Integer> scan = taking(Duration.ofSeconds(10), Duration.ofSeconds(15));
        scan.make(false);
        scan.make(false);
        HttpError refusal = assertThrows(HttpError.class, () -> scan.make(false));
        assertEquals(503, refusal.status());
        assertEquals(3, scan.make(true));
        now.addAndGet(10 * SECOND);
        assertEquals(4, scan.make(false), "half of 20 s of work after 20 s without");
        now.addAndGet(2 * SECOND);
        assertThrows(HttpError.class, () -> scan.make(false));
    }

    @Test
    void thoseWhoAskWhileItRunsShareOneRunThatBeginsAfterThat() throws Exception {
        CompletableFuture<Void> begun = new CompletableFuture<>();
        CompletableFuture<Void> end = new CompletableFuture<>();
        SharedWork<Integer> scan = new SharedWork<>("a scan", () -> {
            begun.complete(null);
            end.join();
            return runs.incrementAndGet();
        }, now::get, took -> took, Duration.ofSeconds(1));
        Thread first = Thread.startVirtualThread(() -> scan.make(false));
        begun.join();
        List<Thread> others = Stream.generate(() -> Thread.startVirtualThread(() -> scan.make(false))).limit(20)
                .toList();
        Until.holds(() -> others.stream().allMatch(thread -> thread.getState() == Thread.State.WAITING),
                () -> "not all wait");
        end.complete(null);
        first.join();
        for (Thread thread : others) {
            thread.join();
        }
        assertEquals(2, runs.get());
    }

    @Test
    void aFailureIsTheFailureOfAllWhoShareItAndTheNextRunIsAnother() {
        IllegalStateException defect = new IllegalStateException();
        SharedWork<Integer> scan = new SharedWork<>("a scan", () -> {
            if (runs.incrementAndGet() == 1) {
                throw defect;
            }
            return runs.get();
        }, now::get, _ -> 0, Duration.ofSeconds(1));
        assertSame(defect, assertThrows(IllegalStateException.class, () -> scan.make(false)));
        assertEquals(2, scan.make(false));
    }
}
