package dev.asmp.mcp;

import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.wire.Reply;
import dev.asmp.wire.ServerSentEvent;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A writer of messages as server-sent events. */
final class EventStreamWriter {
    /** After so long without a message a comment is sent, so that a closed connection is noticed. */
    private static final Duration QUIET = Duration.ofSeconds(15);
    private static final Map<String, String> HEADERS = Map.of("Content-Type", ServerSentEvent.MEDIA_TYPE,
            "Cache-Control", "no-cache",
            "X-Accel-Buffering", "no");

    private EventStreamWriter() {}

    /** A stream of one message. */
    static byte[] one(Mapping message) {
        ByteArrayOutputStream event = new ByteArrayOutputStream();
        try {
            write(message, event);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // memory does not fail
        }
        return event.toByteArray();
    }

    /** The notices of a session, until it ends or another stream replaces this one. */
    static Reply ofSession(McpSession session) {
        NotificationQueue listener = session.listener();
        return Reply.streamed(HEADERS, out -> {
            ServerSentEvent.writeKeepAlive(null, out);
            out.flush();
            writeNotices(listener, UnaryOperator.identity(), out);
        });
    }

    /** The notices of a subscription, until its reader is gone or this side ends it. */
    static Reply ofSubscription(ListenRequest subscription, ChangeBroadcast changes) {
        return Reply.streamed(HEADERS, out -> {
            try {
                if (!changes.tryAdd(subscription.listener())) {
                    send(List.of(Message.error(subscription.id(), ListenRequest.crowded())), out);
                    return;
                }
                send(List.of(subscription.acknowledgement()), out);
                writeNotices(subscription.listener(), subscription::marked, out);
                send(List.of(subscription.end()), out);
            } finally {
                changes.remove(subscription.listener());
            }
        });
    }

    /** What a call reports while it runs, then its answer; a client that goes away ends the call. */
    static Reply ofCall(Function<Consumer<Mapping>, @Nullable Mapping> call) {
        return Reply.streamed(HEADERS, out -> {
            Mapping answer = call.apply(notice -> {
                try {
                    send(List.of(notice), out);
                } catch (IOException _) {
                    throw new ToolFailure("The client is gone.");
                }
            });
            if (answer != null) {
                send(List.of(answer), out);
            }
        });
    }

    private static void writeNotices(NotificationQueue listener, UnaryOperator<Mapping> mark, OutputStream out)
            throws IOException, InterruptedException {
        int reader = listener.attach();
        while (!listener.isOver(reader)) {
            List<Mapping> notices = listener.await(reader, QUIET);
            if (notices.isEmpty() && !listener.isOver(reader)) {
                ServerSentEvent.writeKeepAlive(null, out);
                out.flush();
            }
            send(notices.stream().map(mark).toList(), out);
        }
    }

    private static void write(Mapping message, OutputStream out) throws IOException {
        out.write(new ServerSentEvent(null, "message", Json.write(message)).bytes());
    }

    private static void send(List<Mapping> messages, OutputStream out) throws IOException {
        for (Mapping message : messages) {
            write(message, out);
        }
        out.flush();
    }

    /** Tells whether a client accepts events; one without the header accepts anything. */
    static boolean areAccepted(@Nullable String accept) {
        return accept == null || accept.contains(ServerSentEvent.MEDIA_TYPE) || accept.contains("*/*")
                || accept.contains("text/*");
    }
}
