package dev.asmp.client;

import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client for one address: each request has a plain socket of its own. The JDK's clients take longer to load than a
 * whole command may run.
 */
final class RegistryClient {
    private static final int CONNECT_MILLIS = 3_000;

    private final String host;
    private final int port;
    private final @Nullable Layer layer;
    private final Limits limits;

    /** A protocol between HTTP and the plain socket, such as TLS. */
    @FunctionalInterface
    interface Layer {
        Socket over(Socket plain) throws IOException;
    }

    /**
     * How long to wait for an answer and how much of it to read.
     *
     * @param silenceMillis the longest pause between two reads
     * @param totalMillis the longest time for a whole answer, also where it arrives a byte at a time; 0 for no limit
     */
    record Limits(int silenceMillis, int totalMillis, int maxBytes) {
        /** For the registry of this machine: a scan may take minutes. */
        static final Limits LOCAL = new Limits(120_000, 0, 512 * 1024 * 1024);
    }

    /** Receives the lines of a stream. */
    @FunctionalInterface
    interface Lines {
        /** Takes a line; returns whether to read on. */
        boolean take(String line) throws IOException;
    }

    RegistryClient(String host, int port) {
        this(host, port, null, Limits.LOCAL);
    }

    RegistryClient(String host, int port, @Nullable Layer layer, Limits limits) {
        this.host = host;
        this.port = port;
        this.layer = layer;
        this.limits = limits;
    }

    Reply call(Request request) throws IOException {
        try (Socket socket = connect(limits.silenceMillis)) {
            socket.getOutputStream().write(bytes(request));
            return reader(socket).reply();
        }
    }

    /** Reads a stream line by line until it ends, is silent for too long, or the receiver has enough. */
    void stream(Request request, int silenceMillis, Runnable opened, Lines lines) throws IOException {
        try (Socket socket = connect(silenceMillis)) {
            socket.getOutputStream().write(bytes(request));
            ReplyReader reader = new ReplyReader(socket.getInputStream(), limits.maxBytes);
            reader.stream(opened, lines);
        }
    }

    private ReplyReader reader(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        return new ReplyReader(limits.totalMillis == 0 ? in : new DeadlineStream(in, socket), limits.maxBytes);
    }

    private Socket connect(int silenceMillis) throws IOException {
        Socket socket = new Socket(Proxy.NO_PROXY); // else the JDK reads the settings for proxies first
        try {
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(address(), port), CONNECT_MILLIS);
            socket.setSoTimeout(silenceMillis);
            return layer == null ? socket : layer.over(socket);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** Resolves the host; the usual address needs no name service. */
    private InetAddress address() throws IOException {
        return host.equals("127.0.0.1")
                ? InetAddress.getByAddress(host, new byte[]{127, 0, 0, 1})
                : InetAddress.getByName(host);
    }

    private byte[] bytes(Request request) {
        StringBuilder head = new StringBuilder(256).append(request.method()).append(' ').append(request.path())
                .append(" HTTP/1.1\r\nHost: ")
                .append(host).append(':').append(port).append("\r\nConnection: close\r\nAccept: application/json\r\n");
        for (Map.Entry<String, String> header : request.headers().entrySet()) {
            head.append(header.getKey()).append(": ").append(header.getValue()).append("\r\n");
        }
        byte[] body = request.body();
        if (body.length > 0 || request.method().equals("POST")) {
            head.append("Content-Length: ").append(body.length).append("\r\n");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        bytes.writeBytes(body);
        return bytes.toByteArray();
    }

    /** Ends the reading of an answer that takes too long as a whole; a socket's timeout bounds each read alone. */
    private final class DeadlineStream extends FilterInputStream {
        private final Socket socket;
        private final long deadline = System.nanoTime() + limits.totalMillis * 1_000_000L;

        DeadlineStream(InputStream in, Socket socket) {
            super(in);
            this.socket = socket;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new SocketTimeoutException("the answer took longer than " + limits.totalMillis / 1000.0 + " s");
            }
            socket.setSoTimeout((int) Math.min(left, limits.silenceMillis));
            return in.read(bytes, offset, length);
        }
    }
}
