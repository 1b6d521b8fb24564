package dev.asmp.http;

import io.helidon.common.concurrency.limits.FixedLimit;
import io.helidon.common.concurrency.limits.Limit;
import io.helidon.common.context.Context;
import io.helidon.common.tls.Tls;
import io.helidon.http.encoding.ContentEncodingContext;
import io.helidon.http.media.MediaContext;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.ListenerConfig;
import io.helidon.webserver.ListenerContext;
import io.helidon.webserver.Router;
import io.helidon.webserver.http.DirectHandlers;
import io.helidon.webserver.http.Handler;
import io.helidon.webserver.http.HttpRouting;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1Connection;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A listening socket. It accepts connections itself, so that each is counted and can be cut from its first byte on, its TLS
 * handshake included; what is then said over it is parsed by the server library.
 */
final class HttpListener implements ListenerContext, AutoCloseable {
    static final Limit UNLIMITED = FixedLimit.create();
    private static final int BACKLOG = 1_024;
    /** Limits the memory in the kernel for each slow client, and the requests that are answered before it is known as slow. */
    private static final int SEND_BUFFER = 64 * 1024;
    private static final long GRACE = TimeUnit.SECONDS.toNanos(1);
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** How long, and how much, a refused client may still send; and how many of them at a time. */
    private static final int LINGER_MILLIS = 500;
    private static final int LINGER_BYTES = 16 * 1024;
    private static final int LINGERING = 256;
    private static final byte[] CROWDED = crowded();
    static {
        LibraryContext.discoverNoServices();
    }

    private final Binding binding;
    private final @Nullable Tls tls;
    private final Router router;
    private final Connections connections;
    private final Semaphore lingering = new Semaphore(LINGERING);
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Context context = Context.create();
    private final MediaContext media = MediaContext.builder().mediaSupportsDiscoverServices(false).build();
    private final ContentEncodingContext encodings = ContentEncodingContext.builder()
            .contentEncodingsDiscoverServices(false).build();
    private final ListenerConfig config = ListenerConfig.builder().maxPayloadSize(-1).protocolsDiscoverServices(false)
            .buildPrototype();
    private final DirectHandlers directHandlers = LibraryRefusals.handlers();
    private final Http1ConnectionSelector selector = Http1ConnectionSelector.builder()
            .config(Http1Config.builder().maxHeadersSize(16 * 1024).maxPrologueLength(8 * 1024)
                    .sendKeepAliveHeader(false).addReceiveListener(new LibraryContext.Arrival()).build())
            .build();
    private volatile @Nullable ServerSocketChannel server;
    private volatile @Nullable SocketAddress address;

    /** Where a socket listens, and who can reach it there. */
    interface Binding {
        ServerSocketChannel bind(int backlog) throws IOException;

        /** The way on which most requests arrive. */
        Ingress kind();

        /** The way on which those of one connection arrive. */
        default Ingress ingress(SocketChannel accepted) throws IOException {
            return kind();
        }

        default void close() {}
    }

    HttpListener(Binding binding, Handler handler, @Nullable Tls tls) {
        this(binding, handler, tls, Connections.of(binding.kind()));
    }

    HttpListener(Binding binding, Handler handler, @Nullable Tls tls, Connections connections) {
        this.binding = binding;
        this.tls = tls;
        this.connections = connections;
        this.router = Router.builder().addRouting(HttpRouting.builder().any(handler)).build();
    }

    private static byte[] crowded() {
        String body = "{\"error\":\"there are too many connections\"}";
        return ("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 1\r\nConnection: close\r\n"
                + "Content-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body)
                .getBytes(StandardCharsets.US_ASCII);
    }

    /** Loads the classes of the server library, in parallel with the rest of the start. */
    static void load() {
        new HttpListener(new PortBinding("localhost", 0, Ingress.PORT), (_, _) -> {}, null).close();
    }

    /** Starts to listen and answer; a failure says why the address cannot be bound. */
    void start() throws IOException {
        ServerSocketChannel bound = binding.bind(BACKLOG);
        server = bound;
        address = bound.getLocalAddress();
        router.beforeStart();
        Thread.ofPlatform().name("accept").daemon().start(() -> acceptAll(bound));
    }

    private void acceptAll(ServerSocketChannel from) {
        while (from.isOpen()) {
            try {
                accept(from.accept());
            } catch (ClosedChannelException _) {
                // The end, or a client that was gone at once.
            } catch (IOException _) {
                LockSupport.parkNanos(PAUSE_NANOS); // no file descriptor is free; the watch on connections frees some
            }
        }
    }

    private void accept(SocketChannel channel) throws IOException {
        try {
            if (isTcp()) {
                channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                channel.setOption(StandardSocketOptions.SO_SNDBUF, SEND_BUFFER);
            }
            Ingress ingress = binding.ingress(channel);
            Connection connection = new Connection(this, channel, ingress, peer(channel, ingress));
            if (connections.add(connection)) {
                thread(ingress).name("http").start(connection);
            } else {
                refuse(channel);
            }
        } catch (IOException e) {
            channel.close();
        }
    }

    /**
     * The owner's requests have threads that the system schedules: virtual threads share a few, and one that computes for long
     * keeps the others waiting, as any program on the port can make it do.
     */
    private static Thread.Builder thread(Ingress ingress) {
        return ingress == Ingress.OWNER_SOCKET ? Thread.ofPlatform().daemon() : Thread.ofVirtual();
    }

    /**
     * Refuses a connection. What its client has sent must be read before it is closed: otherwise the client is told that the
     * connection was reset, and not why.
     */
    private void refuse(SocketChannel channel) throws IOException {
        channel.write(ByteBuffer.wrap(CROWDED)); // fits the empty buffer of the socket, so it does not wait
        channel.shutdownOutput();
        if (lingering.tryAcquire()) {
            Thread.ofVirtual().name("refused").start(() -> linger(channel));
        } else {
            channel.close();
        }
    }

    private void linger(SocketChannel channel) {
        try (channel) {
            if (isTcp()) {
                Socket socket = channel.socket();
                socket.setSoTimeout(LINGER_MILLIS);
                socket.getInputStream().readNBytes(LINGER_BYTES);
            }
        } catch (IOException _) {
            // It sent nothing more, or is gone.
        } finally {
            lingering.release();
        }
    }

    /** The key of the host that a connection is from, on a socket that other hosts reach; an IPv6 host has a whole network. */
    private static @Nullable Object peer(SocketChannel channel, Ingress ingress) throws IOException {
        if ((ingress != Ingress.FLEET && ingress != Ingress.PEERS)
                || !(channel.getRemoteAddress() instanceof InetSocketAddress remote)
                || remote.getAddress().isLoopbackAddress()) {
            return null;
        }
        InetAddress host = remote.getAddress();
        return host instanceof Inet6Address
                ? ByteBuffer.wrap(Arrays.copyOf(host.getAddress(), 8))
                : host;
    }

    Http1Connection serve(ConnectionContext connection) {
        return (Http1Connection) selector.connection(connection);
    }

    Connections connections() {
        return connections;
    }

    boolean isOpen() {
        ServerSocketChannel bound = server;
        return bound != null && bound.isOpen();
    }

    boolean isTcp() {
        return !(address instanceof UnixDomainSocketAddress);
    }

    int port() {
        return address instanceof InetSocketAddress inet ? inet.getPort() : -1;
    }

    /** The Host of requests for this socket. */
    String ownHost() {
        return isTcp() ? "127.0.0.1:" + port() : "localhost";
    }

    @Nullable
    Tls tls() {
        return tls;
    }

    /** Uses another certificate for new connections. */
    void reload(Tls next) {
        if (tls != null) {
            tls.reload(next);
        }
    }

    SocketAddress address() {
        return Objects.requireNonNull(address, "not started");
    }

    Router router() {
        return router;
    }

    @Override
    public void close() {
        ServerSocketChannel bound = server;
        try {
            if (bound != null) {
                bound.close();
            }
            connections.closeAll(GRACE);
        } catch (IOException _) {
            // It listens no more.
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        binding.close();
        executor.shutdown();
        router.afterStop();
    }

    @Override
    public Context context() {
        return context;
    }

    @Override
    public MediaContext mediaContext() {
        return media;
    }

    @Override
    public ContentEncodingContext contentEncodingContext() {
        return encodings;
    }

    @Override
    public DirectHandlers directHandlers() {
        return directHandlers;
    }

    @Override
    public ListenerConfig config() {
        return config;
    }

    @Override
    public ExecutorService executor() {
        return executor;
    }
}
