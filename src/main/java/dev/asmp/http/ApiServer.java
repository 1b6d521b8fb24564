package dev.asmp.http;

import dev.asmp.manifest.ApiAddress;
import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.IOException;
import java.util.List;

/** The API on loopback: its routes and its access rule. */
public final class ApiServer implements AutoCloseable {
    /** Fewer than the connections of the socket, like the waiting clients: none of them gives way to others. */
    private static final int EVENT_READERS = 1_500;

    private final ApiAddress address;
    private final Routes routes = new Routes();
    private final RequestHandler handler;
    private final HttpListener listener;

    /** Binds the address; nothing is answered before {@link #start}. */
    public ApiServer(ApiAddress address, ApiSources sources) {
        this.address = address;
        this.handler = new RequestHandler(routes, new LoopbackAccess(address.port()), sources.budgets(), sources.log());
        addRoutes(sources);
        this.listener = new HttpListener(
                new HttpListener.Port(address.host().replaceAll("[\\[\\]]", ""), address.port(), Ingress.PORT), handler, null);
    }

    private void addRoutes(ApiSources sources) {
        OwnerSessions sessions = new OwnerSessions(sources.daemon()::uptime);
        OwnerAuthorization owner = new OwnerAuthorization(sources.ownerToken(), sessions);
        EventStreams streams = new EventStreams(EVENT_READERS);
        LongPoll waiting = new LongPoll(sources.feed());
        RegistryResource services = new RegistryResource(sources, waiting, owner, this::url);
        services.addTo(routes);
        new OwnerResource(sources.registry(), services, owner).addTo(routes);
        new HostResource(sources).addTo(routes);
        new StatusResource(sources, this::url).addTo(routes);
        new GraphResource(sources).addTo(routes);
        new HistoryResource(sources).addTo(routes);
        new EventResource(sources.feed(), streams).addTo(routes);
        new VmResource(sources.vms(), sources.vmFeed(), streams).addTo(routes);
        for (String method : List.of("POST", "GET", "DELETE")) {
            routes.add(method, "/mcp", exchange -> Answer.of(
                    sources.mcp().apply(new Request(method, "/mcp?" + exchange.rawQuery(), exchange.headers(),
                            exchange.bytes()), owner.isAsking(exchange))),
                    "tools");
        }
        new MetricsResource(sources, routes, streams, waiting).addTo(routes);
        new OpenApiResource().addTo(routes);
        new PageResource(sources).addTo(routes);
        new SessionResource(sessions, owner).addTo(routes);
    }

    /** Loads the classes of the server library, in parallel with the rest of the start. */
    public static void load() {
        HttpListener.load();
    }

    /** Starts to listen and answer; a failure says why the address cannot be bound. */
    public void start() throws IOException {
        listener.start();
        handler.guardBy(new LoopbackAccess(listener.port()));
    }

    /** The address at which clients find this server. */
    public String url() {
        return "http://" + address.host() + ":" + listener.port();
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
        listener.close();
    }
}
