package dev.asmp.http;

import dev.asmp.manifest.ApiAddress;
import dev.asmp.manifest.PortAccess;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The API on loopback and on a Unix socket: its routes and the access rules. */
public final class ApiServer implements AutoCloseable {
    /** Fewer than the connections of the port, like the waiting clients: none of them gives way to others. */
    private static final int EVENT_READERS = 1_500;

    private final ApiAddress address;
    private final PortAccess allowed;
    private final OwnerAuthorization owner;
    private final OwnerSessions sessions;
    private final Routes routes = new Routes();
    private final RequestHandler handler;
    private final HttpListener port;
    private final @Nullable HttpListener socket;
    private final @Nullable SocketFile file;

    /**
     * Prepares to listen; nothing is bound before {@link #start}.
     *
     * @param allowed what the port allows; with {@code OFF} there is none
     * @param file the Unix socket; null where there is none
     */
    public ApiServer(ApiAddress address, PortAccess allowed, @Nullable SocketFile file, ApiSources sources) {
        this.address = address;
        this.allowed = allowed;
        this.sessions = new OwnerSessions(sources.daemon()::uptime);
        this.owner = new OwnerAuthorization(sources.ownerToken(), sessions);
        this.handler = new RequestHandler(routes, new LoopbackAccess(address.port(), allowed, owner), sources.budgets(),
                sources.log());
        this.port = new HttpListener(
                new PortBinding(address.host().replaceAll("[\\[\\]]", ""), address.port(), Ingress.PORT), handler,
                null);
        this.file = file;
        this.socket = file == null
                ? null
                : new HttpListener(file,
                        new RequestHandler(routes, new SocketAccess(), sources.budgets(), sources.log()), null);
        addRoutes(sources);
    }

    private void addRoutes(ApiSources sources) {
        EventStreams streams = new EventStreams(EVENT_READERS);
        LongPoll waiting = new LongPoll(sources.feed());
        Predicate<Exchange> isMasked = exchange -> !mayChange(exchange);
        RegistryResource services = new RegistryResource(sources, waiting, owner, this::url, isMasked);
        services.addTo(routes);
        new OwnerResource(sources.registry(), sources.daemon(), services, owner).addTo(routes);
        new HostResource(sources, owner).addTo(routes);
        new StatusResource(sources, this::url).addTo(routes);
        new GraphResource(sources).addTo(routes);
        new HistoryResource(sources).addTo(routes);
        new HostsResource(sources, owner).addTo(routes);
        new ModelResource(sources.models(), isMasked).addTo(routes);
        new EventResource(sources.feed(), streams).addTo(routes);
        new AgentResource(sources.agents(), owner).addTo(routes);
        new SwarmResource(sources.agents().swarm(), owner).addTo(routes);
        new VmResource(sources.vms(), sources.vmFeed(), streams, isMasked, owner::isOwner).addTo(routes);
        for (String method : List.of("POST", "GET", "DELETE")) {
            routes.add(method, "/mcp", exchange -> mcp(method, exchange, sources.mcp()), "tools");
        }
        new FleetResource(sources.fleet(), owner, sources.execs()).addTo(routes);
        new FleetRecordResource(sources.vms(), owner).addTo(routes);
        new MetricsResource(sources, routes, streams, waiting).addTo(routes);
        new OpenApiResource().addTo(routes);
        new PageResource(sources, exchange -> allowed != PortAccess.TOKEN || mayChange(exchange)).addTo(routes);
        new SessionResource(sessions, owner).addTo(routes);
    }

    /** Tells whether a request may change something: over the port, that depends on what it allows. */
    private boolean mayChange(Exchange exchange) {
        return exchange.ingress() != Ingress.PORT || allowed == PortAccess.OPEN || owner.isOwner(exchange);
    }

    private Answer mcp(String method, Exchange exchange, BiFunction<Request, Boolean, Reply> tools) {
        Request request = new Request(method, "/mcp?" + exchange.rawQuery(), exchange.headers(), exchange.bytes());
        boolean isOwner = owner.isOwner(exchange);
        return mayChange(exchange)
                ? Answer.of(tools.apply(request, isOwner))
                : ScopedValue.where(RequestHandler.READING, true).call(() -> Answer.of(tools.apply(request, isOwner)));
    }

    /** Loads the classes of the server library, in parallel with the rest of the start. */
    public static void load() {
        HttpListener.load();
    }

    /** Starts to listen on the port, if there is to be one; a failure says why it cannot be bound. */
    public void start() throws IOException {
        if (allowed != PortAccess.OFF) {
            port.start();
            handler.guardBy(new LoopbackAccess(port.port(), allowed, owner));
        }
    }

    /** Starts to listen on the Unix socket, if there is to be one. */
    public void openSocket() throws IOException {
        if (socket != null) {
            socket.start();
        }
    }

    /** The address at which clients find this server; null without a port. */
    public @Nullable String url() {
        return allowed == PortAccess.OFF ? null : "http://" + address.host() + ":" + port.port();
    }

    /** The path of the Unix socket; null while it does not listen there. */
    public @Nullable Path socketPath() {
        return file != null && socket != null && socket.isOpen() ? file.path() : null;
    }

    /** Answers a request from this process. */
    public Reply dispatch(Request request) {
        return handler.dispatch(request).reply();
    }

    /** All endpoints, as {@code METHOD /path}. */
    public List<String> endpoints() {
        return routes.all().stream().map(route -> route.method() + " " + route.pattern()).toList();
    }

    @Override
    public void close() {
        port.close();
        if (socket != null) {
            socket.close();
        }
    }
}
