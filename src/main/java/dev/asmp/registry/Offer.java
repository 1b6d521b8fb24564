package dev.asmp.registry;

import java.util.Arrays;
import java.util.List;

/**
 * One item of the answer to "who provides this?": a service, or a mod with the service it is attached to.
 *
 * @param text what the manifest contributes, as a JSON object
 */
record Offer(Entry entry, String name, List<String> provides, byte[] text) {
    /** Sorts a service: healthy, then unknown, then unhealthy, then stale. */
    int rank(Liveness liveness) {
        if (entry.isStale()) {
            return 3;
        }
        Boolean healthy = liveness.healthy(entry.name());
        return healthy == null ? 1 : healthy ? 0 : 2;
    }

    /** The item as JSON, with the registry's own keys and the last probe's result. */
    byte[] json(byte[] end) {
        byte[] tail = entry.offerTail();
        int body = text.length - 1;
        byte[] json = Arrays.copyOf(text, body + tail.length + end.length);
        System.arraycopy(tail, 0, json, body, tail.length);
        System.arraycopy(end, 0, json, body + tail.length, end.length);
        return json;
    }
}
