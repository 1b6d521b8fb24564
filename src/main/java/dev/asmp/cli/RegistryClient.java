package dev.asmp.cli;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP request to a registry over a plain socket. The JDK's clients do more and take longer to load than a whole command
 * may run; one request and one answer on a connection of its own need little of what they do.
 */
final class RegistryClient {
    private static final int CONNECT_MILLIS = 3_000;
    private static final int READ_MILLIS = 120_000;
    private static final int MAX_ANSWER = 512 * 1024 * 1024;

    private final String host;
    private final int port;
    private final @Nullable Layer layer;
    private final int patienceMillis;

    /** What lies between the requests and the plain socket, such as TLS. */
    @FunctionalInterface
    interface Layer {
        Socket over(Socket plain) throws IOException;
    }

    /** A status and the bytes that came with it. */
    record Reply(int status, byte[] body) {
        /** Whether the body begins as a registry's answers do. */
        boolean looksLikeJson() {
            return body.length > 0 && (body[0] == '{' || body[0] == '[');
        }

        /** The sentence of an error envelope, or what else there is to say. */
        String error() {
            try {
                String error = CommandContext.mapping(body).text("error");
                return error == null ? "the registry answered with status " + status : Terminal.clean(error);
            } catch (CommandFailure _) {
                return "the registry answered with status " + status;
            }
        }
    }

    RegistryClient(String host, int port) {
        this(host, port, null, READ_MILLIS);
    }

    RegistryClient(String host, int port, @Nullable Layer layer, int patienceMillis) {
        this.host = host;
        this.port = port;
        this.layer = layer;
        this.patienceMillis = patienceMillis;
    }

    /** What is asked: a body with its type where there is one, and whatever headers this request needs besides. */
    record Request(String method, String path, byte @Nullable [] body, @Nullable String contentType,
            List<String> headers) {
        static Request of(String method, String path, byte @Nullable [] body, @Nullable String contentType) {
            return new Request(method, path, body, contentType, List.of());
        }
    }

    /** Takes a stream's lines; what it returns says whether there is interest in more. */
    @FunctionalInterface
    interface Lines {
        boolean take(String line) throws IOException;
    }

    Reply call(Request request) throws IOException {
        try (Socket socket = connect(patienceMillis)) {
            socket.getOutputStream().write(bytes(request));
            return answer(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        }
    }

    /** Reads a stream line by line until it ends, is silent for too long, or nobody wants more of it. */
    void stream(Request request, int silenceMillis, Lines lines) throws IOException {
        try (Socket socket = connect(silenceMillis)) {
            socket.getOutputStream().write(bytes(request));
            InputStream in = new BufferedInputStream(socket.getInputStream());
            Head head = head(in);
            if (head.status != 200) {
                throw new CommandFailure(new Reply(head.status, body(in, head.headers)).error());
            }
            InputStream body = "chunked".equalsIgnoreCase(head.headers.get("transfer-encoding")) ? new Chunks(in) : in;
            boolean more = true;
            while (more) {
                more = lines.take(utf8Line(body));
            }
        }
    }

    private Socket connect(int silenceMillis) throws IOException {
        Socket socket = new Socket(Proxy.NO_PROXY); // else settings for proxies are read first
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

    /** The usual address needs no name service. */
    private InetAddress address() throws IOException {
        return host.equals("127.0.0.1")
                ? InetAddress.getByAddress(host, new byte[]{127, 0, 0, 1})
                : InetAddress.getByName(host);
    }

    private byte[] bytes(Request request) {
        byte[] body = request.body;
        StringBuilder head = new StringBuilder(256).append(request.method).append(' ').append(request.path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host).append(':').append(port).append("\r\nConnection: close\r\nAccept: application/json\r\n");
        if (request.contentType != null) {
            head.append("Content-Type: ").append(request.contentType).append("\r\n");
        }
        for (String header : request.headers) {
            head.append(header).append("\r\n");
        }
        if (body != null || request.method.equals("POST")) {
            head.append("Content-Length: ").append(body == null ? 0 : body.length).append("\r\n");
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (body != null) {
            bytes.writeBytes(body);
        }
        return bytes.toByteArray();
    }

    /** The first lines of an answer. */
    private record Head(int status, Map<String, String> headers) {}

    private static Reply answer(InputStream in) throws IOException {
        Head head = head(in);
        return new Reply(head.status, body(in, head.headers));
    }

    private static Head head(InputStream in) throws IOException {
        String status = line(in);
        if (!status.startsWith("HTTP/1.") || status.length() < 12) {
            throw new IOException("the answer is not HTTP");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (colon > 0) {
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
        }
        int code = number(status.substring(9, 12), 10);
        return code == 100 ? head(in) : new Head(code, headers);
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        String length = headers.get("content-length");
        if (length != null) {
            int expected = number(length, 10);
            byte[] body = in.readNBytes(Math.min(expected, MAX_ANSWER));
            if (body.length < expected) {
                throw new IOException("the answer broke off");
            }
            return body;
        }
        if (!"chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return in.readNBytes(MAX_ANSWER);
        }
        return new Chunks(in).readNBytes(MAX_ANSWER);
    }

    private static int number(String written, int radix) throws IOException {
        try {
            int number = Integer.parseInt(written, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // Said below.
        }
        throw new IOException("the answer is not HTTP");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c >= 0 && c != '\n' && line.length() < 65_536) {
            if (c != '\r') {
                line.append((char) c);
            }
            c = in.read();
        }
        if (c < 0 && line.isEmpty()) {
            throw new IOException("the connection was closed without an answer");
        }
        return line.toString();
    }

    private static String utf8Line(InputStream in) throws IOException {
        return new String(line(in).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    /** A body that comes in pieces, put together. */
    private static final class Chunks extends InputStream {
        private final InputStream in;
        private int left;
        private boolean ended;

        Chunks(InputStream in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            if (left == 0 && !ended) {
                next();
            }
            if (ended) {
                return -1;
            }
            int n = in.read(bytes, offset, Math.min(length, left));
            if (n < 0) {
                throw new IOException("the answer broke off");
            }
            left -= n;
            if (left == 0) {
                line(in);
            }
            return n;
        }

        private void next() throws IOException {
            String line = line(in);
            int semicolon = line.indexOf(';');
            left = number((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
            ended = left == 0;
        }
    }
}
