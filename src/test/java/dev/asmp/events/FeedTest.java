package dev.asmp.events;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.document.Mapping;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The feed: everybody gets every event in order, from where they were, or is told that some are lost. */
class FeedTest {
    private final Feed feed = new Feed(4, 1 << 20, 1_000);

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
    void aReaderMayBeginWithTheLastEventsThatAreKept() throws InterruptedException {
        publish("a", "b", "c", "d", "e");
        assertEquals(List.of("d", "e"), names(after(feed.before(2))));
        assertEquals(List.of("b", "c", "d", "e"), names(after(feed.before(99))));
        assertFalse(after(feed.before(99)).missed());
        assertEquals(feed.last(), feed.before(0));
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
    void everyReaderMissesWhatWasSkippedAndGetsWhatFollows() throws InterruptedException {
        publish("a");
        long last = feed.last();
        feed.skip();
        assertTrue(after(last).missed());
        assertTrue(after(last - 1).missed());
        assertFalse(after(feed.last()).missed());
        long skipped = feed.last();
        publish("b");
        assertEquals(List.of("b"), names(after(skipped)));
        assertTrue(after(last).missed());
    }

    @Test
    void theOldestEventsFallOutWhereTheBytesDoNotSuffice() throws InterruptedException {
        Feed few = new Feed(4_096, 100_000, 1_000);
        long start = few.last();
        for (int i = 0; i < 50; i++) {
            few.publish("changed", "n" + i, List.of(), new byte[10_000]);
        }
        assertTrue(few.after(few.last() - 10, Duration.ZERO).missed());
        assertEquals(List.of("n43"), names(few.after(start + 43, Duration.ZERO)));
        assertFalse(few.after(start + 43, Duration.ZERO).missed());
        assertEquals(50, few.count());
    }

    @Test
    void aReaderGetsNoMoreAtATimeThanFitsABatch() throws InterruptedException {
        Feed many = new Feed(4_096, 1 << 20, 1_000);
        long at = many.last();
        for (int i = 0; i < 20; i++) {
            many.publish("changed", "n" + i, List.of(), new byte[5_000]);
        }
        many.close();
        List<String> read = new ArrayList<>();
        Feed.Batch batch;
        do {
            batch = many.after(at, Duration.ofSeconds(30));
            assertTrue(batch.events().size() <= 3);
            read.addAll(names(batch));
            at = batch.events().getLast().id();
        } while (!batch.ended());
        assertEquals(IntStream.range(0, 20).mapToObj(i -> "n" + i).toList(), read);
    }

    @Test
    void aLongEventKeepsItsShortFieldsOnlyAndMayBeAboutAnything() throws InterruptedException {
        long start = feed.last();
        feed.publish("changed", "vm-1", List.of("role:worker"), Mapping.builder().put("id", "vm-1")
                .put("metadata", Mapping.builder().put("note", "x".repeat(130_000)).build()).put("role", "worker")
                .build());
        feed.publish("changed", "vm-2", List.of("x".repeat(200_000)), Mapping.EMPTY);
        feed.publish("changed", "vm-3", List.of("role:worker"), Mapping.EMPTY);
        List<Event> events = after(start).events();
        assertEquals("{\"id\":\"vm-1\",\"role\":\"worker\",\"truncated\":true}",
                new String(events.getFirst().data(), StandardCharsets.UTF_8));
        assertEquals(List.of(true, true, false), events.stream().map(event -> event.mayBeAbout("role:db")).toList());
        assertEquals(List.of(true, true, true),
                events.stream().map(event -> event.mayBeAbout("role:worker")).toList());
    }

    @Test
    void anIdOfAnotherProcessIsNeverMet() throws InterruptedException {
        publish("a");
        Feed later = new Feed(4, 1 << 20, 2_000);
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
