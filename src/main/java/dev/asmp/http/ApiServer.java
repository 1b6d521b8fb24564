package dev.asmp.http;

import dev.asmp.document.Mapping;
import dev.asmp.events.Feed;
import dev.asmp.health.Pulse;
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

/** The HTTP server on loopback, and all that it answers. */
public final class ApiServer implements AutoCloseable {
    private static final Duration READ_TIMEOUT = Duration.ofSeconds(20);
    /** For the request line and the headers, from the first byte to the last. */
    private static final Duration ARRIVAL = Duration.ofSeconds(30);

    private final WebServer server;
    private final Routes routes = new Routes();
    private final RequestHandler handler;
    private final ApiAddress address;

    /** What the API answers from, and what it can ask of the daemon. */
    public record Sources(Registry registry, Discoveries discoveries, Pulse pulse, Feed feed,
            Supplier<HostProfile> profile, String ownerToken, Supplier<Mapping> scan, Supplier<Mapping> reload,
            Consumer<MetricsPage> metrics, Consumer<String> log) {}

    /** Binds the address; nothing is answered before {@link #start}. */
    public ApiServer(ApiAddress address, Sources sources) {
        this.address = address;
        this.handler = new RequestHandler(routes, new Guard(address.port()), sources.log);
        addRoutes(sources);
        this.server = WebServer.builder().host(bare(address.host())).port(address.port())
                .shutdownHook(false).shutdownGracePeriod(Duration.ofSeconds(1))
                .protocolsDiscoverServices(false)
                .addConnectionSelector(new TimedConnections(Http1Config.builder().maxHeadersSize(16 * 1024)
                        .maxPrologueLength(8 * 1024).sendKeepAliveHeader(false), ARRIVAL))
                .connectionOptions(options -> options.readTimeout(READ_TIMEOUT).tcpNoDelay(true))
                .idleConnectionTimeout(Duration.ofMinutes(1)).idleConnectionPeriod(Duration.ofSeconds(10))
                .maxTcpConnections(4_096).maxPayloadSize(-1)
                .directHandlers(directHandlers()).routing(routing -> routing.any(handler::handle)).build();
    }

    private void addRoutes(Sources sources) {
        Owner owner = new Owner(sources.ownerToken);
        Streams streams = new Streams();
        Waiting waiting = new Waiting(sources.feed);
        RegistryResource services = new RegistryResource(sources, waiting, owner, this::url);
        services.addTo(routes);
        new OwnerResource(sources.registry, services, owner).addTo(routes);
        new HostResource(sources).addTo(routes);
        new EventResource(sources.feed, streams).addTo(routes);
        new MetricsResource(sources, routes, streams, waiting).addTo(routes);
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
        handler.guardBy(new Guard(server.port()));
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

    /** Answers a request from within this process, as if it had come over the network. */
    public Reply dispatch(String method, String path, String query, byte[] body) {
        Answer answer = handler.dispatch(method, path, query, body);
        return new Reply(answer.status(), answer.body());
    }

    /** A status and what goes with it. */
    public record Reply(int status, byte[] body) {}

    /** All endpoints, as {@code METHOD /path}. */
    public List<String> endpoints() {
        return routes.all().stream().map(route -> route.method() + " " + route.pattern()).toList();
    }

    @Override
    public void close() {
        server.stop();
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
        headers.set(Answer.Type.JSON.header()).set(RequestHandler.NOSNIFF).set(RequestHandler.SAME_ORIGIN);
        return DirectHandler.TransportResponse.builder().status(status).headers(headers).keepAlive(event.keepAlive())
                .entity(Answer.errorJson(reason)).build();
    }
}
