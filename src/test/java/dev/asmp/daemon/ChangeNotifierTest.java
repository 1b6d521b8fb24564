package dev.asmp.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import dev.asmp.Manifests;
import dev.asmp.Registries;
import dev.asmp.TestClock;
import dev.asmp.document.ByteBudget;
import dev.asmp.events.Event;
import dev.asmp.events.Feed;
import dev.asmp.health.HealthHistory;
import dev.asmp.health.HealthMonitor;
import dev.asmp.manifest.Claim;
import dev.asmp.registry.Catalog;
import dev.asmp.registry.Registry;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What readers of the change stream and probes learn of changes that were too many to be told one by one. */
class ChangeNotifierTest {
    private static final Duration LONG = Duration.ofSeconds(10);

    private final ByteArrayOutputStream lines = new ByteArrayOutputStream();
    private final TestClock clock = TestClock.somewhen();
    private final Feed feed = new Feed(100, 1 << 20, 1_000);
    private final CountDownLatch go = new CountDownLatch(1);
    private final AtomicReference<@Nullable Registry> registry = new AtomicReference<>();
    private final Log log = new Log(new PrintStream(lines, true, StandardCharsets.UTF_8), clock, null);
    private final ChangeNotifier notifier = new ChangeNotifier(log, feed, this::catalog, clock, 1_000);

    private Catalog catalog() {
        if (Thread.currentThread().getName().equals("asmp-listeners")) {
            await();
        }
        return Objects.requireNonNull(registry.get()).catalog();
    }

    private void await() {
        try {
            go.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void noChangeWaitsForAListenerAndReadersLookAtTheWholeAgain() throws Exception {
        Path home = Jimfs.newFileSystem(Configuration.unix()).getPath("/home/asmp");
        Files.createDirectories(home);
        try (Registry opened = Registries.open(home, clock, () -> Manifests.BOX, notifier::tell, log::warn);
                HealthMonitor probes = new HealthMonitor(clock, () -> false, new HealthHistory(new ByteBudget(0)),
                        _ -> {})) {
            registry.set(opened);
            notifier.follow(probes);
            long last = feed.last();
            for (int i = 0; i < 20; i++) {
                opened.announce(new Claim.Announcement(Manifests.of("s" + i, "1"), null)); // the first one's probe hangs
            }
            go.countDown();
            notifier.flush(LONG);
            Feed.Batch batch = feed.after(last, Duration.ZERO);
            assertTrue(batch.missed(), batch.toString());
            long skipped = feed.last();
            opened.announce(new Claim.Announcement(Manifests.of("s20", "1"), null));
            notifier.flush(LONG);
            batch = feed.after(skipped, Duration.ZERO);
            assertFalse(batch.missed());
            assertEquals(List.of("s20"), batch.events().stream().map(Event::name).toList());
        }
        log.flush(LONG);
        assertTrue(lines.toString(StandardCharsets.UTF_8).contains("changes were not told one by one"),
                lines.toString(StandardCharsets.UTF_8));
    }
}
