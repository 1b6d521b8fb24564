package dev.asmp.events;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A ring of the last events, limited in number and in bytes; each reader has a position. Publishing waits for no reader; one
 * that falls out of the ring gets {@code missed} and reads the current state again.
 */
public final class Feed implements AutoCloseable {
    private static final int PER_MILLISECOND = 1_000;
    /** A longer event keeps its short fields only. */
    private static final int LONGEST = 32 * 1024;
    /** The bytes of a batch with more than one event. */
    private static final int BATCH = 16 * 1024;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final @Nullable Event[] kept;
    private final long limit;
    private final ByteBudget reading;
    private final long first;
    private long bytes;
    private long oldest;
    private long next;
    private boolean closed;

    /**
     * The events after a reader's last one, in order.
     *
     * @param missed whether some of them are not kept any more, so that the reader must look at the whole again
     * @param ended whether there will never be more
     */
    public record Batch(List<Event> events, boolean missed, boolean ended) {}

    /**
     * Makes a feed with ids that start at a moment, so that none is used again after a restart.
     *
     * @param bytes the most memory that it may take: three quarters for the ring, one for what readers hold
     */
    public Feed(int capacity, long bytes, long startMillis) {
        this.kept = new Event[capacity];
        this.limit = bytes / 4 * 3;
        this.reading = new ByteBudget(bytes / 4);
        this.first = startMillis * PER_MILLISECOND;
        this.oldest = first;
        this.next = first;
    }

    /** The bytes that readers may hold together of events that they are sending. */
    public ByteBudget reading() {
        return reading;
    }

    /** Publishes an event. */
    public void publish(String kind, String name, List<String> topics, Mapping data) {
        publish(kind, name, topics, Json.write(data));
    }

    /** Publishes an event with its data as JSON: one object on one line. */
    public void publish(String kind, String name, List<String> topics, byte[] json) {
        lock.lock();
        try {
            Event whole = new Event(next, kind, name, topics, json, true);
            Event event = whole.bytes() <= LONGEST ? whole : whole.reduced();
            if (next - oldest == kept.length) {
                forgetOldest();
            }
            kept[slot(next)] = event;
            next++;
            bytes += event.bytes();
            while (bytes > limit) {
                forgetOldest();
            }
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets every reader miss something, where events were not published: all read the whole again. */
    public void skip() {
        lock.lock();
        try {
            while (oldest < next) {
                forgetOldest();
            }
            oldest = ++next;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Event at(long id) {
        return Objects.requireNonNull(kept[slot(id)]);
    }

    private void forgetOldest() {
        bytes -= at(oldest).bytes();
        kept[slot(oldest)] = null;
        oldest++;
    }

    /** The id of the last event; a reader that starts there gets only later ones. */
    public long last() {
        lock.lock();
        try {
            return next - 1;
        } finally {
            lock.unlock();
        }
    }

    /** The id after which a reader gets this many of the last events, or all that are kept. */
    public long before(long count) {
        lock.lock();
        try {
            return Math.max(oldest - 1, next - 1 - count);
        } finally {
            lock.unlock();
        }
    }

    /** The number of events since the start. */
    public long count() {
        return last() + 1 - first;
    }

    /** The first events after an id, no more than fit a batch; waits for one, at most this long. */
    public Batch after(long id, Duration patience) throws InterruptedException {
        long nanos = patience.toNanos();
        lock.lockInterruptibly();
        try {
            while (id == next - 1 && !closed && nanos > 0) {
                nanos = news.awaitNanos(nanos);
            }
            return batch(id);
        } finally {
            lock.unlock();
        }
    }

    private Batch batch(long id) {
        boolean missed = id < oldest - 1 || id >= next;
        List<Event> events = new ArrayList<>();
        long from = missed ? next : id + 1;
        for (long size = 0; from < next; from++) {
            size += at(from).bytes();
            if (size > BATCH && !events.isEmpty()) {
                break;
            }
            events.add(at(from));
        }
        return new Batch(events, missed, closed && from == next);
    }

    private int slot(long id) {
        return (int) (id % kept.length);
    }

    /** Ends all waiting. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
