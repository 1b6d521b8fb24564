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

    /** A status and the bytes that came with it. */
    record Reply(int status, byte[] body) {
        /** Whether the body begins as a registry's answers do. */
        boolean looksLikeJson() {
            return body.length > 0 && (body[0] == '{' || body[0] == '[');
        }

        /** The sentence of an error envelope, or what else there is to say. */
        String error() {
            try {
                String error = Session.mapping(body).text("error");
                return error == null ? "the registry answered with status " + status : Terminal.clean(error);
            } catch (CommandFailure _) {
                return "the registry answered with status " + status;
            }
        }
    }

    RegistryClient(String host, int port) {
        this.host = host;
        this.port = port;
    }

    Reply call(String method, String path, byte @Nullable [] body, @Nullable String contentType) throws IOException {
        try (Socket socket = new Socket(Proxy.NO_PROXY)) { // else settings for proxies are read first
            socket.setTcpNoDelay(true);
            socket.connect(new InetSocketAddress(address(), port), CONNECT_MILLIS);
            socket.setSoTimeout(READ_MILLIS);
            socket.getOutputStream().write(request(method, path, body, contentType));
            return answer(new BufferedInputStream(socket.getInputStream(), 1 << 16));
        }
    }

    /** The usual address needs no name service. */
    private InetAddress address() throws IOException {
        return host.equals("127.0.0.1")
                ? InetAddress.getByAddress(host, new byte[]{127, 0, 0, 1})
                : InetAddress.getByName(host);
    }

    private byte[] request(String method, String path, byte @Nullable [] body, @Nullable String contentType) {
        StringBuilder head = new StringBuilder(256).append(method).append(' ').append(path)
                .append(" HTTP/1.1\r\nHost: ")
                .append(host).append(':').append(port).append("\r\nConnection: close\r\nAccept: application/json\r\n");
        if (contentType != null) {
            head.append("Content-Type: ").append(contentType).append("\r\n");
        }
        if (body != null || method.equals("POST")) {
            head.append("Content-Length: ").append(body == null ? 0 : body.length).append("\r\n");
        }
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
        if (body != null) {
            request.writeBytes(body);
        }
        return request.toByteArray();
    }

    private static Reply answer(InputStream in) throws IOException {
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
        try {
            int code = Integer.parseInt(status.substring(9, 12));
            return code == 100 ? answer(in) : new Reply(code, body(in, headers));
        } catch (NumberFormatException _) {
            throw new IOException("the answer is not HTTP");
        }
    }

    private static byte[] body(InputStream in, Map<String, String> headers) throws IOException {
        String length = headers.get("content-length");
        if (length != null) {
            byte[] body = in.readNBytes(Math.min(Integer.parseInt(length), MAX_ANSWER));
            if (body.length < Integer.parseInt(length)) {
                throw new IOException("the answer broke off");
            }
            return body;
        }
        if (!"chunked".equalsIgnoreCase(headers.get("transfer-encoding"))) {
            return in.readNBytes(MAX_ANSWER);
        }
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int size = chunkSize(in); size > 0 && body.size() < MAX_ANSWER; size = chunkSize(in)) {
            body.writeBytes(in.readNBytes(size));
            line(in);
        }
        return body.toByteArray();
    }

    private static int chunkSize(InputStream in) throws IOException {
        String line = line(in);
        int semicolon = line.indexOf(';');
        return Integer.parseInt((semicolon < 0 ? line : line.substring(0, semicolon)).strip(), 16);
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
}
