package dev.asmp.client;

import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A client of another host's registry: one address, no redirects, no compression, a connection for each request. Whatever the
 * other side does, a request ends when its time is over, and takes no more memory than it is granted.
 */
public final class PeerClient {
    private static final int CONNECT_MILLIS = 3_000;

    private final @Nullable URI address;
    private final @Nullable Path socket;
    private final @Nullable Path authorities;
    private final int maxBytes;
    private volatile @Nullable AutoCloseable current;
    private volatile boolean aborted;

    /** Grants the memory for what is read, as it arrives. */
    @FunctionalInterface
    public interface Meter {
        /** Takes this many bytes; a failure says that there is no memory for them. */
        void take(int bytes) throws IOException;
    }

    private PeerClient(@Nullable URI address, @Nullable Path socket, @Nullable Path authorities, int maxBytes) {
        this.address = address;
        this.socket = socket;
        this.authorities = authorities;
        this.maxBytes = maxBytes;
    }

    /**
     * A client for an address.
     *
     * @param authorities the PEM file with what to trust there; null for what the JDK trusts
     */
    public static PeerClient at(URI address, @Nullable Path authorities, int maxBytes) {
        return new PeerClient(address, null, authorities, maxBytes);
    }

    /** A client for the end of a tunnel. */
    public static PeerClient on(Path socket, int maxBytes) {
        return new PeerClient(null, socket, null, maxBytes);
    }

    /** Asks, and waits for the whole answer at most this long. */
    public Reply get(String path, Map<String, String> headers, Duration patience, Meter meter) throws IOException {
        return socket == null ? overTcp(path, headers, patience, meter) : overTunnel(path, headers, patience, meter);
    }

    private Reply overTcp(String path, Map<String, String> headers, Duration patience, Meter meter)
            throws IOException {
        URI uri = Objects.requireNonNull(address);
        boolean secure = "https".equalsIgnoreCase(uri.getScheme());
        int port = uri.getPort() < 0 ? secure ? 443 : 80 : uri.getPort();
        String host = uri.getHost().replaceAll("[\\[\\]]", "");
        String below = uri.getRawPath() == null ? "" : uri.getRawPath();
        try (Socket plain = new Socket(Proxy.NO_PROXY)) {
            return within(patience, plain, () -> {
                plain.setTcpNoDelay(true);
                plain.connect(new InetSocketAddress(InetAddress.getByName(host), port), CONNECT_MILLIS);
                Socket spoken = secure ? new Tls(host, port, authorities, "ca_file").over(plain) : plain;
                return exchange(uri.getHost() + ":" + port, below + path, headers, spoken.getInputStream(),
                        spoken.getOutputStream(), meter);
            });
        }
    }

    private Reply overTunnel(String path, Map<String, String> headers, Duration patience, Meter meter)
            throws IOException {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(
                Objects.requireNonNull(socket)))) {
            return within(patience, channel, () -> exchange("localhost", path, headers,
                    Channels.newInputStream(channel), Channels.newOutputStream(channel), meter));
        }
    }

    private Reply exchange(String host, String path, Map<String, String> headers, InputStream in, OutputStream out,
            Meter meter) throws IOException {
        Request request = new Request("GET", path, headers, new byte[0]);
        out.write(RegistryClient.bytes(request, host));
        return new ReplyReader(new Metered(in, meter), maxBytes).reply();
    }

    private interface Talk {
        Reply run() throws IOException;
    }

    /** Talks on a connection, which another thread closes when the time is over. */
    private Reply within(Duration patience, AutoCloseable connection, Talk talk) throws IOException {
        boolean[] late = new boolean[1];
        Thread watch = Thread.ofVirtual().name("peer-deadline").start(() -> {
            try {
                Thread.sleep(patience);
                late[0] = true;
                close(connection);
            } catch (InterruptedException _) {
                // The answer was in time.
            }
        });
        try {
            current = connection;
            if (aborted) {
                throw new IOException("stopped");
            }
            return talk.run();
        } catch (SocketTimeoutException e) {
            throw e;
        } catch (IOException e) {
            if (late[0]) {
                throw new SocketTimeoutException("no whole answer within " + patience.toMillis() / 1000.0 + " s");
            }
            throw e;
        } finally {
            current = null;
            watch.interrupt();
        }
    }

    /** Ends the request that is under way, and each further one until {@link #resume}. */
    public void abort() {
        aborted = true;
        AutoCloseable connection = current;
        if (connection != null) {
            close(connection);
        }
    }

    /** Allows requests again. */
    public void resume() {
        aborted = false;
    }

    private static void close(AutoCloseable connection) {
        try {
            connection.close();
        } catch (Exception _) {
            // It is closed already.
        }
    }

    /** Input that is charged as it is read. */
    private static final class Metered extends FilterInputStream {
        private final Meter meter;

        Metered(InputStream in, Meter meter) {
            super(in);
            this.meter = meter;
        }

        @Override
        public int read() throws IOException {
            int b = in.read();
            if (b >= 0) {
                meter.take(1);
            }
            return b;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int n = in.read(bytes, offset, length);
            if (n > 0) {
                meter.take(n);
            }
            return n;
        }
    }
}
