package dev.asmp.mcp;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import dev.asmp.wire.ServerSentEvent;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The protocol over HTTP ("streamable HTTP"). A message is posted and answered; a session is begun by {@code initialize}, and
 * requests without one are answered too. Requests of the newest revision carry everything and need no session.
 */
final class HttpEndpoint {
    static final int MAX_MESSAGE = 1024 * 1024;
    private static final String JSON = "application/json";
    private static final String SESSION = "Mcp-Session-Id";
    private static final int SESSION_NOT_FOUND = -32_001;

    private final Methods methods;
    private final ChangeBroadcast changes;
    private final McpSessions sessions;

    HttpEndpoint(Methods methods, ChangeBroadcast changes) {
        this.methods = methods;
        this.changes = changes;
        this.sessions = new McpSessions(changes);
    }

    /** Answers a request of the owner, or of another client. */
    Reply answer(Request request, boolean isOwner) {
        try {
            return switch (request.method()) {
                case "POST" -> post(request, isOwner);
                case "GET" -> get(request);
                case "DELETE" -> delete(request);
                default -> json(405, Message.error(null, invalid(request.method() + " is not allowed here")))
                        .with("Allow", "GET, POST, DELETE");
            };
        } catch (Refused e) {
            return json(e.status, Message.error(e.id, e.error));
        }
    }

    /** A request refused with a status other than 200. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final transient @Nullable Scalar id;
        private final transient RpcError error;

        Refused(int status, @Nullable Scalar id, RpcError error) {
            super(error);
            this.status = status;
            this.id = id;
            this.error = error;
        }
    }

    private static RpcError invalid(String problem) {
        return new RpcError(RpcError.INVALID_REQUEST, problem);
    }

    private static Reply json(int status, Document body) {
        return Reply.of(status, body).with("Content-Type", JSON);
    }

    private Reply post(Request http, boolean isOwner) {
        Document body = read(http);
        if (body instanceof Sequence batch) {
            return batch(batch, http, isOwner);
        }
        return switch (Message.of(body)) {
            case Message.Malformed malformed -> throw new Refused(400, malformed.id(), malformed.error());
            case Message.Request request -> request(request, http, isOwner);
            case Message.Notice notice -> {
                McpSession session = session(http, null);
                if (session != null) {
                    session.running().take(notice);
                }
                yield Reply.of(202);
            }
            case Message.Response _ -> {
                session(http, null);
                yield Reply.of(202);
            }
        };
    }

    private static Document read(Request http) {
        String type = http.header("Content-Type");
        if (type == null || !type.toLowerCase(Locale.ROOT).startsWith(JSON)) {
            throw new Refused(415, null, invalid("the body must be " + JSON));
        }
        String accept = http.header("Accept");
        if (accept != null && !accept.contains(JSON) && !accept.contains("application/*")
                && !EventStreamWriter.areAccepted(accept)) {
            throw new Refused(406, null, invalid("the answer is " + JSON + " or " + ServerSentEvent.MEDIA_TYPE
                    + ", which the header Accept does not allow"));
        }
        if (http.body().length > MAX_MESSAGE) {
            throw new Refused(413, null, invalid("a message has at most " + MAX_MESSAGE + " bytes"));
        }
        try {
            return Json.read(http.body());
        } catch (MalformedDocumentException e) {
            throw new Refused(400, null, new RpcError(RpcError.PARSE_ERROR, "this is no JSON: " + e.getMessage()));
        }
    }

    private Reply request(Message.Request request, Request http, boolean isOwner) {
        String header = http.header(RoutingHeaders.REVISION);
        String claimed = Envelope.revision(request.params());
        if ((claimed != null && Revision.speaksForItself(claimed))
                || (claimed == null && header != null && Revision.speaksForItself(header))) {
            return selfContained(request, http, isOwner);
        }
        if (header != null && Revision.of(header) == null) {
            throw new Refused(400, request.id(), Envelope.unsupported(header));
        }
        if (request.method().equals("initialize")) {
            return initialize(request, http);
        }
        return answer(request, caller(http, request.id()).owner(isOwner), http);
    }

    private Reply initialize(Message.Request request, Request http) {
        try {
            McpSession session = sessions.open(request.params());
            Mapping agreement = Message.result(request.id(), methods.agreement(session));
            return message(200, agreement, http, Map.of(SESSION, session.id()));
        } catch (RpcError e) {
            return message(200, Message.error(request.id(), e), http, Map.of());
        }
    }

    /** Answers a request; one that was cancelled meanwhile with a status alone. */
    private Reply answer(Message.Request request, Caller caller, Request http) {
        caller.running().begin(request.id());
        String accept = http.header("Accept");
        if (accept != null && accept.contains(ServerSentEvent.MEDIA_TYPE) && methods.reportsProgress(request, caller)) {
            return EventStreamWriter.ofCall(told -> methods.answer(request, caller.telling(told)));
        }
        Mapping answer = methods.answer(request, caller);
        if (answer == null) {
            return Reply.of(202);
        }
        boolean unknown = !caller.revision().hasHandshake()
                && Integer.toString(RpcError.METHOD_NOT_FOUND).equals(answer.mapping("error").text("code"));
        return message(unknown ? 404 : 200, answer, http, Map.of());
    }

    /** The groups of tools in the request's query; null where there are none. */
    private static @Nullable Set<ToolGroup> groups(Request http) {
        String path = http.path();
        int query = path.indexOf('?');
        for (String parameter : query < 0 ? new String[0] : path.substring(query + 1).split("&", -1)) {
            if (parameter.startsWith("tools=")) {
                try {
                    return ToolGroup.asked(URLDecoder.decode(parameter.substring(6), StandardCharsets.UTF_8));
                } catch (IllegalArgumentException e) {
                    throw new Refused(400, null, invalid(String.valueOf(e.getMessage())));
                }
            }
        }
        return null;
    }

    private Reply selfContained(Message.Request request, Request http, boolean isOwner) {
        Caller caller;
        try {
            caller = Envelope.open(request.params(), groups(http)).owner(isOwner);
            RoutingHeaders.check(request, caller.revision(), http);
        } catch (RpcError e) {
            throw new Refused(400, request.id(), e);
        }
        if (request.method().equals("subscriptions/listen")) {
            if (!EventStreamWriter.areAccepted(http.header("Accept"))) {
                throw new Refused(406, request.id(), invalid("this is answered with " + ServerSentEvent.MEDIA_TYPE));
            }
            try {
                return EventStreamWriter.ofSubscription(methods.subscription(request), changes);
            } catch (RpcError e) {
                return message(200, Message.error(request.id(), e), http, Map.of());
            }
        }
        return answer(request, caller, http);
    }

    /** Renders one message as JSON, or as an event for a client that accepts events only. */
    private static Reply message(int status, Mapping message, Request http, Map<String, String> headers) {
        String accept = http.header("Accept");
        boolean event = accept != null && accept.contains(ServerSentEvent.MEDIA_TYPE) && !accept.contains(JSON)
                && !accept.contains("*/*");
        return new Reply(status, headers, event ? EventStreamWriter.one(message) : Json.write(message), null)
                .with("Content-Type", event ? ServerSentEvent.MEDIA_TYPE : JSON);
    }

    private Reply batch(Sequence batch, Request http, boolean isOwner) {
        McpSession session = session(http, null);
        Revision header = Revision.of(http.header(RoutingHeaders.REVISION));
        // Without a session and a header, the protocol's rule would be the revision that has batches; a client that did not
        // agree on that one sends none.
        Revision revision = session != null ? session.revision() : header != null ? header : Revision.V2025_11_25;
        RpcError problem = Message.batchProblem(batch, revision);
        if (problem != null) {
            throw new Refused(400, null, problem);
        }
        Set<ToolGroup> groups = groups(http);
        List<Document> answers = methods.answers(batch,
                (session == null ? Caller.unknown(revision, groups) : Caller.of(session, groups)).owner(isOwner));
        return answers.isEmpty()
                ? Reply.of(202)
                : json(200, new Sequence(answers));
    }

    private Caller caller(Request http, @Nullable Scalar id) {
        McpSession session = session(http, id);
        Revision said = Revision.of(http.header(RoutingHeaders.REVISION));
        Set<ToolGroup> groups = groups(http);
        return session != null
                ? Caller.of(session, groups)
                : Caller.unknown(said == null ? Revision.UNSAID : said, groups);
    }

    /** The session that the request names; null where it names none. */
    private @Nullable McpSession session(Request http, @Nullable Scalar id) {
        String named = http.header(SESSION);
        if (named == null) {
            return null;
        }
        McpSession session = sessions.find(named);
        if (session == null) {
            throw new Refused(404, id, new RpcError(SESSION_NOT_FOUND,
                    "Session not found: it has ended; begin another with initialize"));
        }
        return session;
    }

    private Reply get(Request http) {
        String accept = http.header("Accept");
        if (accept == null || !accept.contains(ServerSentEvent.MEDIA_TYPE)) {
            throw new Refused(406, null, invalid("this is where MCP clients post their messages; GET is for the "
                    + ServerSentEvent.MEDIA_TYPE + " of a session. 'asmp mcp install' shows how to set a client up"));
        }
        McpSession session = session(http, null);
        if (session == null) {
            throw new Refused(400, null, invalid("a stream belongs to a session: send its " + SESSION));
        }
        return EventStreamWriter.ofSession(session);
    }

    private Reply delete(Request http) {
        McpSession session = session(http, null);
        if (session == null) {
            throw new Refused(400, null, invalid("say which session ends: send its " + SESSION));
        }
        sessions.end(session.id());
        return Reply.of(204);
    }
}
