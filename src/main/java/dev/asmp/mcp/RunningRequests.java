package dev.asmp.mcp;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The requests of one client under way, and which of them it cancelled: those are not answered. */
final class RunningRequests {
    private final Map<Scalar, Boolean> cancelled = new ConcurrentHashMap<>();

    /** Notes that a request is under way, so that it can be cancelled from now on. */
    void begin(Scalar id) {
        cancelled.put(id, false);
    }

    /** Takes a notice; where it cancels a request, returns its id. */
    @Nullable
    Scalar take(Message.Notice notice) {
        if (notice.method().equals("notifications/cancelled")
                && notice.params().get("requestId") instanceof Scalar id) {
            cancelled.replace(id, true);
            return id;
        }
        return null;
    }

    /** Answers a request; null where it was cancelled meanwhile. */
    @Nullable
    Mapping answer(Scalar id, Supplier<Mapping> answer) {
        try {
            Mapping ready = answer.get();
            return Boolean.TRUE.equals(cancelled.get(id)) ? null : ready;
        } finally {
            cancelled.remove(id);
        }
    }
}
