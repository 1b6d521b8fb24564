package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The protocol over standard input and output, one message per line. Requests are answered concurrently, so that a long one
 * does not delay the others; the end of the input ends the server once all requests are answered.
 */
final class StdioServer {
    private static final int AT_ONCE = 16;
    private static final Duration DRAIN = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofHours(1);

    private final Methods methods;
    private final ChangeBroadcast changes;
    private final OutputStream out;
    private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore slots = new Semaphore(AT_ONCE);
    private final @Nullable Set<ToolGroup> groups;
    private final RunningRequests running = new RunningRequests();
    private final Map<Scalar, NotificationQueue> subscriptions = new ConcurrentHashMap<>();
    private @Nullable McpSession session;

    StdioServer(Methods methods, ChangeBroadcast changes, @Nullable Set<ToolGroup> groups, OutputStream out) {
        this.methods = methods;
        this.groups = groups;
        this.changes = changes;
        this.out = out;
    }

    /** Serves until the input ends. */
    void serve(InputStream input) throws IOException, InterruptedException {
        InputStream in = new BufferedInputStream(input, 1 << 16);
        for (byte[] line = line(in); line != null; line = line(in)) {
            if (line.length > HttpEndpoint.MAX_MESSAGE) {
                send(Message.error(null, new RpcError(RpcError.INVALID_REQUEST,
                        "a message has at most " + HttpEndpoint.MAX_MESSAGE + " bytes; this one was skipped")));
            } else if (!isBlank(line)) {
                take(line);
            }
        }
        changes.close();
        workers.shutdown();
        if (!workers.awaitTermination(DRAIN.toSeconds(), TimeUnit.SECONDS)) {
            workers.shutdownNow();
        }
    }

    /** The bytes of the next line, no more than a few too many of one that is too long; null at the end. */
    private static byte @Nullable [] line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(512);
        int b = in.read();
        if (b < 0) {
            return null;
        }
        for (; b >= 0 && b != '\n'; b = in.read()) {
            if (line.size() <= HttpEndpoint.MAX_MESSAGE) {
                line.write(b);
            }
        }
        return line.toByteArray();
    }

    private static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b > ' ' || b < 0) {
                return false;
            }
        }
        return true;
    }

    private void take(byte[] line) throws InterruptedException {
        Document document;
        try {
            document = Json.read(line);
        } catch (MalformedDocumentException e) {
            send(Message.error(null, new RpcError(RpcError.PARSE_ERROR, "this line is no JSON: " + e.getMessage())));
            return;
        }
        if (document instanceof Sequence batch) {
            batch(batch);
            return;
        }
        switch (Message.of(document)) {
            case Message.Malformed malformed -> send(Message.error(malformed.id(), malformed.error()));
            case Message.Request request -> request(request);
            case Message.Notice notice -> notice(notice);
            case Message.Response _ -> {
            }
        }
    }

    private void request(Message.Request request) throws InterruptedException {
        String claimed = Envelope.revision(request.params());
        if (claimed != null && Revision.speaksForItself(claimed)) {
            selfContained(request);
        } else if (request.method().equals("initialize")) {
            begin(request);
        } else {
            work(request, caller());
        }
    }

    private Caller caller() {
        return (session == null
                ? Caller.unknown(Revision.NEWEST_WITH_HANDSHAKE, groups)
                : Caller.of(session, groups)).running(running).owner(true).telling(this::send);
    }

    private void selfContained(Message.Request request) throws InterruptedException {
        try {
            Caller caller = Envelope.open(request.params(), groups).running(running).owner(true)
                    .telling(this::send);
            if (request.method().equals("subscriptions/listen")) {
                listen(methods.subscription(request));
            } else {
                work(request, caller);
            }
        } catch (RpcError e) {
            send(Message.error(request.id(), e));
        }
    }

    private void begin(Message.Request request) {
        if (session != null) {
            changes.remove(session.listener());
        }
        McpSession begun = McpSessions.agreed(request.params());
        session = begun;
        changes.add(begun.listener());
        send(Message.result(request.id(), methods.agreement(begun)));
        workers.execute(() -> sendNotices(begun.listener(), UnaryOperator.identity()));
    }

    private void listen(ListenRequest subscription) {
        NotificationQueue listener = subscription.listener();
        changes.add(listener);
        subscriptions.put(subscription.id(), listener);
        send(subscription.acknowledgement());
        workers.execute(() -> {
            sendNotices(listener, subscription::marked);
            if (subscriptions.remove(subscription.id(), listener)) {
                send(subscription.end());
            }
        });
    }

    private void sendNotices(NotificationQueue listener, UnaryOperator<Mapping> mark) {
        try {
            int reader = listener.attach();
            while (!listener.isOver(reader)) {
                listener.await(reader, QUIET).forEach(notice -> send(mark.apply(notice)));
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void work(Message.Request request, Caller caller) throws InterruptedException {
        slots.acquire(); // a client that asks faster than it is answered waits at its own end
        running.begin(request.id());
        workers.execute(() -> {
            try {
                Mapping answer = methods.answer(request, caller);
                if (answer != null) {
                    send(answer);
                }
            } finally {
                slots.release();
            }
        });
    }

    private void notice(Message.Notice notice) {
        Scalar cancelled = running.take(notice);
        NotificationQueue listener = cancelled == null ? null : subscriptions.remove(cancelled);
        if (listener != null) {
            changes.remove(listener);
        }
    }

    private void batch(Sequence batch) throws InterruptedException {
        Caller caller = caller();
        RpcError problem = Message.batchProblem(batch, caller.revision());
        if (problem != null) {
            send(Message.error(null, problem));
            return;
        }
        slots.acquire();
        workers.execute(() -> {
            try {
                List<Document> answers = methods.answers(batch, caller);
                if (!answers.isEmpty()) {
                    send(new Sequence(answers));
                }
            } finally {
                slots.release();
            }
        });
    }

    /** Writes one line. When the output is closed, the input ends soon, and notices stop before that. */
    private synchronized void send(Document message) {
        try {
            out.write(Json.write(message));
            out.write('\n');
            out.flush();
        } catch (IOException _) {
            changes.close();
        }
    }
}
