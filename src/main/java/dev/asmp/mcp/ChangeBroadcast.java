package dev.asmp.mcp;

import dev.asmp.document.ByteBudget;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Distributes changes to all listeners without waiting: each has a queue of its own. */
final class ChangeBroadcast {
    private final ByteBudget memory;
    private final Set<NotificationQueue> listeners = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;

    ChangeBroadcast(ByteBudget memory) {
        this.memory = memory;
    }

    /** Adds a listener for changes from now on, if there is memory for it. */
    boolean tryAdd(NotificationQueue listener) {
        if (!listener.admit(memory)) {
            return false;
        }
        listeners.add(listener);
        if (closed) {
            listener.close();
        }
        return true;
    }

    /** Adds a listener, or says that there is no memory for it. */
    void add(NotificationQueue listener) {
        if (!tryAdd(listener)) {
            throw ListenRequest.crowded();
        }
    }

    void remove(NotificationQueue listener) {
        listeners.remove(listener);
        listener.close();
    }

    void updated(String uri) {
        listeners.forEach(listener -> listener.updated(uri));
    }

    void allUpdated() {
        listeners.forEach(NotificationQueue::allUpdated);
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
