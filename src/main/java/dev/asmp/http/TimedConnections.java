package dev.asmp.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.Bytes;
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
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.http1.Http1ConnectionListener;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.spi.ServerConnection;
import io.helidon.webserver.spi.ServerConnectionSelector;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * Connections with a deadline for request line and headers together. The server limits the time of each read only, so that a
 * client could hold a connection for days with a byte now and then.
 */
final class TimedConnections implements ServerConnectionSelector {
    /** The connection of the current thread: each has its own. */
    private static final ThreadLocal<Timed> SERVED = new ThreadLocal<>();

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

    /** A function that closes the connection of the current thread, for any thread; without effect where there is none. */
    static Runnable disconnect() {
        Timed served = SERVED.get();
        return served == null ? () -> {} : () -> served.serverSocket().close();
    }

    /** The output for a body of unknown length that the server's chunks are not for; null for all requests but HTTP/1.0. */
    static @Nullable OutputStream withoutChunks(ServerResponse response) {
        Timed served = SERVED.get();
        return served == null || !served.isOld ? null : OldProtocol.output(response, served.inner.dataWriter());
    }

    @Override
    public int bytesToIdentifyConnection() {
        return 0;
    }

    /** Takes every connection as HTTP/1.1; the parser refuses what is not. */
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
        Timed timed = new Timed(context);
        SERVED.set(timed);
        ServerConnection connection = selector.connection(timed);
        timed.connection = connection instanceof Http1Connection http ? http : null;
        return connection;
    }

    /** A connection's context whose reader checks the deadline; confined to the connection's thread. */
    private final class Timed implements ConnectionContext {
        private final ConnectionContext inner;
        private final DataReader reader = DataReader.create(this::pull);
        private @Nullable Http1Connection connection;
        /** The arrival of the first bytes of a request with incomplete headers; 0 for none. */
        private long began;

        Timed(ConnectionContext inner) {
            this.inner = inner;
        }

        /** True for an HTTP/1.0 request, whose connection ends with the answer. */
        private boolean isOld;

        private byte[] pull() {
            boolean isBeginning = connection != null && connection.canInterrupt() && began == 0;
            byte[] data = arrived();
            if (isBeginning) {
                began = System.nanoTime();
                data = firstLine(data);
            }
            return data;
        }

        private byte[] arrived() {
            if (began != 0 && System.nanoTime() - began > limitNanos) {
                throw new CloseConnectionException("the request took too long to arrive");
            }
            inner.dataReader().ensureAvailable();
            return inner.dataReader().readBytes(inner.dataReader().available());
        }

        /** Reads on until the first line is complete, and the whole head if it is one of HTTP/1.0, which is rewritten. */
        private byte[] firstLine(byte[] begin) {
            byte[] data = begin;
            int end = Bytes.firstIndexOf(data, 0, data.length, (byte) '\n');
            while (end < 0 && data.length < OldProtocol.MAX_HEAD) {
                data = more(data);
                end = Bytes.firstIndexOf(data, 0, data.length, (byte) '\n');
            }
            return end > 0 && OldProtocol.isIn(data, end) ? rewritten(data) : data;
        }

        private byte[] rewritten(byte[] begin) {
            byte[] data = begin;
            int end = OldProtocol.end(data);
            while (end < 0 && data.length < OldProtocol.MAX_HEAD) {
                data = more(data);
                end = OldProtocol.end(data);
            }
            byte @Nullable [] head = end < 0
                    ? null
                    : OldProtocol.rewritten(Arrays.copyOf(data, end), "127.0.0.1:" + inner.localPeer().port());
            if (head == null) {
                return data;
            }
            isOld = true;
            byte[] all = Arrays.copyOf(head, head.length + data.length - end);
            System.arraycopy(data, end, all, head.length, data.length - end);
            return all;
        }

        private byte[] more(byte[] data) {
            byte[] next = arrived();
            byte[] all = Arrays.copyOf(data, data.length + next.length);
            System.arraycopy(next, 0, all, data.length, next.length);
            return all;
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
