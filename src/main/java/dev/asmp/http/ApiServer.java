package dev.asmp.http;

import dev.asmp.document.Mapping;
import dev.asmp.manifest.ApiAddress;
import dev.asmp.manifest.HostProfile;
import dev.asmp.registry.Discoveries;
import dev.asmp.registry.Registry;
import io.helidon.http.DirectHandler;
import io.helidon.http.Header;
import io.helidon.http.HeaderNames;
import io.helidon.http.HeaderValues;
import io.helidon.http.ServerResponseHeaders;
import io.helidon.http.Status;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** The HTTP server: one catch-all handler that guards, routes, answers, and turns every error into the same envelope. */
public final class ApiServer implements AutoCloseable {
    private static final Header JSON = HeaderValues.createCached(HeaderNames.CONTENT_TYPE, "application/json");
    private static final Header NOSNIFF = HeaderValues.createCached("X-Content-Type-Options", "nosniff");
    private static final Header SAME_ORIGIN = HeaderValues.createCached("Cross-Origin-Resource-Policy", "same-origin");
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);
    /** For the request line and the headers, from the first byte to the last. */
    private static final Duration ARRIVAL = Duration.ofSeconds(30);

    private final WebServer server;
    private final Routes routes = new Routes();
    private final Errors errors;
    private final ApiAddress address;
    private volatile Guard guard;

    /** What the API answers from, and the two things it can ask of the daemon. */
    public record Sources(Registry registry, Discoveries discoveries, Supplier<HostProfile> profile,
            Supplier<Mapping> scan, Supplier<Mapping> reload, Consumer<String> log) {}

    /** Binds the address; nothing is answered before {@link #start}. */
    public ApiServer(ApiAddress address, Sources sources) {
        this.errors = new Errors(sources.log);
        this.guard = new Guard(address.port());
        new RegistryResource(sources.registry, this::url).addTo(routes);
        new HostResource(sources.registry, sources.discoveries, sources.profile, sources.scan, sources.reload)
                .addTo(routes);
        this.address = address;
        this.server = WebServer.builder().host(bare(address.host())).port(address.port())
                .shutdownHook(false).shutdownGracePeriod(Duration.ofSeconds(1))
                .protocolsDiscoverServices(false)
                .addConnectionSelector(new TimedConnections(Http1Config.builder().maxHeadersSize(16 * 1024)
                        .maxPrologueLength(8 * 1024).sendKeepAliveHeader(false), ARRIVAL))
                .connectionOptions(options -> options.readTimeout(READ_TIMEOUT).tcpNoDelay(true))
                .idleConnectionTimeout(Duration.ofMinutes(1)).idleConnectionPeriod(Duration.ofSeconds(10))
                .maxTcpConnections(4_096).maxPayloadSize(-1)
                .directHandlers(directHandlers()).routing(routing -> routing.any(this::handle)).build();
    }

    /** Loads the server library, so that this can go on while other things are loaded. */
    public static void load() {
        WebServer.builder().shutdownHook(false).addProtocol(Http1Config.create()).build();
    }

    /** Starts to listen and answer; a failure says why the address cannot be had. */
    public void start() throws IOException {
        server.start();
        if (!server.isRunning()) {
            throw new BindException(whyNot());
        }
        guard = new Guard(server.port());
    }

    /** The server only logs why it did not start; binding once more brings the reason to light. */
    private String whyNot() {
        try (ServerSocket socket = new ServerSocket(address.port(), 1, InetAddress.getByName(bare(address.host())))) {
            return "the address is free again (" + socket.getLocalSocketAddress() + "); try once more";
        } catch (IOException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String bare(String host) {
        return host.replace("[", "").replace("]", "");
    }

    /** The address at which clients find this server. */
    public String url() {
        return "http://" + address.host() + ":" + server.port();
    }

    /** All endpoints, as {@code METHOD /path}. */
    public List<String> endpoints() {
        return routes.all().stream().map(route -> route.method() + " " + route.pattern()).toList();
    }

    @Override
    public void close() {
        server.stop();
    }

    private void handle(ServerRequest request, ServerResponse response) {
        boolean close = request.headers().containsToken(HeaderValues.CONNECTION_CLOSE);
        String refusal = guard.refusal(request.headers());
        Answer answer;
        if (refusal != null) {
            answer = Answer.error(403, refusal);
            close |= Exchange.hasBody(request); // which nobody reads
        } else {
            try {
                answer = answer(request);
            } catch (RuntimeException e) {
                answer = errors.answer(e, request.prologue().method() + " " + request.path().rawPath());
                close |= Exchange.hasBody(request);
            }
        }
        send(answer, request, response, close);
    }

    private Answer answer(ServerRequest request) {
        String method = request.prologue().method().text();
        String path = guard.withoutAuthority(request.path().rawPath());
        Routes.Match match = routes.find(method.equals("HEAD") ? "GET" : method, path);
        if (match == null) {
            throw new MethodNotAllowed(method, path, routes.allowed(path));
        }
        Exchange exchange = new Exchange(request, match.parameters());
        Answer answer = match.route().handler().handle(exchange);
        exchange.passByBody();
        return answer;
    }

    private static void send(Answer answer, ServerRequest request, ServerResponse response, boolean close) {
        response.status(Status.create(answer.status())).header(JSON).header(NOSNIFF).header(SAME_ORIGIN);
        if (answer.allow() != null) {
            response.header(HeaderNames.ALLOW, answer.allow());
        }
        if (close) {
            response.header(HeaderValues.CONNECTION_CLOSE);
        }
        if (request.prologue().method().text().equals("HEAD")) {
            response.contentLength(answer.body().length);
            response.send();
        } else {
            response.send(answer.body());
        }
        if (close) {
            Exchange.linger(request);
            // The server says it will close and then would not: this makes it do so.
            throw new CloseConnectionException("asked to close");
        }
    }

    /** What Helidon refuses before any handler sees it gets the same envelope. */
    private static DirectHandlers directHandlers() {
        DirectHandlers.Builder handlers = DirectHandlers.builder();
        for (DirectHandler.EventType type : DirectHandler.EventType.values()) {
            handlers.addHandler(type, (_, event, status, _, message) -> refused(event, status, message));
        }
        return handlers.build();
    }

    private static DirectHandler.TransportResponse refused(DirectHandler.EventType event, Status status,
            String message) {
        String reason = event == DirectHandler.EventType.BAD_REQUEST && status.equals(Status.BAD_REQUEST_400)
                ? "this is no valid request: look at its first line, its headers, its % escapes and its Host"
                : message == null || message.isBlank() ? status.reasonPhrase() : message;
        ServerResponseHeaders headers = ServerResponseHeaders.create();
        headers.set(JSON).set(NOSNIFF).set(SAME_ORIGIN);
        return DirectHandler.TransportResponse.builder().status(status).headers(headers).keepAlive(event.keepAlive())
                .entity(Answer.errorJson(reason)).build();
    }
}
