package dev.asmp.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.TestClock;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.Mapping;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is probed when, and what becomes known, on a clock that a test moves and with probes that end when it says so. */
class HealthMonitorTest {
    private static final String WEB = "{method: tcp, target: 'localhost:80', interval: 30s, timeout: 5s}";

    private final TestClock clock = TestClock.somewhen();
    private final Map<String, Boolean> states = new HashMap<>();
    private final List<String> probed = new ArrayList<>();
    private final Deque<Runnable> underway = new ArrayDeque<>();
    private final List<String> told = new ArrayList<>();
    private final HealthHistory history = new HealthHistory(new ByteBudget(1 << 20));
    private final HealthMonitor pulse = new HealthMonitor(clock, this::nanos, this::probe, underway::add, history,
            beat -> told.add(beat.name() + " " + word(beat.from()) + "→" + word(beat.to())));

    private long nanos() {
        return Duration.between(TestClock.somewhen().instant(), clock.instant()).toNanos();
    }

    /** A target's host is what the test sets the state of. */
    private ProbeOutcome probe(ProbeSpec.Probe check) {
        String host = check.target().host();
        probed.add(host);
        Boolean state = states.getOrDefault(host, true);
        return state ? ProbeOutcome.healthy(1) : ProbeOutcome.unhealthy(null, host + " is down");
    }

    private static String word(@Nullable Boolean state) {
        return state == null ? "?" : state ? "✓" : "✗";
    }

    private static Mapping manifest(String health) {
        return ProbeSpecTest.manifest(health);
    }

    private static Mapping tcp(String host, String interval) {
        return manifest("{method: tcp, target: '" + host + ":80', interval: " + interval + "}");
    }

    /** Lets time pass, starts what is due, and lets it end. */
    private void pass(Duration duration) {
        clock.advance(duration);
        pulse.startDue();
        while (!underway.isEmpty()) {
            underway.remove().run();
            pulse.startDue();
        }
    }

    @Test
    void nothingIsKnownBeforeTheFirstProbe() {
        pulse.watch("web", manifest(WEB));
        assertSame(HealthResult.UNCHECKED, pulse.of("web"));
        assertSame(HealthResult.UNCHECKED, pulse.of("nobody"));
        assertNull(pulse.healthy("web"));
        assertEquals(HealthCounts.NONE, pulse.counts());
        assertEquals(0, pulse.revision());
    }

    @Test
    void aProbeIsMadeAtOnceAndThenOnceAnInterval() {
        pulse.watch("web", manifest(WEB));
        pass(Duration.ZERO);
        assertEquals(true, pulse.healthy("web"));
        assertEquals(new HealthCounts(1, 0, clock.instant()), pulse.counts());
        for (int i = 2; i <= 10; i++) {
            pass(Duration.ofMillis(26_990));
            assertEquals(i - 1, probed.size(), "the jitter takes a tenth at most");
            pass(Duration.ofMillis(3010));
            assertEquals(i, probed.size(), "an interval is never longer than declared");
            assertEquals(clock.instant(), pulse.of("web").lastCheck());
        }
    }

    @Test
    void aChangeOfStateIsToldOnce() {
        pulse.watch("localhost", tcp("localhost", "10s"));
        for (boolean state : new boolean[]{true, true, false, false, false, true}) {
            states.put("localhost", state);
            pass(Duration.ofSeconds(10));
        }
        assertEquals(List.of("localhost ?→✓", "localhost ✓→✗", "localhost ✗→✓"), told);
        assertEquals(new HealthCounts(1, 0, clock.instant()), pulse.counts());
    }

    @Test
    void theSameDeclarationKeepsResultAndSchedule() {
        pulse.watch("web", manifest(WEB));
        pass(Duration.ZERO);
        HealthResult result = pulse.of("web");
        for (int i = 0; i < 100; i++) {
            pulse.watch("web",
                    manifest("{interval: 30, timeout: 5s, target: 'localhost:80', method: tcp, note: " + i + "}"));
            pass(Duration.ofMillis(100));
        }
        assertSame(result, pulse.of("web"));
        assertEquals(1, probed.size());
        assertEquals(1, pulse.pending());
    }

    @Test
    void anotherIntervalKeepsTheResult() {
        pulse.watch("web", tcp("a", "1h"));
        pass(Duration.ZERO);
        HealthResult result = pulse.of("web");
        pulse.watch("web", tcp("a", "1s"));
        assertSame(result, pulse.of("web"));
        pass(Duration.ofSeconds(1));
        pass(Duration.ofSeconds(1));
        assertEquals(3, probed.size());
        assertEquals(List.of("web ?→✓"), told);
    }

    @Test
    void theRevisionGrowsWithAStateAtOnceAndWithOtherResultsOnceASecond() {
        pulse.watch("web", tcp("a", "1s"));
        pass(Duration.ofSeconds(3));
        long first = pulse.revision();
        pass(Duration.ofMillis(990));
        int before = probed.size();
        assertEquals(first, pulse.revision(), "the same state, and no second is over");
        pass(Duration.ofMillis(1_100));
        assertTrue(probed.size() > before);
        long second = pulse.revision();
        assertTrue(second > first, "what was probed again is shown within a second");
        assertEquals(second, pulse.revision());
        states.put("a", false);
        pass(Duration.ofMillis(1_010));
        assertTrue(pulse.revision() > second, "another state is shown at once");
    }

    @Test
    void anotherTargetIsUncheckedUntilItIsProbed() {
        pulse.watch("web", tcp("a", "1h"));
        pass(Duration.ZERO);
        pulse.watch("web", tcp("b", "1h"));
        assertSame(HealthResult.UNCHECKED, pulse.of("web"));
        assertEquals(new HealthCounts(0, 0, clock.instant()), pulse.counts());
        states.put("b", false);
        pass(Duration.ofMillis(2));
        assertEquals("b is down", pulse.of("web").error());
        assertEquals(List.of("web ?→✓", "web ✓→?", "web ?→✗"), told);
        assertEquals(3, pulse.revision());
    }

    @Test
    void aDeclarationThatCannotBeProbedSaysWhy() {
        pulse.watch("web", manifest("{method: tcp, target: 'localhost:80', interval: banana}"));
        pass(Duration.ofHours(1));
        assertEquals(
                "health.interval: 'banana' is not a duration such as 500ms, 30s, 5m, 1h or 7d, or a number of seconds",
                pulse.of("web").error());
        assertEquals(List.of(), probed);
        assertEquals(0, pulse.pending());
        pulse.watch("web", manifest(WEB));
        pass(Duration.ZERO);
        assertEquals(true, pulse.healthy("web"));
        pulse.watch("web", manifest("{method: exec, target: x}"));
        assertNull(pulse.healthy("web"));
        assertEquals("health.method: 'exec' is not probed; http, tcp and llm_ping are", pulse.of("web").error());
        pulse.watch("web", Mapping.EMPTY);
        assertSame(HealthResult.UNCHECKED, pulse.of("web"));
        assertEquals(List.of("web ?→✓", "web ✓→?"), told);
    }

    @Test
    void whatIsForgottenLeavesNothingBehind() {
        pulse.watch("web", manifest(WEB));
        pass(Duration.ZERO);
        pulse.forget("web");
        pulse.forget("nobody");
        assertEquals(2, pulse.revision());
        pass(Duration.ofHours(1));
        assertSame(HealthResult.UNCHECKED, pulse.of("web"));
        assertEquals(0, pulse.counts().healthy());
        assertEquals(0, pulse.pending());
        assertEquals(1, probed.size());
        assertEquals(List.of("web ?→✓"), told, "a removal has its own event");
    }

    @Test
    void aServiceForgottenDuringItsProbeStaysForgotten() {
        pulse.watch("web", manifest(WEB));
        pulse.startDue();
        pulse.forget("web");
        underway.remove().run();
        assertSame(HealthResult.UNCHECKED, pulse.of("web"));
        assertEquals(0, pulse.pending());
        assertEquals(HealthCounts.NONE, pulse.counts());
        assertEquals(List.of(), told);
    }

    @Test
    void aServiceNeverHasTwoProbesAtOnce() {
        pulse.watch("web", tcp("a", "30s"));
        pulse.startDue();
        pulse.forget("web");
        pulse.watch("web", tcp("b", "30s"));
        clock.advance(Duration.ofSeconds(1));
        pulse.startDue();
        assertEquals(1, underway.size());
        underway.remove().run();
        assertSame(HealthResult.UNCHECKED, pulse.of("web"), "what was found out about another target does not count");
        pass(Duration.ofMillis(100));
        assertEquals(List.of("a", "b"), probed);
        assertEquals(true, pulse.healthy("web"));
    }

    @Test
    void aProbeThatFailsByItselfSaysNothingAboutTheService() {
        List<Runnable> tasks = new ArrayList<>();
        HealthMonitor broken = new HealthMonitor(clock, this::nanos, _ -> {
            throw new StackOverflowError("deep");
        }, tasks::add, history, _ -> {});
        broken.watch("web", manifest(WEB));
        broken.startDue();
        tasks.removeFirst().run();
        assertNull(broken.healthy("web"));
        assertEquals("the probe itself failed: java.lang.StackOverflowError: deep", broken.of("web").error());
        assertEquals(1, broken.pending(), "it is tried again");
    }

    /** As where no file can be opened any more, and so no class be found. */
    @Test
    void aProbeThatFailsBeyondWordsStillEnds() {
        List<Runnable> tasks = new ArrayList<>();
        HealthMonitor broken = new HealthMonitor(clock, this::nanos, _ -> {
            throw new NoClassDefFoundError() {
                @Override
                public String getMessage() {
                    throw new IllegalStateException("not even that");
                }
            };
        }, tasks::add, history, _ -> {});
        broken.watch("web", manifest(WEB));
        broken.startDue();
        assertThrows(IllegalStateException.class, () -> tasks.removeFirst().run());
        assertEquals("the probe itself failed", broken.of("web").error());
        clock.advance(Duration.ofSeconds(30));
        broken.startDue();
        assertEquals(1, tasks.size(), "it is tried again");
    }

    @Test
    void aListenerThatFailsStopsNothing() {
        HealthMonitor ignored = new HealthMonitor(clock, this::nanos, this::probe, Runnable::run, history, _ -> {
            throw new IllegalStateException("expected by this test");
        });
        Thread.UncaughtExceptionHandler before = Thread.currentThread().getUncaughtExceptionHandler();
        List<Throwable> reported = new ArrayList<>();
        Thread.currentThread().setUncaughtExceptionHandler((_, e) -> reported.add(e));
        try {
            ignored.watch("a", tcp("a", "10s"));
            ignored.watch("b", tcp("b", "10s"));
            clock.advance(Duration.ofSeconds(1));
            ignored.startDue();
        } finally {
            Thread.currentThread().setUncaughtExceptionHandler(before);
        }
        assertEquals(2, ignored.counts().healthy());
        assertEquals(2, reported.size());
    }

    @Test
    void afterTheCloseNothingHappens() {
        pulse.watch("web", manifest(WEB));
        pulse.startDue();
        pulse.close();
        underway.remove().run();
        assertNull(pulse.healthy("web"));
        pulse.watch("other", manifest(WEB));
        pulse.startDue();
        assertEquals(0, underway.size());
        assertEquals(List.of(), told);
    }

    /** Ten thousand that are found at once, whose probes take 60 ms each, for two minutes by steps of 10 ms. */
    @Test
    void tenThousandAtTheSameIntervalAreSpread() {
        int services = 10_000;
        for (int i = 0; i < services; i++) {
            ProbeTarget target = new ProbeTarget(ProbeTarget.Scheme.TCP, "s" + i, 80, "");
            pulse.watch("s" + i, new ProbeSpec.Probe(target, ProbeSpec.DEFAULT_INTERVAL, ProbeSpec.DEFAULT_TIMEOUT));
        }
        Deque<List<Runnable>> running = new ArrayDeque<>();
        Map<Integer, Integer> perSecond = new HashMap<>();
        for (int step = 0; step < 12_000; step++) {
            pulse.startDue();
            List<Runnable> started = new ArrayList<>(underway);
            underway.clear();
            running.add(started);
            assertTrue(running.stream().mapToInt(List::size).sum() <= 2 * ProbeQueue.MOST);
            perSecond.merge(step / 100, started.size(), Integer::sum);
            clock.advance(Duration.ofMillis(10));
            if (running.size() == 6) {
                running.remove().forEach(Runnable::run);
            }
        }
        Map<String, Integer> times = new HashMap<>();
        probed.forEach(name -> times.merge(name, 1, Integer::sum));
        assertEquals(services, times.size());
        assertTrue(times.values().stream().allMatch(n -> n >= 3 && n <= 5),
                () -> "times " + new HashSet<>(times.values()));
        assertTrue(perSecond.values().stream().allMatch(n -> n <= 600), () -> "a second " + perSecond);
        assertEquals(services, pulse.counts().healthy());
        assertEquals(services, told.size());
    }

    /** Slow ones take all the room there is; the others come late, but in the order in which they were due. */
    @Test
    void whatIsLateQueuesFairly() {
        for (int i = 0; i < 1000; i++) {
            pulse.watch("s" + i, tcp("s" + i, "1s"));
        }
        for (int round = 0; round < 32; round++) {
            clock.advance(Duration.ofSeconds(5));
            pulse.startDue();
            assertTrue(underway.size() >= ProbeQueue.MOST && underway.size() <= 2 * ProbeQueue.MOST,
                    () -> underway.size() + " at once");
            while (!underway.isEmpty()) {
                underway.remove().run();
            }
        }
        for (int from = 0; from + 2000 <= probed.size(); from += 500) {
            Set<String> distinct = new HashSet<>(probed.subList(from, from + 2000));
            assertEquals(1000, distinct.size(), "each has its turn");
        }
    }

    /** Probes that end at once leave room for more, and yet the processor is not theirs alone. */
    @Test
    void howManyBeginASecondIsBounded() {
        for (int i = 0; i < 5000; i++) {
            ProbeTarget target = new ProbeTarget(ProbeTarget.Scheme.TCP, "s" + i, 80, "");
            pulse.watch("s" + i, new ProbeSpec.Probe(target, Duration.ofSeconds(1), ProbeSpec.DEFAULT_TIMEOUT));
        }
        pass(Duration.ofSeconds(5));
        assertTrue(probed.size() <= 2 * ProbeQueue.MOST, () -> probed.size() + " at once");
        for (int i = 0; i < 500; i++) {
            pass(Duration.ofMillis(10));
        }
        assertEquals(5000, pulse.counts().healthy());
        probed.clear();
        for (int i = 0; i < 1000; i++) {
            pass(Duration.ofMillis(10));
        }
        assertTrue(probed.size() >= 9_900 && probed.size() <= 10_000 + 2 * ProbeQueue.MOST,
                () -> probed.size() + " in 10 s");
        assertEquals(5000, new HashSet<>(probed).size());
    }

    @Test
    void manyFirstProbesKeepWithinTheirInterval() {
        ProbeQueue lane = new ProbeQueue();
        Set<Long> dues = new HashSet<>();
        for (int i = 0; i < 40_000; i++) {
            MonitoredService it = new MonitoredService("s" + i, ProbeSpec.NONE, HealthResult.UNCHECKED, lane);
            lane.begin(it, Duration.ofSeconds(10), 0);
            assertTrue(it.due < Duration.ofSeconds(10).toNanos());
            dues.add(it.due);
        }
        assertFalse(dues.size() < 5000, "they are spread over the interval");
    }

    @Test
    void theHistoryHoldsAMeanForEachTenMinutes() {
        pulse.watch("web", manifest(WEB));
        assertEquals(List.of(), pulse.history("web"));
        history.add("web", clock.instant(), true, 10L);
        history.add("web", clock.instant(), true, 30L);
        clock.advance(Duration.ofMinutes(10));
        history.add("web", clock.instant(), false, null);
        history.add("web", clock.instant(), true, 4L);
        List<HealthHistory.Sample> samples = pulse.history("web");
        assertEquals(List.of(true, false), samples.stream().map(HealthHistory.Sample::healthy).toList());
        assertEquals(List.of(20, 4), samples.stream().map(HealthHistory.Sample::latencyMs).toList());
        assertEquals(Duration.ofMinutes(10), Duration.between(samples.getFirst().at(), samples.getLast().at()));
        clock.advance(Duration.ofHours(24));
        assertEquals(List.of(), pulse.history("web"));
    }

    @Test
    void theHistoryIsReadAgainAsItWasWrittenAndADamagedLineIsSkipped() throws IOException {
        history.add("web", clock.instant(), true, 12L);
        history.add("tcp", clock.instant(), false, null);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        history.writeTo(out, clock.instant());
        HealthHistory next = new HealthHistory(new ByteBudget(1 << 20));
        for (String line : (out.toString(StandardCharsets.UTF_8) + "{\"name\":\"x\",\"slots\":[1,").split("\n", -1)) {
            next.readLine(line.getBytes(StandardCharsets.UTF_8), clock.instant());
        }
        assertEquals(history.of("web", clock.instant()), next.of("web", clock.instant()));
        assertEquals(history.of("tcp", clock.instant()), next.of("tcp", clock.instant()));
        assertFalse(next.readLine("{\"format\":2}".getBytes(StandardCharsets.UTF_8), clock.instant()));
        assertTrue(next.readLine("{\"format\":1}".getBytes(StandardCharsets.UTF_8), clock.instant()));
    }

    @Test
    void servicesBeyondTheBudgetHaveNoHistoryUntilOthersAgeOut() throws IOException {
        HealthHistory small = new HealthHistory(new ByteBudget(1_000));
        small.add("first", clock.instant(), true, 1L);
        small.add("second", clock.instant(), true, 1L);
        assertEquals(1, small.of("first", clock.instant()).size());
        assertEquals(0, small.of("second", clock.instant()).size());
        clock.advance(Duration.ofHours(25));
        small.writeTo(new ByteArrayOutputStream(), clock.instant());
        small.add("second", clock.instant(), true, 1L);
        assertEquals(1, small.of("second", clock.instant()).size());
    }

    @Test
    void aClockThatIsSetBackByDaysStartsTheHistoryAgain() {
        history.add("web", clock.instant().plus(Duration.ofDays(30)), true, 1L);
        history.add("web", clock.instant(), false, null);
        assertEquals(1, history.of("web", clock.instant()).size());
        assertFalse(history.of("web", clock.instant()).getFirst().healthy());
    }
}
