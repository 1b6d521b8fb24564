package dev.asmp.registry;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One item of the answer to "who provides this?": a service, or a mod with the service it is attached to.
 *
 * @param text what the manifest contributes, as a JSON object
 */
record Offer(Entry entry, String name, List<String> provides, byte[] text) {
    private static final byte[] HEALTHY = "true}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNHEALTHY = "false}".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] UNKNOWN = "null}".getBytes(StandardCharsets.US_ASCII);

    /** Sorts a service: healthy, then unknown, then unhealthy, then stale. */
    int rank(Liveness liveness) {
        if (entry.isStale()) {
            return 3;
        }
        Boolean healthy = liveness.healthy(entry.name());
        return healthy == null ? 1 : healthy ? 0 : 2;
    }

    /** The item as JSON, with the registry's own keys and the outcome of the last probe. */
    byte[] json(@Nullable Boolean healthy) {
        byte[] tail = entry.offerTail();
        byte[] end = healthy == null ? UNKNOWN : healthy ? HEALTHY : UNHEALTHY;
        int body = text.length - 1;
        byte[] json = Arrays.copyOf(text, body + tail.length + end.length);
        System.arraycopy(tail, 0, json, body, tail.length);
        System.arraycopy(end, 0, json, body + tail.length, end.length);
        return json;
    }
}
