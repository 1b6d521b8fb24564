package dev.asmp.mcp;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Distributes changes to all listeners without waiting: each has a queue of its own. */
final class ChangeBroadcast {
    private static final int MOST = 4_096;

    private final Set<NotificationQueue> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    /** Adds a listener for changes from now on. */
    void add(NotificationQueue listener) {
        if (listeners.size() >= MOST) {
            throw new RpcError(RpcError.INTERNAL_ERROR, "there are " + MOST + " listeners already; try again later");
        }
        listeners.add(listener);
        if (closed) {
            listener.close();
        }
    }

    void remove(NotificationQueue listener) {
        listeners.remove(listener);
        listener.close();
    }

    void updated(String uri) {
        listeners.forEach(listener -> listener.updated(uri));
    }

    void listChanged() {
        listeners.forEach(NotificationQueue::listChanged);
    }

    /** Ends all listening, for good. */
    void close() {
        closed = true;
        listeners.forEach(NotificationQueue::close);
    }
}
