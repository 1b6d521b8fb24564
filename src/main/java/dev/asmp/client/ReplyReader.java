package dev.asmp.client;

import dev.asmp.wire.Reply;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** Parses an HTTP/1.1 response: a body with a length, in chunks, or up to the end of the connection. */
final class ReplyReader {
    private static final int MAX_LINE = 65_536;
    private static final int MAX_HEADERS = 200;
    private static final int MAX_INTERIM = 20;

    private final InputStream in;
    private final int maxBytes;

    ReplyReader(InputStream in, int maxBytes) {
        this.in = new BufferedInputStream(in, 1 << 16);
        this.maxBytes = maxBytes;
    }

    /** The status line and the headers, their names in lower case. */
    private record Head(int status, Map<String, String> headers) {
        boolean isChunked() {
            return "chunked".equalsIgnoreCase(headers.get("transfer-encoding"));
        }
    }

    Reply reply() throws IOException {
        return reply(head());
    }

    private Reply reply(Head head) throws IOException {
        return new Reply(head.status, head.headers, body(head), null);
    }

    /** Passes the lines of a body on as they arrive; an answer other than 200 is a failure. */
    void stream(Runnable opened, RegistryClient.Lines lines) throws IOException {
        Head head = head();
        if (head.status != 200) {
            String reason = RegistryApi.reason(reply(head));
            throw head.status == 503 ? new RegistryException.Busy(reason) : new RegistryException(reason);
        }
        opened.run();
        InputStream body = head.isChunked() ? new Chunks(in) : in;
        boolean more = true;
        while (more) {
            more = lines.take(new String(line(body).getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8));
        }
    }

    /** The head of the answer; interim answers before it say nothing that the client needs. */
    private Head head() throws IOException {
        for (int i = 0; i < MAX_INTERIM; i++) {
            Head head = nextHead();
            if (head.status != 100) {
                return head;
            }
        }
        throw new IOException("the answer does not begin");
    }

    private Head nextHead() throws IOException {
        String status = line(in);
        if (!status.startsWith("HTTP/1.") || status.length() < 12) {
            throw new IOException("the answer is not HTTP");
        }
        Map<String, String> headers = new HashMap<>();
        for (String line = line(in); !line.isEmpty(); line = line(in)) {
            int colon = line.indexOf(':');
            if (headers.size() == MAX_HEADERS) {
                throw new IOException("the answer has more than " + MAX_HEADERS + " headers");
            }
            if (colon > 0) {
                headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
            }
        }
        return new Head(number(status.substring(9, 12), 10), headers);
    }

    private byte[] body(Head head) throws IOException {
        if (head.status == 204 || head.status == 304) {
            return new byte[0];
        }
        String length = head.headers.get("content-length");
        if (length == null || head.isChunked()) {
            return atMost(head.isChunked() ? new Chunks(in) : in);
        }
        int expected = number(length, 10);
        if (expected > maxBytes) {
            throw tooLong();
        }
        byte[] body = in.readNBytes(expected);
        if (body.length < expected) {
            throw new IOException("the answer broke off");
        }
        return body;
    }

    private byte[] atMost(InputStream body) throws IOException {
        byte[] bytes = body.readNBytes(maxBytes);
        if (bytes.length == maxBytes && body.read() >= 0) {
            throw tooLong();
        }
        return bytes;
    }

    private IOException tooLong() {
        return new IOException("the answer has more than " + maxBytes + " bytes");
    }

    private static int number(String written, int radix) throws IOException {
        try {
            int number = Integer.parseInt(written, radix);
            if (number >= 0) {
                return number;
            }
        } catch (NumberFormatException _) {
            // The sentence below says it.
        }
        throw new IOException("the answer is not HTTP");
    }

    private static String line(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int c = in.read();
        while (c >= 0 && c != '\n' && line.length() < MAX_LINE) {
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

    /** The content of a chunked body. */
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
