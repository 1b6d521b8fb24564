package dev.asmp.client;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** A connection to a registry: over TCP, or over the Unix socket of this machine's. */
sealed interface Link extends AutoCloseable {
    InputStream in() throws IOException;

    OutputStream out() throws IOException;

    /** Limits the time that the next reads take. */
    void patience(int millis) throws IOException;

    @Override
    void close() throws IOException;

    /** A TCP connection, perhaps with TLS over it. */
    record Tcp(Socket socket) implements Link {
        private static final int CONNECT_MILLIS = 3_000;

        static Tcp open(String host, int port, RegistryClient.@Nullable Layer layer, int patience) throws IOException {
            Socket socket = new Socket(Proxy.NO_PROXY); // else the JDK reads the settings for proxies first
            try {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(address(host), port), CONNECT_MILLIS);
                socket.setSoTimeout(patience);
                return new Tcp(layer == null ? socket : layer.over(socket));
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        /** Resolves the host; the usual address needs no name service. */
        private static InetAddress address(String host) throws IOException {
            return host.equals("127.0.0.1")
                    ? InetAddress.getByAddress(host, new byte[]{127, 0, 0, 1})
                    : InetAddress.getByName(host);
        }

        @Override
        public InputStream in() throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream out() throws IOException {
            return socket.getOutputStream();
        }

        @Override
        public void patience(int millis) throws IOException {
            socket.setSoTimeout(millis);
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }

    /** A connection to a Unix socket. The JDK has no timeout for it, so a thread closes one whose other end is silent. */
    final class Local implements Link {
        private final SocketChannel channel;
        private final InputStream in;
        private volatile int millis;
        private volatile long deadline;

        private Local(SocketChannel channel, int patience) {
            this.channel = channel;
            this.in = Channels.newInputStream(channel);
            patience(patience);
            Thread watch = new Thread(this::watch, "silence");
            watch.setDaemon(true);
            watch.start();
        }

        static Local open(String path, int patience) throws IOException {
            return new Local(SocketChannel.open(UnixDomainSocketAddress.of(path)), patience);
        }

        private void watch() {
            while (channel.isOpen()) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    try {
                        channel.close();
                    } catch (IOException _) {
                        // It is closed already.
                    }
                    return;
                }
                LockSupport.parkNanos(left);
            }
        }

        @Override
        public InputStream in() {
            return new InputStream() {
                @Override
                public int read() throws IOException {
                    byte[] one = new byte[1];
                    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
                }

                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    patience(millis);
                    try {
                        return in.read(bytes, offset, length);
                    } catch (ClosedChannelException _) {
                        throw new SocketTimeoutException("Read timed out");
                    }
                }
            };
        }

        @Override
        public OutputStream out() {
            return Channels.newOutputStream(channel);
        }

        @Override
        public void patience(int patience) {
            millis = patience;
            deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience);
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
