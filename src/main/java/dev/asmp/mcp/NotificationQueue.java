package dev.asmp.mcp;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The notices that one listener has not read yet, each once: a thousand changes in a moment are few messages, and a slow
 * reader costs one queue. What it holds counts from its admission to its end.
 */
final class NotificationQueue {
    private static final int MOST_WATCHED = 1_000;
    /** The memory of a session with its queue. */
    private static final long OBJECTS = 2_048;
    /** The memory of a watched resource besides its address: its places in both sets, and the notice on its way. */
    private static final long WATCH = 640;

    private final Set<String> watched = new HashSet<>();
    private final Set<String> updated = new LinkedHashSet<>();
    private final boolean wantsList;
    private long held = OBJECTS;
    private @Nullable ByteBudget budget;
    private boolean listChanged;
    private boolean closed;
    private int reader;

    NotificationQueue(boolean wantsList) {
        this.wantsList = wantsList;
    }

    /** Takes what it holds from a budget; false where that does not suffice. */
    synchronized boolean admit(ByteBudget memory) {
        if (closed || !memory.tryTake(held)) {
            return closed;
        }
        budget = memory;
        return true;
    }

    /** Begins to watch a resource. */
    synchronized void watch(String uri) {
        if (closed || watched.contains(uri)) {
            return;
        }
        if (watched.size() >= MOST_WATCHED) {
            throw new RpcError(RpcError.INVALID_PARAMS,
                    "at most " + MOST_WATCHED + " resources can be watched; unsubscribe from some first");
        }
        if (budget != null && !budget.tryTake(cost(uri))) {
            throw new RpcError(RpcError.INTERNAL_ERROR, "all clients together watch as many resources as fit in memory;"
                    + " unsubscribe from some, or try again later");
        }
        watched.add(uri);
        held += cost(uri);
    }

    synchronized void unwatch(String uri) {
        if (watched.remove(uri)) {
            updated.remove(uri);
            held -= cost(uri);
            if (budget != null) {
                budget.release(cost(uri));
            }
        }
    }

    private static long cost(String uri) {
        return WATCH + 4L * uri.length();
    }

    synchronized void updated(String uri) {
        if (watched.contains(uri)) {
            updated.add(uri);
            notifyAll();
        }
    }

    synchronized void allUpdated() {
        updated.addAll(watched);
        notifyAll();
    }

    synchronized void listChanged() {
        if (wantsList) {
            listChanged = true;
            notifyAll();
        }
    }

    synchronized void close() {
        closed = true;
        watched.clear();
        updated.clear();
        if (budget != null) {
            budget.release(held);
            budget = null;
        }
        notifyAll();
    }

    /** Begins to read, in place of an earlier reader: a client that lost its stream opens another. */
    synchronized int attach() {
        notifyAll();
        return ++reader;
    }

    /** Tells whether this reader has nothing more to expect. */
    synchronized boolean isOver(int reader) {
        return closed || reader != this.reader;
    }

    /** Waits for notices for this reader, until reading is over or the time has passed. */
    synchronized List<Mapping> await(int reader, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (!isOver(reader) && !listChanged && updated.isEmpty()) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                break;
            }
            wait(left);
        }
        return isOver(reader) ? List.of() : take();
    }

    private List<Mapping> take() {
        List<Mapping> notices = new ArrayList<>();
        if (listChanged) {
            notices.add(Message.notice("notifications/resources/list_changed", Mapping.EMPTY));
        }
        for (String uri : updated) {
            notices.add(Message.notice("notifications/resources/updated", Mapping.builder().put("uri", uri).build()));
        }
        listChanged = false;
        updated.clear();
        return notices;
    }
}
