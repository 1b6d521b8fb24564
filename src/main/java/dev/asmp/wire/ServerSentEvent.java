package dev.asmp.wire;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One event of a {@code text/event-stream}.
 *
 * @param id where a reader resumes after it; null where the stream cannot be resumed
 * @param data one line of JSON
 */
public record ServerSentEvent(@Nullable String id, String kind, byte[] data) {
    public static final String MEDIA_TYPE = "text/event-stream";
    private static final byte[] COMMENT = ":\n".getBytes(StandardCharsets.US_ASCII);

    /** The event as it is sent. */
    public byte[] bytes() {
        byte[] head = ((id == null ? "" : "id: " + id + '\n') + "event: " + kind + "\ndata: ")
                .getBytes(StandardCharsets.UTF_8);
        byte[] bytes = Arrays.copyOf(head, head.length + data.length + 2);
        System.arraycopy(data, 0, bytes, head.length, data.length);
        Arrays.fill(bytes, bytes.length - 2, bytes.length, (byte) '\n');
        return bytes;
    }

    /** Writes a comment, so that both sides notice when the other is gone; the id says how far the reader is. */
    public static void writeKeepAlive(@Nullable String id, OutputStream out) throws IOException {
        out.write(COMMENT);
        if (id != null) {
            out.write(("id: " + id + '\n').getBytes(StandardCharsets.UTF_8));
        }
        out.write('\n');
    }

    /** Puts the lines of a stream together to events, and remembers the last id. */
    public static final class Parser {
        private @Nullable String lastId;
        private String kind = "";
        private final StringBuilder data = new StringBuilder();

        /** The id to resume after; null before the first. */
        public @Nullable String lastId() {
            return lastId;
        }

        /** Takes one line; returns the event that ends with it, or null. */
        public @Nullable ServerSentEvent take(String line) {
            if (line.isEmpty()) {
                return end();
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(line.startsWith(": ", colon) ? colon + 2 : colon + 1);
            switch (field) {
                case "id" -> lastId = value;
                case "event" -> kind = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                default -> {
                    // A comment, or a field of another protocol version.
                }
            }
            return null;
        }

        /** Drops an event that was begun when the connection ended. */
        public void reset() {
            kind = "";
            data.setLength(0);
        }

        private @Nullable ServerSentEvent end() {
            ServerSentEvent event = data.isEmpty()
                    ? null
                    : new ServerSentEvent(lastId, kind.isEmpty() ? "message" : kind,
                            data.toString().getBytes(StandardCharsets.UTF_8));
            reset();
            return event;
        }
    }
}
