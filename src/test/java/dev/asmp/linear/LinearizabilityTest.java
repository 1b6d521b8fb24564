package dev.asmp.linear;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.asmp.RunningDaemon;
import dev.asmp.TestClock;
import dev.asmp.linear.Call.Kind;
import dev.asmp.linear.Call.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What 16 clients were answered at the same time, an order of the calls explains; {@code bench/linear} runs longer. */
class LinearizabilityTest {
    private static final int ROUNDS = 700;
    private static final Duration LONG = Duration.ofSeconds(Integer.getInteger("asmp.linear", 0));

    @TempDir
    private Path folder;

    @Test
    void theCallsOnEachNameHaveAnOrder() throws Exception {
        List<Call> calls;
        try (RunningDaemon daemon = new RunningDaemon(folder, TestClock.somewhen(), "")) {
            calls = Clients.run(daemon, System.nanoTime(), LONG.isZero() ? rounds() : until(LONG));
        }
        List<String> contradictions = Checker.contradictions(calls);
        if (!contradictions.isEmpty()) {
            Path report = Files.write(Files.createTempFile("asmp-linear", ".txt"), Clients.report(calls));
            throw new AssertionError("no order explains the calls on " + contradictions + ": " + report);
        }
        assertPlantedFaultsAreFound(calls);
        if (!LONG.isZero()) {
            System.out.println(calls.size() + " calls, an order for each name; planted faults found");
        }
    }

    private static BooleanSupplier rounds() {
        AtomicInteger left = new AtomicInteger(ROUNDS);
        return () -> left.getAndDecrement() > 0;
    }

    private static BooleanSupplier until(Duration duration) {
        long end = System.nanoTime() + duration.toNanos();
        return () -> System.nanoTime() < end;
    }

    /** In the same history, a read that is late by one change, and a change that never happened. */
    private static void assertPlantedFaultsAreFound(List<Call> calls) {
        List<Call> reads = calls.stream()
                .filter(call -> call.kind() == Kind.GET && call.outcome() == Outcome.DONE && call.generation() > 1)
                .toList();
        Call read = reads.stream().skip(reads.size() / 2).filter(call -> outdated(calls, call).isPresent()).findFirst()
                .orElseThrow();
        Call earlier = outdated(calls, read).orElseThrow();
        List<Call> stale = new ArrayList<>(calls);
        stale.set(stale.indexOf(read), read.finding(String.valueOf(earlier.said()), earlier.generation()));
        assertEquals(List.of(read.name()), Checker.contradictions(stale), "a stale read");
        List<Call> lost = new ArrayList<>(calls);
        lost.remove(earlier);
        assertFalse(Checker.contradictions(lost).isEmpty(), "a change that is missing");
    }

    /** A change that another one had replaced before this read began. */
    private static Optional<Call> outdated(List<Call> calls, Call read) {
        return calls.stream().filter(call -> call.name().equals(read.name()) && call.kind() != Kind.GET
                && call.outcome() == Outcome.DONE && call.generation() > 0 && call.returned() < read.called())
                .filter(call -> calls.stream().anyMatch(later -> later.name().equals(read.name())
                        && later.generation() > call.generation() && later.called() > call.returned()
                        && later.returned() < read.called()))
                .findFirst();
    }
}
