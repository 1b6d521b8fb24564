package dev.asmp.http;

import dev.asmp.store.BatchWriter;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import dev.asmp.wire.StreamedBody;
import io.helidon.http.Header;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerRequestHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.RoutingResponse;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The handler of a socket: access rule, route, answer, metrics; errors get one envelope. */
final class RequestHandler implements Handler {
    static final Header NOSNIFF = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    static final Header SAME_ORIGIN = HeaderValues.createCached("Cross-Origin-Resource-Policy", "same-origin");
    /** Bound while a request is answered that may only read, by calls from this process on its behalf. */
    static final ScopedValue<Boolean> READING = ScopedValue.newInstance();
    /** The header that was sent last under each name: many answers repeat it. */
    private static final Map<String, Header> SENT = new ConcurrentHashMap<>();
    /** For a caller in this process, which takes whole answers. */
    private static final Answer TOO_LONG = Answer.error(503, "the answer is too long; ask for pages (limit, after)");
    private static final Header NO_STORE = HeaderValues.createCached(HeaderNames.CACHE_CONTROL, "no-store");

    /** The part of a long body that is sent with the headers. */
    private static final int FIRST_PART = 8 * 1024;
    /** A longer body is not copied behind the headers. */
    private static final int LONG = 64 * 1024;

    private final Routes routes;
    private final ErrorMapper errors;
    private final HttpBudgets budgets;
    private volatile AccessRule access;

    RequestHandler(Routes routes, AccessRule access, HttpBudgets budgets, Consumer<String> log) {
        this.routes = routes;
        this.access = access;
        this.budgets = budgets;
        this.errors = new ErrorMapper(log);
    }

    void guardBy(AccessRule next) {
        access = next;
    }

    @Override
    public void handle(ServerRequest request, ServerResponse response) {
        long began = System.nanoTime();
        Ingress ingress = Connection.ingress();
        boolean close = request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
        String target = request.path().rawPath();
        Answer refusal = access.refusal(request.prologue().method().text(), target, request.headers());
        Routes.@Nullable Match match = null;
        Answer answer;
        if (refusal != null) {
            answer = refusal;
            close |= RequestBody.isIn(request); // which is not read
        } else {
            try (RequestBudget.Claim claim = budgets.requests().open(ingress)) {
                match = match(request.prologue().method().text(), access.pathOf(target));
                RequestBody body = new RequestBody(request, claim);
                if (!isRead(request)) {
                    body.bytes(); // a bad body is refused before anything is done
                }
                Routes.Route route = match.route();
                Exchange exchange = exchange(match, access.pathOf(target), request, body, ingress);
                answer = ingress == Ingress.OWNER_SOCKET
                        ? BatchWriter.first(() -> route.answer(exchange))
                        : route.answer(exchange);
                body.passBy();
            } catch (RuntimeException e) {
                answer = errors.answer(e, request.prologue().method() + " " + target);
                close |= RequestBody.isIn(request);
            }
        }
        // A change that was made is always answered as such.
        ResponseBudget.Admitted admitted = isRead(request)
                ? budgets.responses().admit(answer, ingress)
                : budgets.responses().admitAnyway(answer, ingress);
        answer = admitted.answer(); // a complete body that is sent in pieces instead is garbage from here on
        try {
            send(answer, request, response, close);
        } finally {
            budgets.responses().leave(admitted);
            if (answer.reply().stream() == null) {
                RouteMetrics meter = match == null ? routes.unrouted() : match.route().meter();
                meter.count(response.status().code(), System.nanoTime() - began);
            }
        }
        Connection.giveTurn();
    }

    private Routes.Match match(String method, String path) {
        Routes.Match match = routes.find(method.equals("HEAD") ? "GET" : method, path);
        if (match == null) {
            throw HttpError.methodNotAllowed(method, path, routes.allowed(path));
        }
        return match;
    }

    private static Exchange exchange(Routes.Match match, String path, ServerRequest request, RequestBody body,
            Ingress ingress) {
        ServerRequestHeaders headers = request.headers();
        return new Exchange(path, match.parameters(), request.prologue().query().rawValue(),
                name -> value(headers, name), () -> all(headers), body::bytes, ingress);
    }

    private static @Nullable String value(ServerRequestHeaders headers, String lowerCaseName) {
        HeaderName name = HeaderNames.create(lowerCaseName);
        return headers.contains(name) ? String.join(", ", headers.get(name).allValues()) : null;
    }

    private static Map<String, String> all(ServerRequestHeaders headers) {
        Map<String, String> all = new HashMap<>();
        headers.forEach(header -> all.put(header.name(), String.join(", ", header.allValues())));
        return all;
    }

    /** Answers a request from this process. */
    Answer dispatch(Request request) {
        int query = request.path().indexOf('?');
        String path = query < 0 ? request.path() : request.path().substring(0, query);
        boolean readsOnly = READING.orElse(false);
        if (readsOnly && !request.method().equals("GET")) {
            return Answer.error(403,
                    "registry.tcp is read: over the port, only the owner's token allows changes. Use 'asmp"
                            + " mcp' over standard input and output, which has the Unix socket");
        }
        try {
            Routes.Match match = match(request.method(), path);
            Answer answer = match.route().answer(
                    new Exchange(path, match.parameters(), query < 0 ? "" : request.path().substring(query + 1),
                            request::header, request::headers, request::body,
                            readsOnly ? Ingress.PORT : Ingress.PROCESS));
            return answer.isInPieces() ? TOO_LONG : answer;
        } catch (RuntimeException e) {
            return errors.answer(e, request.method() + " " + path);
        }
    }

    private static void send(Answer answer, ServerRequest request, ServerResponse response, boolean close) {
        Reply reply = answer.reply();
        boolean isRead = reply.status() == 200 && isRead(request);
        String tag = isRead && answer.type().hasTag() ? EntityTag.of(answer) : null;
        Header type = answer.type().header();
        if (type != null) {
            response.header(type);
        }
        response.header(NOSNIFF).header(SAME_ORIGIN);
        reply.headers().forEach((name, value) -> response.header(header(name, value)));
        if (close) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        if (reply.stream() != null) {
            stream(reply.stream(), request, response);
        } else if (tag != null && hasAlready(request.headers(), tag)) {
            response.status(Status.NOT_MODIFIED_304).header(HeaderNames.ETAG, tag);
            response.send();
        } else {
            response.status(Status.create(reply.status()));
            if (tag != null) {
                response.header(HeaderNames.ETAG, tag);
            }
            sendBody(answer, isHead(request), response);
        }
        if (close) {
            RequestBody.linger(request);
            // The server says it will close and then would not: this makes it do so.
            throw new CloseConnectionException("asked to close");
        }
    }

    /** The server's form of a header; the names are the few that this server's own code uses. */
    private static Header header(String name, String value) {
        Header sent = SENT.get(name);
        if (sent == null || !sent.get().equals(value)) {
            sent = HeaderValues.createCached(HeaderNames.create(name), value);
            SENT.put(name, sent);
        }
        return sent;
    }

    private static boolean isRead(ServerRequest request) {
        return isHead(request) || request.prologue().method().text().equals("GET");
    }

    private static boolean isHead(ServerRequest request) {
        return request.prologue().method().text().equals("HEAD");
    }

    private static boolean hasAlready(ServerRequestHeaders headers, String tag) {
        String known = value(headers, "if-none-match");
        return known != null && EntityTag.isKnown(known, tag);
    }

    private static void sendBody(Answer answer, boolean isHead, ServerResponse response) {
        StreamedBody pieces = answer.isInPieces() ? answer.pieces() : null;
        if (isHead) {
            response.header(pieces == null
                    ? HeaderValues.create(HeaderNames.CONTENT_LENGTH, answer.reply().body().length)
                    : HeaderValues.TRANSFER_ENCODING_CHUNKED);
            response.send();
        } else if (pieces != null) {
            sendPieces(pieces, response);
        } else if (answer.reply().body().length > LONG) {
            sendLong(answer.reply().body(), response);
        } else {
            response.send(answer.reply().body());
        }
    }

    /** Sends a body piece by piece; one that breaks off closes the connection, so that it does not look complete. */
    private static void sendPieces(StreamedBody pieces, ServerResponse response) {
        try {
            write(pieces, response);
        } catch (IOException | RuntimeException | InterruptedException e) {
            throw new CloseConnectionException("the answer broke off", e);
        }
    }

    /** Writes a body of unknown length, and its last chunk before the connection may be closed. */
    private static void write(StreamedBody body, ServerResponse response) throws IOException, InterruptedException {
        OutputStream plain = Connection.withoutChunks(response);
        OutputStream out = plain == null ? response.outputStream() : plain;
        body.writeTo(out);
        out.close();
        if (plain == null && response instanceof RoutingResponse routed) {
            routed.commit();
        }
    }

    /** Sends a long body without copying it behind the headers. */
    private static void sendLong(byte[] body, ServerResponse response) {
        response.contentLength(body.length);
        try (OutputStream out = response.outputStream()) {
            out.write(body, 0, FIRST_PART);
            out.write(body, FIRST_PART, body.length - FIRST_PART);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a stream to its end, and closes its connection. */
    private static void stream(StreamedBody flow, ServerRequest request, ServerResponse response) {
        response.status(Status.OK_200).header(NO_STORE);
        if (isHead(request)) {
            response.send();
            return;
        }
        try {
            write(flow, response);
        } catch (IOException | RuntimeException _) {
            // The reader went away, or was too slow.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new CloseConnectionException("the stream has ended");
    }
}
