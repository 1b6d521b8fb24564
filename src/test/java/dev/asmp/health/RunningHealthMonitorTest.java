package dev.asmp.health;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.document.ByteBudget;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A pulse with its own thread, real time and real sockets. */
class RunningHealthMonitorTest {
    private final List<HealthChange> told = Collections.synchronizedList(new ArrayList<>());
    private final TestClock clock = TestClock.somewhen();
    private final HealthHistory history = new HealthHistory(new ByteBudget(1 << 20));

    private static String http(int port, String interval) {
        return "{method: http, target: 'http://localhost:" + port + "/', interval: " + interval + "}";
    }

    @Test
    void aServerThatStopsIsNoticed() throws IOException {
        try (HealthMonitor pulse = new HealthMonitor(clock, () -> false, history, told::add);
                Peer peer = Peer.answering("HTTP/1.1 200 OK\r\n\r\n")) {
            pulse.start();
            pulse.watch("web", ProbeSpecTest.manifest(http(peer.port(), "1s")));
            Until.holds(() -> pulse.counts().healthy() == 1, () -> "told " + told);
            peer.stop();
            Until.holds(() -> pulse.counts().unhealthy() == 1, () -> "told " + told);
            Until.holds(() -> told.size() == 2, () -> "told " + told);
            assertEquals("localhost:" + peer.port() + " refused the connection", pulse.of("web").error());
            assertEquals(clock.instant(), pulse.of("web").lastCheck());
        }
    }

    @Test
    void whoeverCannotWaitProbesAll() throws IOException, InterruptedException {
        AtomicBoolean remote = new AtomicBoolean();
        InetAddress another = InetAddress.ofLiteral("127.0.0.9");
        SocketProber prober = new SocketProber(new AddressLookup(InetAddress::getAllByName), it -> !it.equals(another),
                remote::get);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (HealthMonitor pulse = new HealthMonitor(clock, System::nanoTime, prober, threads, history, told::add);
                Peer good = Peer.answering("HTTP/1.1 200 OK\r\n\r\n");
                Peer bad = Peer.answering("HTTP/1.1 500 Oh\r\n\r\n")) {
            pulse.watch("good", ProbeSpecTest.manifest(http(good.port(), "1h")));
            pulse.watch("bad", ProbeSpecTest.manifest(http(bad.port(), "1h")));
            pulse.watch("far",
                    ProbeSpecTest.manifest("{method: tcp, target: '127.0.0.9:" + bad.port() + "', timeout: 100ms}"));
            for (int i = 0; i < 3; i++) {
                pulse.probeAll();
                assertEquals(new HealthCounts(1, 1, clock.instant()), pulse.counts());
                assertEquals(2, told.size());
            }
            assertNull(pulse.healthy("far"));
            remote.set(true);
            pulse.probeAll();
            assertEquals(false, pulse.healthy("far"), "asked anew with each probe");
            assertEquals(4, good.requests.size());
        }
    }

    @Test
    void namesThatHangDoNotHoldUpTheOthers() throws IOException {
        CountDownLatch end = new CountDownLatch(1);
        AddressLookup names = new AddressLookup(_ -> {
            try {
                end.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return new InetAddress[0];
        });
        SocketProber prober = new SocketProber(names, SocketProber::isOfThisHost, () -> false);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (Peer peer = Peer.answering("HTTP/1.1 200 OK\r\n\r\n");
                HealthMonitor pulse = new HealthMonitor(clock, System::nanoTime, prober, threads, history, told::add)) {
            pulse.start();
            for (int i = 0; i < 50; i++) {
                pulse.watch("slow" + i,
                        ProbeSpecTest.manifest("{method: tcp, target: 'slow" + i + ".example:80', timeout: 5s}"));
            }
            pulse.watch("web", ProbeSpecTest.manifest(http(peer.port(), "1s")));
            Until.holds(() -> pulse.healthy("web") != null && peer.requests.size() >= 2, () -> "told " + told);
            assertEquals(true, pulse.healthy("web"));
        } finally {
            end.countDown();
        }
    }

    @Test
    void thoseThatDoNotAnswerLeaveRoomForTheRest() {
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger good = new AtomicInteger();
        Prober prober = check -> {
            try {
                if (check.target().host().equals("silent")) {
                    never.await();
                }
                good.incrementAndGet();
                return ProbeOutcome.healthy(1);
            } catch (InterruptedException _) {
                return ProbeOutcome.unhealthy(null, "interrupted");
            }
        };
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (HealthMonitor pulse = new HealthMonitor(clock, () -> clock.instant().toEpochMilli() * 1_000_000, prober,
                threads, history, told::add)) {
            pulse.watch("good", ProbeSpecTest.manifest("{method: tcp, target: 'good:1', interval: 1s}"));
            pulse.startDue();
            Until.holds(() -> told.size() == 1, () -> "told " + told);
            for (int i = 0; i < 300; i++) {
                pulse.watch("silent" + i, ProbeSpecTest.manifest("{method: tcp, target: 'silent:1', interval: 1s}"));
            }
            for (int i = 2; i < 5; i++) {
                clock.advance(Duration.ofSeconds(1));
                pulse.startDue();
                Until.holds(() -> clock.instant().equals(pulse.of("good").lastCheck()), () -> "probed " + good.get());
                assertEquals(i, good.get());
            }
        }
    }

    @Test
    void aCloseEndsWhatIsUnderway() throws IOException, InterruptedException {
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        SocketProber prober = new SocketProber(() -> false);
        CountDownLatch connected = new CountDownLatch(1);
        try (Peer peer = new Peer((_, self) -> {
            connected.countDown();
            self.pause(60_000);
        })) {
            HealthMonitor pulse = new HealthMonitor(clock, System::nanoTime, prober, threads, history, told::add);
            pulse.start();
            pulse.watch("web", ProbeSpecTest.manifest("{method: http, target: 'http://localhost:" + peer.port()
                    + "/', interval: 1h, timeout: 30s}"));
            assertTrue(connected.await(10, TimeUnit.SECONDS));
            pulse.close();
            assertTrue(threads.awaitTermination(10, TimeUnit.SECONDS));
            assertEquals(List.of(), told);
        }
    }

    /** Every listener's call is one of a chain: what one says it came to, the next says it comes from. */
    @Test
    void changesAreToldInOrderWhoeverMakesThem() throws InterruptedException {
        AtomicInteger turn = new AtomicInteger();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        try (HealthMonitor pulse = new HealthMonitor(clock, System::nanoTime, _ -> turn.incrementAndGet() % 2 == 0
                ? ProbeOutcome.healthy(1)
                : ProbeOutcome.unhealthy(null, "down"), threads, history, told::add)) {
            for (int i = 0; i < 400; i++) {
                pulse.watch("web", ProbeSpecTest.manifest("{method: tcp, target: 'localhost:" + (1 + i) + "'}"));
                pulse.startDue();
                if (i % 3 == 0) {
                    pulse.probeAll();
                }
            }
            pulse.probeAll();
        }
        Boolean state = null;
        for (HealthChange beat : told) {
            assertEquals(state, beat.from());
            state = beat.to();
        }
        assertTrue(told.size() > 100, () -> told.size() + " changes");
    }
}
