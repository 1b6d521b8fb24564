package dev.asmp.http;

import dev.asmp.document.ByteBudget;
import dev.asmp.events.Event;
import dev.asmp.events.Feed;
import dev.asmp.wire.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/** The change stream as server-sent events. Each reader has a position in the feed; one that falls out of the feed is dropped. */
final class EventStreams {
    private static final Duration PAUSE = Duration.ofSeconds(15);
    private static final byte[] MISSED = """
            {"reason":"events in between are not kept any more; read everything again"}"""
            .getBytes(StandardCharsets.UTF_8);
    private static final Feed.Batch NONE = new Feed.Batch(List.of(), false, false);

    private final int most;
    private final Duration pause;
    private final AtomicInteger readers = new AtomicInteger();

    EventStreams(int most) {
        this(most, PAUSE);
    }

    /** Sends something to each reader at least this often, so that both sides notice when the other is gone. */
    EventStreams(int most, Duration pause) {
        this.most = most;
        this.pause = pause;
    }

    int count() {
        return readers.get();
    }

    /** Answers with the wanted events after the last one that the client has. */
    Answer from(Feed feed, Exchange exchange, Predicate<Event> wanted) {
        if (readers.get() >= most) {
            throw new HttpError(503, "there are " + most + " readers of events already");
        }
        String last = exchange.header("last-event-id");
        Long recent = exchange.number("recent");
        long start = last == null
                ? feed.before(recent == null ? 0 : recent)
                : last.matches("[0-9]{1,18}") ? Long.parseLong(last) : -1;
        return Answer.events(out -> run(feed, wanted, start, out));
    }

    @SuppressWarnings("UnusedVariable") // a batch is let go before the client reads
    private void run(Feed feed, Predicate<Event> wanted, long start, OutputStream out)
            throws IOException, InterruptedException {
        try {
            if (readers.incrementAndGet() > most) {
                return; // several arrived at the same moment
            }
            ServerSentEvent.writeKeepAlive(null, out);
            out.flush();
            long at = start;
            boolean first = true;
            long sent = System.nanoTime();
            while (true) {
                Feed.Batch batch = feed.after(at, pause.minusNanos(System.nanoTime() - sent));
                if (batch.missed() && !first) {
                    return; // too slow: it reconnects and gets a reset
                }
                at = next(batch, at, feed);
                byte[] news = rendered(batch, wanted, at);
                boolean ended = batch.ended();
                batch = NONE; // while the client reads, its events may leave the feed
                if (news.length > 0 || System.nanoTime() - sent >= pause.toNanos()) {
                    if (!sent(news, at, out, feed.reading())) {
                        return; // it reconnects, and goes on from its last event
                    }
                    sent = System.nanoTime();
                }
                first = false;
                if (ended) {
                    return;
                }
            }
        } finally {
            readers.decrementAndGet();
        }
    }

    private static long next(Feed.Batch batch, long at, Feed feed) {
        return batch.missed() ? feed.last() : batch.events().isEmpty() ? at : batch.events().getLast().id();
    }

    /** Sends if slow readers do not hold as much as they may. */
    private static boolean sent(byte[] news, long at, OutputStream out, ByteBudget reading) throws IOException {
        if (!reading.tryTake(news.length)) {
            return false;
        }
        try {
            send(news, at, out);
            return true;
        } finally {
            reading.release(news.length);
        }
    }

    /** Sends events or, where there are none, how far the reader is. */
    private static void send(byte[] news, long at, OutputStream out) throws IOException {
        if (news.length > 0) {
            out.write(news);
        } else {
            ServerSentEvent.writeKeepAlive(Long.toString(at), out);
        }
        out.flush();
    }

    private static byte[] rendered(Feed.Batch batch, Predicate<Event> wanted, long at) {
        ByteArrayOutputStream events = new ByteArrayOutputStream();
        if (batch.missed()) {
            events.writeBytes(new ServerSentEvent(Long.toString(at), "reset", MISSED).bytes());
        }
        for (Event event : batch.events()) {
            if (wanted.test(event)) {
                events.writeBytes(new ServerSentEvent(Long.toString(event.id()), event.kind(), event.data()).bytes());
            }
        }
        return events.toByteArray();
    }
}
