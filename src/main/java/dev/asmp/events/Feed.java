package dev.asmp.events;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A ring of the last events; each reader has a position. Publishing waits for no reader; one that falls out of the ring gets
 * {@code missed} and reads the current state again.
 */
public final class Feed implements AutoCloseable {
    private static final int PER_MILLISECOND = 1_000;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Event[] kept;
    private final long first;
    private long next;
    private boolean closed;

    /**
     * The events after a reader's last one, in order.
     *
     * @param missed whether some of them are not kept any more, so that the reader must look at the whole again
     * @param ended whether there will never be more
     */
    public record Batch(List<Event> events, boolean missed, boolean ended) {}

    /** Makes a feed with ids that start at a moment, so that none is used again after a restart. */
    public Feed(int capacity, long startMillis) {
        this.kept = new Event[capacity];
        this.first = startMillis * PER_MILLISECOND;
        this.next = first;
    }

    /** Publishes an event. */
    public void publish(String kind, String name, List<String> topics, Mapping data) {
        publish(kind, name, topics, Json.write(data));
    }

    /** Publishes an event with its data as JSON: one object on one line. */
    public void publish(String kind, String name, List<String> topics, byte[] json) {
        lock.lock();
        try {
            kept[slot(next)] = new Event(next, kind, name, topics, json);
            next++;
            news.signalAll();
        } finally {
            lock.unlock();
        }
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

    /** The number of events since the start. */
    public long count() {
        return last() + 1 - first;
    }

    /** The events after an id; waits for one, at most this long. */
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
        long oldest = Math.max(first, next - kept.length);
        boolean missed = id < oldest - 1 || id >= next;
        List<Event> events = new ArrayList<>();
        for (long i = missed ? next : id + 1; i < next; i++) {
            events.add(kept[slot(i)]);
        }
        return new Batch(events, missed, closed);
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
