package dev.asmp.store;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.asmp.Until;
import dev.asmp.document.ByteBudget;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The queue before an engine's writer, and what it admits. */
class BatchWriterTest {
    private final ByteBudget budget = new ByteBudget(1_000);
    private final ByteBudget writerOfLarge = new ByteBudget(8 * 1024 * 1024);
    private final List<String> log = Collections.synchronizedList(new ArrayList<>());
    private final List<String> decided = Collections.synchronizedList(new ArrayList<>());
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());
    private final CountDownLatch go = new CountDownLatch(1);
    private final CountDownLatch began = new CountDownLatch(1);
    private final AtomicInteger tended = new AtomicInteger();
    private final BatchWriter<Word> writer = new BatchWriter<>("writer", new Work(), budget, log::add);
    private volatile @Nullable RefusedException refusing;

    private final class Work implements BatchWriter.Work<Word> {
        @Override
        public void process(List<Word> words) {
            BatchWriterTest.this.process(words);
        }

        @Override
        public void tend() {
            tended.incrementAndGet();
            throw new IllegalStateException("planted");
        }

        @Override
        public void end() {
            throw new IllegalStateException("planted at the end");
        }
    }

    private static final class Word extends BatchWriter.Change<String> {
        private final String text;
        private @Nullable Thread preparedBy;

        Word(String text, long bytes) {
            super(bytes);
            this.text = text;
        }

        @Override
        protected void prepare() {
            preparedBy = Thread.currentThread();
            if (text.equals("unprepared")) {
                throw new IllegalStateException("planted");
            }
        }
    }

    private void process(List<Word> words) {
        batches.add(words.size());
        began.countDown();
        try {
            go.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        for (Word word : words) {
            if (word.text.equals("defect")) {
                throw new IllegalStateException("planted");
            }
            decided.add(word.text);
            word.decide(() -> decided(word));
            word.answer(UnaryOperator.identity());
        }
    }

    private String decided(Word word) {
        if (refusing != null) {
            throw refusing;
        }
        return word.text;
    }

    @BeforeEach
    void start() throws InterruptedException {
        writer.start();
        writer.submit(new Word("first", 0));
        began.await(); // from here on, what is submitted waits
    }

    @AfterEach
    void close() {
        go.countDown();
        writer.close();
        assertTrue(writer.hasEnded());
    }

    private Word submitted(String text, long bytes) {
        Word word = new Word(text, bytes);
        writer.submit(word);
        return word;
    }

    private void assertBusy(long bytes) {
        RefusedException refused = assertThrows(RefusedException.class, () -> submitted("too much", bytes));
        assertEquals(RefusedException.Reason.BUSY, refused.reason());
    }

    @Test
    void whatWaitsIsChargedUntilItIsAnswered() {
        Word one = submitted("one", 400);
        Word two = submitted("two", 400);
        assertBusy(300);
        submitted("free", 0);
        Word three = submitted("three", 200);
        submitted("also free", 0);
        go.countDown();
        assertEquals(List.of("one", "two", "three"), List.of(one.await(), two.await(), three.await()));
        assertEquals("four", submitted("four", 300).await());
        assertEquals(0, budget.used());
    }

    @Test
    void whatTheOwnerAsksForComesFirstAndIsNotRefusedForWhatOthersHaveWaiting() {
        submitted("one", 500);
        submitted("two", 500);
        assertBusy(300);
        Word urgent = BatchWriter.first(() -> submitted("urgent", 300));
        BatchWriter.first(() -> submitted("then", 300));
        go.countDown();
        assertEquals("urgent", urgent.await());
        assertEquals("last", submitted("last", 0).await());
        assertEquals(List.of("first", "urgent", "then", "one", "two", "last"), decided);
        assertEquals(List.of(1, 2), batches.subList(0, 2), "the owner's do not wait until those of others are saved");
        assertEquals(0, budget.used());
    }

    @Test
    void whatCanBeDoneBeforehandIsDoneByWhoSubmits() {
        Word one = submitted("one", 500);
        assertEquals(Thread.currentThread(), one.preparedBy);
        assertThrows(IllegalStateException.class, () -> submitted("unprepared", 500));
        assertEquals(500, budget.used(), "what is not handed in holds nothing");
        Word tooMuch = new Word("too much", 600);
        assertThrows(RefusedException.class, () -> {
            submitted("two", 500);
            writer.submit(tooMuch);
        });
        assertNull(tooMuch.preparedBy, "there is no work before there is room");
    }

    @Test
    void aBatchIsNoLongerThanOneThatComesNextCanWait() {
        long half = writerOfLarge.limit() / 8;
        Word large = new Word("large", half);
        BatchWriter<Word> other = new BatchWriter<>("other", this::process, writerOfLarge, log::add);
        other.submit(large);
        for (int i = 0; i < 7; i++) {
            other.submit(new Word("large", half));
        }
        go.countDown();
        other.start();
        other.close();
        assertEquals(List.of(2, 2, 2, 2), batches.subList(1, batches.size()));
    }

    @Test
    void aBatchHasAtMost128Changes() {
        for (int i = 0; i < 130; i++) {
            submitted("small", 0);
        }
        go.countDown();
        assertEquals("last", submitted("last", 0).await());
        assertEquals(128, batches.get(1));
    }

    @Test
    void aRefusalIsTheAnswer() {
        refusing = new RefusedException(RefusedException.Reason.CONFLICT, "planted");
        Word refused = submitted("refused", 10);
        go.countDown();
        assertSame(refusing, assertThrows(RefusedException.class, refused::await));
    }

    @Test
    void whatIsDueByItselfIsDoneAfterEachBatchAndAtTheEndAndItsDefectIsToldOnce() {
        go.countDown();
        submitted("one", 0).await();
        submitted("two", 0).await();
        writer.close();
        assertTrue(tended.get() >= 2, tended + " times");
        assertEquals(List.of("defect in writer: java.lang.IllegalStateException: planted",
                "defect in writer: java.lang.IllegalStateException: planted at the end"), log);
    }

    @Test
    void closingOnAnInterruptedThreadDoesNotWaitAndKeepsTheInterrupt() {
        Thread.currentThread().interrupt();
        writer.close();
        assertTrue(Thread.interrupted());
        assertFalse(writer.hasEnded());
        go.countDown();
        Until.holds(writer::hasEnded, log::toString);
    }

    @Test
    void oneThatIsLargerThanAllIsChargedHalfOfIt() {
        Word large = submitted("large", 1_000_000);
        submitted("another", 1_000_000);
        assertBusy(1);
        go.countDown();
        assertEquals("large", large.await());
    }

    @Test
    void whatFailsOrIsRefusedAtTheEndIsReleased() {
        Word defect = submitted("defect", 100);
        go.countDown();
        assertThrows(IllegalStateException.class, defect::await);
        writer.close();
        assertThrows(RefusedException.class, () -> submitted("late", 100));
        assertEquals(0, budget.used());
    }

    @Test
    void aWriterThatHangsHasNotEndedAndWhatWaitsForItIsRefused() {
        Word waiting = submitted("waiting", 10);
        writer.close();
        assertFalse(writer.hasEnded());
        RefusedException refused = assertThrows(RefusedException.class, waiting::await);
        assertEquals(RefusedException.Reason.UNAVAILABLE, refused.reason());
        assertEquals("the registry is stopping", refused.getMessage());
        go.countDown();
        Until.holds(writer::hasEnded, log::toString);
    }
}
