package dev.asmp.http;

import dev.asmp.events.Feed;
import dev.asmp.manifest.FleetSettings;
import dev.asmp.vm.VmStore;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The VM registry on a socket of its own for other hosts. */
public final class FleetServer implements AutoCloseable {
    /** Fewer than the connections of the socket: none of them gives way to others. */
    private static final int EVENT_READERS = 400;

    private final OuterListener listener;
    private final Routes routes = new Routes();
    private final EventStreams streams = new EventStreams(EVENT_READERS);

    /** Binds the address; nothing is answered before {@link #start}. */
    public FleetServer(FleetSettings.Socket address, FleetSettings.@Nullable Tls files, @Nullable String token,
            VmStore vms,
            Feed feed, HttpBudgets budgets, Consumer<String> log) throws IOException {
        VmResource resource = new VmResource(vms, feed, streams, _ -> false, _ -> false);
        resource.addTo(routes);
        routes.add("GET", "/health", _ -> resource.health());
        listener = new OuterListener(address, files, Ingress.FLEET,
                new RequestHandler(routes, FleetAccess.ofFleet(token, !address.isLoopback()), budgets, log));
    }

    /** Starts to listen and answer; a failure says why the address cannot be bound. */
    public void start() throws IOException {
        listener.start();
    }

    /** The address at which clients find this server. */
    public String url() {
        return listener.url();
    }

    /** Loads a renewed certificate; returns whether there was one. An unusable one leaves the old in place. */
    public boolean renewCertificate() throws IOException {
        return listener.renewCertificate();
    }

    /** Adds the metrics of this socket. */
    public void writeTo(MetricsPage page) {
        routes.writeTo(page, "fleet");
        page.gauge("asmp_event_readers", "Clients that read the change stream now.")
                .sample("asmp_event_readers", streams.count(), "socket", "fleet");
    }

    @Override
    public void close() {
        listener.close();
    }
}
