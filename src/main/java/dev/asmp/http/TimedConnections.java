package dev.asmp.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.buffers.DataWriter;
import io.helidon.common.socket.HelidonSocket;
import io.helidon.common.socket.PeerInfo;
import io.helidon.http.Headers;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.ProxyProtocolData;
import io.helidon.webserver.Router;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Connections whose requests must arrive in time. The server bounds the time of each read only, so a client that sends a byte
 * now and then would hold its connection for days; here the request line and the headers together have a deadline.
 */
final class TimedConnections implements ServerConnectionSelector {
    /** The connection that a thread serves: each has a thread of its own. */
    private static final ThreadLocal<ConnectionContext> SERVED = new ThreadLocal<>();

    private final Http1ConnectionSelector selector;
    private final long limitNanos;

    TimedConnections(Http1Config.Builder config, Duration limit) {
        this.limitNanos = limit.toNanos();
        this.selector = Http1ConnectionSelector.builder().config(config.addReceiveListener(new Arrival()).build())
                .build();
    }

    /** Told when the headers of a request are complete. */
    private static final class Arrival implements Http1ConnectionListener {
        @Override
        public void headers(ConnectionContext context, Headers headers) {
            if (context instanceof Timed timed) {
                timed.began = 0;
            }
        }
    }

    /** What cuts the connection that this thread serves, from any other thread; nothing where it serves none. */
    static Runnable disconnect() {
        ConnectionContext served = SERVED.get();
        return served == null ? () -> {} : () -> served.serverSocket().close();
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    /** All connections are HTTP/1.1; what is none is told so by the parser. */
    @Override
    public Support supports(BufferData data) {
        return Support.SUPPORTED;
    }

    @Override
    public Set<String> supportedApplicationProtocols() {
        return selector.supportedApplicationProtocols();
    }

    @Override
    public ServerConnection connection(ConnectionContext context) {
        SERVED.set(context);
        Timed timed = new Timed(context);
        ServerConnection connection = selector.connection(timed);
        timed.connection = connection instanceof Http1Connection http ? http : null;
        return connection;
    }

    /** A connection's context whose reader keeps the time; used by that connection's thread alone. */
    private final class Timed implements ConnectionContext {
        private final ConnectionContext inner;
        private final DataReader reader = DataReader.create(this::pull);
        private @Nullable Http1Connection connection;
        /** When the first bytes of a request came whose headers are not complete yet; 0 for none. */
        private long began;

        Timed(ConnectionContext inner) {
            this.inner = inner;
        }

        private byte[] pull() {
            if (began != 0 && System.nanoTime() - began > limitNanos) {
                throw new CloseConnectionException("the request took too long to arrive");
            }
            boolean betweenRequests = connection != null && connection.canInterrupt();
            inner.dataReader().ensureAvailable();
            byte[] data = inner.dataReader().readBytes(inner.dataReader().available());
            if (betweenRequests && began == 0) {
                began = System.nanoTime();
            }
            return data;
        }

        @Override
        public DataReader dataReader() {
            return reader;
        }

        @Override
        public ListenerContext listenerContext() {
            return inner.listenerContext();
        }

        @Override
        public ExecutorService executor() {
            return inner.executor();
        }

        @Override
        public DataWriter dataWriter() {
            return inner.dataWriter();
        }

        @Override
        public Router router() {
            return inner.router();
        }

        @Override
        public Optional<ProxyProtocolData> proxyProtocolData() {
            return inner.proxyProtocolData();
        }

        @Override
        public HelidonSocket serverSocket() {
            return inner.serverSocket();
        }

        @Override
        public PeerInfo remotePeer() {
            return inner.remotePeer();
        }

        @Override
        public PeerInfo localPeer() {
            return inner.localPeer();
        }

        @Override
        public boolean isSecure() {
            return inner.isSecure();
        }

        @Override
        public String socketId() {
            return inner.socketId();
        }

        @Override
        public String childSocketId() {
            return inner.childSocketId();
        }
    }
}
