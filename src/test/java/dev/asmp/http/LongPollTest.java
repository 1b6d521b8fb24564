package dev.asmp.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.Until;
import dev.asmp.document.Mapping;
import dev.asmp.document.Yaml;
import dev.asmp.events.Feed;
import dev.asmp.manifest.Claim;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Liveness;
import dev.asmp.registry.Offers;
import dev.asmp.registry.Registry;
import java.lang.ref.WeakReference;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that wait for another answer, and what they hold meanwhile. */
@Timeout(60)
class LongPollTest {
    @TempDir
    private Path home;
    private final Feed feed = new Feed(100, 100_000, 1);
    private final LongPoll poll = new LongPoll(feed);
    private final AtomicInteger rendered = new AtomicInteger();
    private final AtomicReference<WeakReference<Offers.Rendered>> last = new AtomicReference<>();
    private Registry registry;

    @BeforeEach
    void open() throws Exception {
        HostProfile profile = HostProfile.of(Yaml.read("{host_id: box, device_class: vm}"),
                new Environment(Map.of("HOME", "/nowhere"), FileSystems.getDefault()));
        registry = Registries.open(home, TestClock.somewhen(), () -> profile, _ -> {}, _ -> {});
        registry.announce(new Claim.Announcement(Manifests.of("mail", "1", "mail.send"), null));
    }

    @AfterEach
    void close() {
        feed.close();
        registry.close();
    }

    private Offers.Rendered ask() {
        Offers.Rendered answer = registry.catalog().offers("mail.*", Liveness.UNKNOWN);
        rendered.incrementAndGet();
        last.set(new WeakReference<>(answer));
        return answer;
    }

    private long index(Supplier<Offers.Rendered> ask) {
        return Long.parseLong(String.valueOf(poll.answer("mail.*", ask, null, null).reply().header("X-Asmp-Index")));
    }

    @Test
    void whoWaitsDoesNotHoldTheAnswerAndOneOfThemWorksItOut() throws Exception {
        long index = index(this::ask);
        List<Thread> waiting = new ArrayList<>();
        Stream.generate(() -> Thread.startVirtualThread(
                () -> poll.answer("mail.*", this::ask, Duration.ofMinutes(1), index))).limit(20).forEach(waiting::add);
        Until.holds(() -> waiting.stream().allMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING),
                () -> "not all wait");
        assertTrue(rendered.get() < 20, rendered::toString);
        Until.holds(() -> {
            System.gc();
            return Objects.requireNonNull(last.get()).refersTo(null);
        }, () -> "the answer is held");
        registry.announce(new Claim.Announcement(Manifests.of("mail", "1", "mail.send", "mail.read"), null));
        feed.publish("changed", "mail", List.of(), Mapping.EMPTY);
        for (Thread thread : waiting) {
            thread.join();
        }
        assertNotEquals(index, index(this::ask));
    }

    @Test
    void manyLongQuestionsAreForgotten() {
        long index = index(this::ask);
        assertEquals(index, index(this::ask));
        for (int i = 0; i < 100; i++) {
            poll.answer("x".repeat(8_000) + i, this::ask, null, null);
        }
        assertNotEquals(index, index(this::ask));
    }
}
