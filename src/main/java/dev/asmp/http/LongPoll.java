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
 * Lets a client wait until the answer to its question is another one. Each answer has an index, which grows when what matters
 * in the answer changes; who names the index it knows is answered when there is a new one, or at the end of its patience.
 */
final class LongPoll {
    private static final String INDEX = "X-Asmp-Index";
    private static final Duration LONGEST = Duration.ofSeconds(60);
    private static final int MAX_QUESTIONS = 10_000;

    private final Feed feed;
    private final AtomicLong last;
    private final AtomicInteger waiters = new AtomicInteger();
    private final Map<String, Known> known = new ConcurrentHashMap<>();

    /** The last answer to a question, by its print. */
    private record Known(long print, long index, Map<String, String> headers) {}

    /** Begins to count where the feed does, so that an index from before a restart is never met again. */
    LongPoll(Feed feed) {
        this.feed = feed;
        this.last = new AtomicLong(feed.last());
    }

    /** How many clients wait now. */
    int count() {
        return waiters.get();
    }

    /** Answers a question, after waiting if the client asks for that. */
    Answer answer(String question, Supplier<Offers.Rendered> ask, @Nullable Duration wait, @Nullable Long index) {
        if (wait == null) {
            return current(question, ask.get());
        }
        waiters.incrementAndGet();
        try {
            return changed(question, ask, wait, index);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new HttpError(503, "the registry is stopping");
        } finally {
            waiters.decrementAndGet();
        }
    }

    private Answer changed(String question, Supplier<Offers.Rendered> ask, Duration wait, @Nullable Long index)
            throws InterruptedException {
        long deadline = System.nanoTime() + (wait.compareTo(LONGEST) > 0 ? LONGEST : wait).toNanos();
        while (true) {
            long before = feed.last();
            Offers.Rendered answer = ask.get();
            long left = deadline - System.nanoTime();
            boolean isNew = index == null || known(question, answer.fingerprint()).index != index;
            if (isNew || left <= 0 || feed.after(before, Duration.ofNanos(left)).ended()) {
                return current(question, isNew ? answer : ask.get()).fleeting();
            }
        }
    }

    private Answer current(String question, Offers.Rendered answer) {
        return Answer.ok(answer.json()).with(known(question, answer.fingerprint()).headers);
    }

    private Known known(String question, long print) {
        Known before = known.get(question);
        if (before != null && before.print == print) {
            return before;
        }
        if (known.size() >= MAX_QUESTIONS) {
            known.clear();
        }
        return known.compute(question, (_, now) -> now != null && now.print == print ? now : next(print));
    }

    private Known next(long print) {
        long index = last.incrementAndGet();
        return new Known(print, index, Map.of(INDEX, Long.toString(index)));
    }
}
