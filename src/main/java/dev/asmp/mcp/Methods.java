package dev.asmp.mcp;

import dev.asmp.client.FleetClient;
import dev.asmp.client.OwnerClient;
import dev.asmp.client.RegistryApi;
import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The methods of the protocol, independent of the transport, with answers in the shape of each revision. */
final class Methods {
    /** Methods whose answers may be cached. */
    private static final Set<String> CACHEABLE = Set.of("server/discover", "tools/list", "prompts/list",
            "resources/list", "resources/templates/list", "resources/read");
    private static final Set<String> LASTING = Set.of("server/discover", "tools/list", "prompts/list",
            "resources/templates/list");
    private static final long LASTING_MILLIS = 300_000;
    /** The bytes of answers to a list of messages from which on no more are given. */
    private static final long MAX_ANSWERS = 2L * 1024 * 1024;

    private final RegistryApi registry;
    private final Tools tools;
    private final Resources resources;
    private final Mapping self;
    private final Consumer<String> log;

    /**
     * @param variables the environment of the client; null where clients are other processes
     */
    Methods(RegistryApi registry, FleetClient fleet, String version, Consumer<String> log,
            @Nullable Function<String, @Nullable String> variables, Supplier<OwnerClient> owner) {
        this.registry = registry;
        this.tools = new Tools(registry, fleet, variables, owner);
        this.resources = new Resources(registry);
        this.self = Mapping.builder().put("name", "asmp").put("title", "ASMP registry").put("version", version).build();
        this.log = log;
    }

    /** Answers a request; null where it was cancelled meanwhile. */
    @Nullable
    Mapping answer(Message.Request request, Caller caller) {
        return caller.running().answer(request.id(), () -> answered(request, caller));
    }

    /** Tells whether a request is a call that reports on the way how far it is. */
    boolean reportsProgress(Message.Request request, Caller caller) {
        return request.method().equals("tools/call") && tools.reportsProgress(request.params(), caller);
    }

    /** Answers a request; an error is an answer too. */
    private Mapping answered(Message.Request request, Caller caller) {
        try {
            return Message.result(request.id(), shaped(request.method(), result(request, caller), caller));
        } catch (RpcError e) {
            return Message.error(request.id(), e);
        } catch (RuntimeException e) {
            StackTraceElement[] stack = e.getStackTrace();
            log.accept("defect while answering " + TextSanitizer.line(request.method(), 60) + ": " + e
                    + (stack.length > 0 ? " at " + stack[0] : ""));
            return Message.error(request.id(),
                    new RpcError(RpcError.INTERNAL_ERROR, "internal error; the log says more"));
        }
    }

    /** Answers a list of messages one after another; notices, responses and cancelled requests have no answer. */
    List<Document> answers(Sequence batch, Caller caller) {
        List<Message> messages = batch.items().stream().map(Message::of).toList();
        messages.forEach(message -> begin(message, caller.running()));
        List<Document> answers = new ArrayList<>();
        long bytes = 0;
        for (Message message : messages) {
            Mapping answer = switch (message) {
                case Message.Request request -> bytes > MAX_ANSWERS
                        ? caller.running().answer(request.id(), () -> Message.error(request.id(), tooLong()))
                        : answer(request, caller);
                case Message.Malformed malformed -> Message.error(malformed.id(), malformed.error());
                case Message.Notice _,Message.Response _ -> null;
            };
            if (answer != null) {
                bytes += Json.write(answer).length;
                answers.add(answer);
            }
        }
        return answers;
    }

    private static RpcError tooLong() {
        return new RpcError(RpcError.INVALID_REQUEST,
                "the answers to this list are too long together: send this message by itself");
    }

    private static void begin(Message message, RunningRequests running) {
        if (message instanceof Message.Request request) {
            running.begin(request.id());
        } else if (message instanceof Message.Notice notice) {
            running.take(notice);
        }
    }

    private Mapping result(Message.Request request, Caller caller) {
        Mapping params = request.params();
        return switch (request.method()) {
            case "tools/list" -> tools.list(caller.groups());
            case "tools/call" -> tools.call(params, caller);
            case "resources/list" -> resources.list(params);
            case "resources/templates/list" -> Resources.templates();
            case "resources/read" -> resources.read(params, caller.revision());
            case "prompts/list" -> Introduction.listed();
            case "prompts/get" -> Introduction.get(params, registry);
            default -> caller.revision().hasHandshake() ? agreed(request, caller) : selfContained(request);
        };
    }

    private Mapping agreed(Message.Request request, Caller caller) {
        return switch (request.method()) {
            case "ping" -> Mapping.EMPTY;
            case "resources/subscribe" -> subscribe(request.params(), caller, true);
            case "resources/unsubscribe" -> subscribe(request.params(), caller, false);
            default -> throw notFound(request.method());
        };
    }

    private Mapping selfContained(Message.Request request) {
        if (request.method().equals("server/discover")) {
            return Mapping.builder().put("supportedVersions", Sequence.ofTexts(Revision.all()))
                    .put("capabilities", capabilities()).put("instructions", Introduction.INSTRUCTIONS).build();
        }
        throw notFound(request.method());
    }

    private static RpcError notFound(String method) {
        if (method.startsWith("notifications/")) {
            return new RpcError(RpcError.INVALID_REQUEST, TextSanitizer.line(method, 60)
                    + " is a notification, which wants no answer: send it without \"id\"");
        }
        return new RpcError(RpcError.METHOD_NOT_FOUND, "Method not found: " + TextSanitizer.line(method, 60));
    }

    /** Answers {@code initialize}: the agreed revision and what this server offers. */
    Mapping agreement(McpSession session) {
        return Mapping.builder().put("protocolVersion", session.revision().written())
                .put("capabilities", capabilities())
                .put("serverInfo", self).put("instructions", Introduction.INSTRUCTIONS).build();
    }

    private static Mapping capabilities() {
        Mapping watched = Mapping.builder().put("subscribe", Scalar.bool(true)).put("listChanged", Scalar.bool(true))
                .build();
        return Mapping.builder().put("tools", Mapping.EMPTY).put("resources", watched).put("prompts", Mapping.EMPTY)
                .build();
    }

    private static Mapping subscribe(Mapping params, Caller caller, boolean begin) {
        McpSession session = caller.session();
        if (session == null) {
            throw new RpcError(RpcError.INVALID_REQUEST, "to watch a resource, begin a session with initialize");
        }
        String uri = watchable(params.text("uri"));
        if (begin) {
            session.listener().watch(uri);
        } else {
            session.listener().unwatch(uri);
        }
        return Mapping.EMPTY;
    }

    private static String watchable(@Nullable String uri) {
        if (uri == null || Resources.path(uri) == null) {
            throw new RpcError(RpcError.INVALID_PARAMS,
                    "\"uri\" must be " + Resources.HOST + " or asmp://services/{name}, of at most " + Resources.MAX_URI
                            + " characters");
        }
        return uri;
    }

    /** Reads which notices {@code subscriptions/listen} requests, and begins to collect them. */
    ListenRequest subscription(Message.Request request) {
        Mapping wanted = request.params().mapping("notifications");
        boolean list = wanted.get("resourcesListChanged") instanceof Scalar scalar && scalar.isTrue();
        NotificationQueue listener = new NotificationQueue(list);
        List<String> uris = wanted.texts("resourceSubscriptions").stream().filter(uri -> Resources.path(uri) != null)
                .toList();
        uris.forEach(listener::watch);
        Mapping.Builder honoured = Mapping.builder();
        if (list) {
            honoured.put("resourcesListChanged", Scalar.bool(true));
        }
        if (!uris.isEmpty()) {
            honoured.put("resourceSubscriptions", Sequence.ofTexts(uris));
        }
        return new ListenRequest(request.id(), listener, honoured.build(), self);
    }

    private Mapping shaped(String method, Mapping result, Caller caller) {
        if (caller.revision().hasHandshake()) {
            return result;
        }
        Mapping.Builder shaped = Mapping.builder().put("resultType", "complete").putAll(result);
        if (CACHEABLE.contains(method)) {
            boolean lasting = LASTING.contains(method);
            shaped.put("ttlMs", lasting ? LASTING_MILLIS : 0).put("cacheScope", lasting ? "public" : "private");
        }
        return shaped.put("_meta", Mapping.builder().put(Envelope.SERVER, self).build()).build();
    }
}
