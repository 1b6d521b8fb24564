package dev.asmp.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.Bytes;
import io.helidon.common.buffers.DataWriter;
import io.helidon.webserver.http.ServerResponse;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.0 for a server that speaks HTTP/1.1 only: the head of a request is rewritten before the server parses it, with an end
 * of the connection after the answer. A proxy such as nginx, and a bare health probe, speak it. A body of unknown length ends
 * with the connection, since HTTP/1.0 has no chunks.
 */
final class OldProtocol {
    /** The longest head that is looked at; the server allows less. */
    private static final int MAX_HEAD = 32 * 1024;

    private static final String VERSION = " HTTP/1.0";

    private OldProtocol() {}

    /** The beginning of a request for the server, which may be a rewritten head of HTTP/1.0. */
    record Begun(byte[] data, boolean isOld) {}

    /** Reads on until the first line is complete, and the whole head if it is one of HTTP/1.0, which is rewritten. */
    static Begun begun(byte[] first, Supplier<byte[]> more, Supplier<String> host) {
        byte[] data = first;
        int line = lineEnd(data);
        while (line < 0 && data.length < MAX_HEAD) {
            data = joined(data, more.get());
            line = lineEnd(data);
        }
        if (line <= 0 || !isIn(data, line)) {
            return new Begun(data, false);
        }
        int end = end(data);
        while (end < 0 && data.length < MAX_HEAD) {
            data = joined(data, more.get());
            end = end(data);
        }
        byte @Nullable [] head = end < 0 ? null : rewritten(Arrays.copyOf(data, end), host.get());
        return head == null
                ? new Begun(data, false)
                : new Begun(joined(head, Arrays.copyOfRange(data, end, data.length)), true);
    }

    private static int lineEnd(byte[] data) {
        return Bytes.firstIndexOf(data, 0, data.length, (byte) '\n');
    }

    private static byte[] joined(byte[] begin, byte[] next) {
        byte[] all = Arrays.copyOf(begin, begin.length + next.length);
        System.arraycopy(next, 0, all, begin.length, next.length);
        return all;
    }

    /** Tells whether the first line, complete up to its end, is that of an HTTP/1.0 request. */
    private static boolean isIn(byte[] head, int lineEnd) {
        int version = lineEnd - VERSION.length() - 1;
        if (version < 0 || head[lineEnd - 1] != '\r') {
            return false;
        }
        for (int i = 0; i < VERSION.length(); i++) {
            if (head[version + i] != VERSION.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The index of the first byte after the head; negative while its end has not arrived. */
    private static int end(byte[] bytes) {
        for (int i = 3; i < bytes.length; i++) {
            if (bytes[i] == '\n' && bytes[i - 1] == '\r' && bytes[i - 2] == '\n' && bytes[i - 3] == '\r') {
                return i + 1;
            }
        }
        return -1;
    }

    /**
     * Rewrites a complete head for the server. Only {@code GET /health} may come without a Host, and gets the given one. A
     * Transfer-Encoding does not exist in HTTP/1.0: such a head stays as it is, and the server refuses it.
     */
    private static byte @Nullable [] rewritten(byte[] head, String host) {
        StringBuilder written = new StringBuilder();
        boolean named = false;
        String[] lines = new String(head, ISO_8859_1).split("\r\n", 0);
        for (int i = 1; i < lines.length; i++) {
            String name = lines[i].substring(0, Math.max(0, lines[i].indexOf(':'))).toLowerCase(Locale.ROOT);
            switch (name) {
                case "transfer-encoding" -> {
                    return null;
                }
                case "connection", "keep-alive" -> {
                }
                default -> {
                    named |= name.equals("host");
                    written.append(lines[i]).append("\r\n");
                }
            }
        }
        String request = lines[0].substring(0, lines[0].length() - VERSION.length());
        boolean isProbe = request.equals("GET /health") || request.startsWith("GET /health?");
        return (request + " HTTP/1.1\r\n" + (named || !isProbe ? "" : "Host: " + host + "\r\n") + written
                + "Connection: close\r\n\r\n").getBytes(ISO_8859_1);
    }

    /** The output for a body of unknown length: the response's headers, then the body as it is. */
    static OutputStream output(ServerResponse response, DataWriter connection) {
        StringBuilder head = new StringBuilder("HTTP/1.1 200 OK\r\n");
        response.headers().forEach(header -> header.allValues()
                .forEach(value -> head.append(header.name()).append(": ").append(value).append("\r\n")));
        connection.writeNow(BufferData.create(head.append("\r\n").toString().getBytes(ISO_8859_1)));
        return new OutputStream() {
            @Override
            public void write(int b) {
                write(new byte[]{(byte) b}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                connection.writeNow(BufferData.create(bytes, offset, length));
            }
        };
    }
}
