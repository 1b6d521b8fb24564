package dev.asmp.client;

import dev.asmp.wire.Reply;
import dev.asmp.wire.Request;
import java.io.ByteArrayOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP client for one address: each request has a connection of its own. The JDK's clients take longer to load than a whole
 * command may run.
 */
public final class RegistryClient {
    private final String host;
    private final Connector connector;
    private final Limits limits;

    /** Opens a connection on which each read takes at most this many milliseconds. */
    @FunctionalInterface
    private interface Connector {
        Link open(int patience) throws IOException;
    }

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

        static Limits within(int totalMillis) {
            return new Limits(totalMillis, totalMillis, 1024 * 1024);
        }
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
        this(host + ':' + port, patience -> Link.Tcp.open(host, port, layer, patience), limits);
    }

    private RegistryClient(String host, Connector connector, Limits limits) {
        this.host = host;
        this.connector = connector;
        this.limits = limits;
    }

    /** A client for the registry that listens on a Unix socket. */
    static RegistryClient on(String socket, Limits limits) {
        return new RegistryClient("localhost", patience -> Link.Local.open(socket, patience), limits);
    }

    /** The same for an answer that must not take longer than this. */
    public static RegistryClient on(String socket, int totalMillis) {
        return on(socket, Limits.within(totalMillis));
    }

    /** A client for the registry at an address of this machine, for an answer that must not take longer than this. */
    public static RegistryClient at(String url, int totalMillis) {
        URI address = URI.create(url);
        return new RegistryClient(address.getHost(), address.getPort(), null, Limits.within(totalMillis));
    }

    public Reply call(Request request) throws IOException {
        try (Link link = connector.open(limits.silenceMillis)) {
            link.out().write(bytes(request, host));
            InputStream in = link.in();
            return new ReplyReader(limits.totalMillis == 0 ? in : new DeadlineStream(in, link), limits.maxBytes)
                    .reply();
        }
    }

    /** Reads a stream line by line until it ends, is silent for too long, or the receiver has enough. */
    void stream(Request request, int silenceMillis, Runnable opened, Lines lines) throws IOException {
        try (Link link = connector.open(silenceMillis)) {
            link.out().write(bytes(request, host));
            new ReplyReader(link.in(), limits.maxBytes).stream(opened, lines);
        }
    }

    /** A request as it is sent. */
    static byte[] bytes(Request request, String host) {
        StringBuilder head = new StringBuilder(256).append(request.method()).append(' ').append(request.path())
                .append(" HTTP/1.1\r\nHost: ")
                .append(host).append("\r\nConnection: close\r\nAccept: application/json\r\n");
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
        private final Link link;
        private final long deadline = System.nanoTime() + limits.totalMillis * 1_000_000L;

        DeadlineStream(InputStream in, Link link) {
            super(in);
            this.link = link;
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
            link.patience((int) Math.min(left, limits.silenceMillis));
            return in.read(bytes, offset, length);
        }
    }
}
