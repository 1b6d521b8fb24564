package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * The notices that one listener has not read yet, each once: a thousand changes in a moment are few messages, and a slow
 * reader costs one queue.
 */
final class NotificationQueue {
    private static final int MOST_WATCHED = 1_000;

    private final Set<String> watched = new HashSet<>();
    private final Set<String> updated = new LinkedHashSet<>();
    private boolean wantsList;
    private boolean listChanged;
    private boolean closed;
    private int reader;

    NotificationQueue(boolean wantsList) {
        this.wantsList = wantsList;
    }

    /** Begins to watch a resource. */
    synchronized void watch(String uri) {
        if (watched.size() >= MOST_WATCHED && !watched.contains(uri)) {
            throw new RpcError(RpcError.INVALID_PARAMS,
                    "at most " + MOST_WATCHED + " resources can be watched; unsubscribe from some first");
        }
        watched.add(uri);
    }

    synchronized void unwatch(String uri) {
        watched.remove(uri);
    }

    synchronized void updated(String uri) {
        if (watched.contains(uri)) {
            updated.add(uri);
            notifyAll();
        }
    }

    synchronized void listChanged() {
        if (wantsList) {
            listChanged = true;
            notifyAll();
        }
    }

    synchronized void close() {
        closed = true;
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
