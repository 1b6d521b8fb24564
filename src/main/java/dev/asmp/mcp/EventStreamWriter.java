package dev.asmp.mcp;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Messages as server-sent events. */
final class EventStreamWriter {
    static final String TYPE = "text/event-stream";
    /** So often something is sent where nothing happens, so that a reader who is gone is noticed. */
    private static final Duration QUIET = Duration.ofSeconds(15);
    private static final byte[] STILL_HERE = ":\n\n".getBytes(StandardCharsets.US_ASCII);
    private static final Map<String, String> HEADERS = Map.of("Content-Type", TYPE, "Cache-Control", "no-cache",
            "X-Accel-Buffering", "no");

    private EventStreamWriter() {}

    /** One message, and no more. */
    static byte[] one(Mapping message) {
        byte[] json = Json.write(message);
        byte[] event = new byte[json.length + 23];
        byte[] start = "event: message\ndata: ".getBytes(StandardCharsets.US_ASCII);
        System.arraycopy(start, 0, event, 0, start.length);
        System.arraycopy(json, 0, event, start.length, json.length);
        event[event.length - 2] = '\n';
        event[event.length - 1] = '\n';
        return event;
    }

    /** The notices of a session, until it ends or another stream takes over. */
    static HttpAnswer ofSession(McpSession session) {
        NotificationQueue listener = session.listener();
        return new HttpAnswer.Stream(HEADERS, out -> {
            out.write(STILL_HERE);
            out.flush();
            tell(listener, UnaryOperator.identity(), out);
        });
    }

    /** The notices of a subscription, until its reader is gone or listening ends from this side. */
    static HttpAnswer ofSubscription(ListenRequest subscription, ChangeBroadcast changes) {
        return new HttpAnswer.Stream(HEADERS, out -> {
            try {
                changes.add(subscription.listener());
                send(List.of(subscription.acknowledgement()), out);
                tell(subscription.listener(), subscription::told, out);
                send(List.of(subscription.end()), out);
            } finally {
                changes.remove(subscription.listener());
            }
        });
    }

    private static void tell(NotificationQueue listener, UnaryOperator<Mapping> dress, OutputStream out)
            throws IOException, InterruptedException {
        int reader = listener.attach();
        while (!listener.isOver(reader)) {
            List<Mapping> notices = listener.await(reader, QUIET);
            if (notices.isEmpty() && !listener.isOver(reader)) {
                out.write(STILL_HERE);
                out.flush();
            }
            send(notices.stream().map(dress).toList(), out);
        }
    }

    private static void send(List<Mapping> messages, OutputStream out) throws IOException {
        for (Mapping message : messages) {
            out.write(one(message));
        }
        out.flush();
    }

    /** Whether a client takes events; one that says nothing takes what it gets. */
    static boolean areAccepted(@Nullable String accept) {
        return accept == null || accept.contains(TYPE) || accept.contains("*/*") || accept.contains("text/*");
    }
}
