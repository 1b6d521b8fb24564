package dev.asmp.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The feed: everybody gets every event in order, from where they were, or is told that some are lost. */
class FeedTest {
    private final Feed feed = new Feed(4, 1_000);

    private void publish(String... names) {
        for (String name : names) {
            feed.publish("changed", name, List.of(), Mapping.builder().put("name", name).build());
        }
    }

    private static List<String> names(Feed.Batch batch) {
        return batch.events().stream().map(Event::name).toList();
    }

    private Feed.Batch after(long id) throws InterruptedException {
        return feed.after(id, Duration.ZERO);
    }

    @Test
    void aReaderGetsWhatCameAfterItsLastEvent() throws InterruptedException {
        long start = feed.last();
        publish("a", "b", "c");
        assertEquals(List.of("a", "b", "c"), names(after(start)));
        assertEquals(List.of("c"), names(after(start + 2)));
        assertEquals(List.of(), names(after(feed.last())));
        assertEquals(3, feed.count());
    }

    @Test
    void whoIsTooFarBehindIsToldSo() throws InterruptedException {
        long start = feed.last();
        publish("a", "b", "c", "d", "e");
        assertTrue(after(start).missed());
        assertEquals(List.of("b", "c", "d", "e"), names(after(start + 1)));
        assertFalse(after(start + 1).missed());
    }

    @Test
    void anIdOfAnotherProcessIsNeverMet() throws InterruptedException {
        publish("a");
        Feed later = new Feed(4, 2_000);
        assertTrue(later.after(feed.last(), Duration.ZERO).missed());
        assertTrue(feed.after(later.last(), Duration.ZERO).missed());
        assertTrue(feed.after(-1, Duration.ZERO).missed());
    }

    @Test
    void whoWaitsIsWokenByTheNextEventAndByTheEnd() throws Exception {
        long start = feed.last();
        CompletableFuture<Feed.Batch> waiting = CompletableFuture.supplyAsync(() -> await(start));
        publish("a");
        assertEquals(List.of("a"), names(waiting.get()));
        CompletableFuture<Feed.Batch> last = CompletableFuture.supplyAsync(() -> await(start + 1));
        feed.close();
        assertTrue(last.get().ended());
    }

    private Feed.Batch await(long id) {
        try {
            return feed.after(id, Duration.ofSeconds(30));
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
