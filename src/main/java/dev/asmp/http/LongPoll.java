package dev.asmp.http;

import dev.asmp.events.Feed;
import dev.asmp.registry.Offers;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Long polls: a client that sends the index of its last answer waits until the answer has another index, or until its time is
 * over. An answer's index grows when its fingerprint changes.
 */
final class LongPoll {
    private static final String INDEX = "X-Asmp-Index";
    private static final Duration LONGEST = Duration.ofSeconds(60);
    /** The memory for questions, and what each takes beside its text; beyond, all are forgotten, and clients are answered at once. */
    private static final long MOST = 1024 * 1024;
    private static final int EACH = 200;
    private static final int MAX_WAITERS = 400;
    /** What a reader of a long answer holds when it stalls: an item on its way. */
    private static final long PIECES = 256 * 1024;

    private final Feed feed;
    private final AtomicLong last;
    private final AtomicInteger waiters = new AtomicInteger();
    private final Map<String, Known> known = new ConcurrentHashMap<>();
    private final AtomicLong held = new AtomicLong();

    /** The fingerprint of the last answer to a question, with its index, and the event after which it was still that one. */
    private record Known(long print, long index, Map<String, String> headers, AtomicLong seen) {}

    /** Starts the indexes where the feed starts its ids, so that none is used again after a restart. */
    LongPoll(Feed feed) {
        this.feed = feed;
        this.last = new AtomicLong(feed.last());
    }

    /** The number of waiting clients. */
    int count() {
        return waiters.get();
    }

    /** Answers a question, after waiting if the client asks for that. */
    Answer answer(String question, Supplier<Offers.Rendered> ask, @Nullable Duration wait, @Nullable Long index) {
        if (wait == null) {
            return current(question, ask.get());
        }
        try {
            if (waiters.incrementAndGet() > MAX_WAITERS) {
                throw new HttpError(503, "there are " + MAX_WAITERS + " waiting clients already");
            }
            return changed(question, ask, wait, index);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HttpError(503, "the registry is stopping");
        } finally {
            waiters.decrementAndGet();
        }
    }

    /** Waits without the answer in hand: that of each of many clients may take megabytes. */
    private Answer changed(String question, Supplier<Offers.Rendered> ask, Duration wait, @Nullable Long index)
            throws InterruptedException {
        long deadline = System.nanoTime() + (wait.compareTo(LONGEST) > 0 ? LONGEST : wait).toNanos();
        while (true) {
            long before = feed.last();
            long left = deadline - System.nanoTime();
            if (index == null || left <= 0 || index(question, ask, before) != index
                    || feed.after(before, Duration.ofNanos(left)).ended()) {
                return current(question, ask.get()).fleeting();
            }
        }
    }

    /** The index of a question after this event, for which one of all who wait for it works the answer out. */
    private long index(String question, Supplier<Offers.Rendered> ask, long event) {
        Known before = known.get(question);
        if (before != null && before.seen.get() == event) {
            return before.index;
        }
        Known now = known(question, ask.get().fingerprint());
        now.seen.set(event);
        return now.index;
    }

    private Answer current(String question, Offers.Rendered answer) {
        return (answer.isLong() ? Answer.pieces(answer::writeTo, PIECES) : Answer.ok(answer.json()))
                .with(known(question, answer.fingerprint()).headers);
    }

    private Known known(String question, long print) {
        Known before = known.get(question);
        if (before != null && before.print == print) {
            return before;
        }
        if (before == null && held.addAndGet(2L * question.length() + EACH) > MOST) {
            known.clear();
            held.set(0);
        }
        return known.compute(question, (_, now) -> now != null && now.print == print ? now : next(print));
    }

    private Known next(long print) {
        long index = last.incrementAndGet();
        return new Known(print, index, Map.of(INDEX, Long.toString(index)), new AtomicLong(-1));
    }
}
