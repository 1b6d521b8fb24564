package dev.asmp.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Headers;
import io.helidon.http.HttpPrologue;
import io.helidon.service.registry.GlobalServiceRegistry;
import io.helidon.service.registry.ServiceRegistryConfig;
import io.helidon.service.registry.ServiceRegistryManager;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1ConnectionListener;
import java.util.concurrent.ExecutorService;

/** The part of a connection that tells the server library where it belongs. */
abstract class LibraryContext implements ConnectionContext {
    final HttpListener listener;
    private final PeerInfo remote;
    private final DataWriter writer = new Writer();

    LibraryContext(HttpListener listener, PeerInfo remote) {
        this.listener = listener;
        this.remote = remote;
    }

    /** Lets the library look for no services: it would read their descriptions in every jar, and find none that is used here. */
    static void discoverNoServices() {
        GlobalServiceRegistry.registry(ServiceRegistryManager.create(ServiceRegistryConfig.builder()
                .discoverServices(false).discoverServicesFromServiceLoader(false).build()).registry());
    }

    /** Writes at once, on the connection's own thread. */
    abstract void write(BufferData data);

    /** Told when the first line of a request has arrived, and when its headers are complete. */
    static final class Arrival implements Http1ConnectionListener {
        @Override
        public void prologue(ConnectionContext context, HttpPrologue prologue) {
            if (context instanceof Connection connection) {
                connection.headBegins();
            }
        }

        @Override
        public void headers(ConnectionContext context, Headers headers) {
            if (context instanceof Connection connection) {
                connection.headIsComplete();
            }
        }
    }

    /** The way of the library to {@link #write}. */
    private final class Writer implements DataWriter {
        @Override
        public void write(BufferData... buffers) {
            writeNow(buffers);
        }

        @Override
        public void write(BufferData data) {
            writeNow(data);
        }

        @Override
        public void writeNow(BufferData... buffers) {
            writeNow(BufferData.create(buffers));
        }

        @Override
        public void writeNow(BufferData data) {
            LibraryContext.this.write(data);
        }
    }

    @Override
    public final DataWriter dataWriter() {
        return writer;
    }

    @Override
    public final ListenerContext listenerContext() {
        return listener;
    }

    @Override
    public final ExecutorService executor() {
        return listener.executor();
    }

    @Override
    public final Router router() {
        return listener.router();
    }

    @Override
    public final PeerInfo remotePeer() {
        return remote;
    }

    @Override
    public final PeerInfo localPeer() {
        return new PeerAddress(listener.address());
    }

    @Override
    public final String socketId() {
        return "http";
    }

    @Override
    public final String childSocketId() {
        return Integer.toHexString(System.identityHashCode(this));
    }
}
