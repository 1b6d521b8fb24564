package dev.asmp.etcd;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** A connection to a member, kept for one request after the other: HTTP/1.1 as far as the gateway of etcd speaks it. */
final class EtcdConnection implements Closeable {
    private static final int BUFFER = 16 * 1024;
    private static final int MAX_LINE = 16 * 1024;
    private static final int MAX_BODY = 64 * 1024 * 1024;

    /** The socket below TLS: closing it ends a read or write at once, while that of TLS would wait for the other side. */
    private final Socket socket = new Socket();
    private final URI member;
    private final String host;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private volatile boolean late;
    private boolean isUsed;
    private boolean isSent;
    private boolean isLast;

    /** An answer whose body has not been read yet. */
    record Answer(int status, InputStream body) {
        byte[] read() throws IOException {
            byte[] bytes = body.readNBytes(MAX_BODY);
            if (body.read() >= 0) {
                throw new IOException("the answer is too long");
            }
            return bytes;
        }
    }

    /** A connection that {@link #open} opens. */
    EtcdConnection(URI member) {
        this.member = member;
        String written = member.getHost();
        this.host = written.startsWith("[") ? written.substring(1, written.length() - 1) : written;
    }

    /** Connects; with a context over TLS, to a member whose certificate names it. */
    void open(@Nullable SSLContext tls, int millis) throws IOException {
        socket.setTcpNoDelay(true);
        socket.connect(address(millis), millis);
        Socket speaking = socket;
        if (tls != null) {
            SSLSocket secure = (SSLSocket) tls.getSocketFactory().createSocket(socket, host, member.getPort(),
                    true);
            SSLParameters parameters = secure.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            secure.setSSLParameters(parameters);
            secure.startHandshake();
            speaking = secure;
        }
        in = new BufferedInputStream(speaking.getInputStream(), BUFFER);
        out = speaking.getOutputStream();
    }

    /** The address of a member, looked up with a limit of time, which the JDK's own look-up does not have. */
    private InetSocketAddress address(int millis) throws IOException {
        FutureTask<InetSocketAddress> lookUp = new FutureTask<>(() -> new InetSocketAddress(host,
                member.getPort()));
        Thread.ofVirtual().name("etcd-address").start(lookUp);
        try {
            InetSocketAddress address = lookUp.get(millis, TimeUnit.MILLISECONDS);
            if (address.isUnresolved()) {
                throw new UnknownHostException(host);
            }
            return address;
        } catch (TimeoutException _) {
            throw new SocketTimeoutException("connect timed out");
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } catch (ExecutionException e) {
            throw new IOException(e.getCause());
        }
    }

    /** Ends whatever the connection is doing after a time, until that is cancelled. */
    Future<?> limit(long nanos) {
        return ForkJoinPool.commonPool().schedule(() -> {
            late = true;
            close();
        }, nanos, TimeUnit.NANOSECONDS);
    }

    /** Tells whether it was ended by its limit. */
    boolean isLate() {
        return late;
    }

    /** Tells whether an earlier request was answered over it. */
    boolean isUsed() {
        return isUsed;
    }

    /** Tells whether the member may have got the request. */
    boolean isSent() {
        return isSent;
    }

    /** Tells whether another request can follow, once the answer has been read to its end. */
    boolean isReusable() {
        return !isLast && !late;
    }

    /** Sends a request and reads the head of its answer. */
    Answer ask(String path, byte[] body, @Nullable String token) throws IOException {
        String head = "POST " + path + " HTTP/1.1\r\nHost: " + member.getRawAuthority()
                + "\r\nContent-Type: application/json\r\nGrpc-Metadata-hasleader: true\r\n"
                + (token == null ? "" : "Authorization: " + token + "\r\n") + "Content-Length: " + body.length
                + "\r\n\r\n";
        byte[] start = head.getBytes(StandardCharsets.ISO_8859_1);
        byte[] request = new byte[start.length + body.length]; // one write, so that it is one packet where it fits
        System.arraycopy(start, 0, request, 0, start.length);
        System.arraycopy(body, 0, request, start.length, body.length);
        isSent = true;
        out.write(request);
        out.flush();
        Answer answer = head();
        isUsed = true;
        return answer;
    }

    /** Waits for what the member says without a request. */
    void hear() throws IOException {
        var _ = in.read();
    }

    private Answer head() throws IOException {
        String[] status = line().split(" ", 3);
        if (status.length < 2 || !status[0].startsWith("HTTP/1.") || !status[1].matches("[2-5][0-9][0-9]")) {
            throw new IOException("it does not speak HTTP");
        }
        long length = -1;
        boolean chunked = false;
        isLast = status[0].equals("HTTP/1.0");
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = Math.max(0, line.indexOf(':'));
            String value = line.substring(Math.min(line.length(), colon + 1)).strip().toLowerCase(Locale.ROOT);
            switch (line.substring(0, colon).toLowerCase(Locale.ROOT)) {
                case "content-length" -> length = number(value, 10);
                case "transfer-encoding" -> chunked = value.equals("chunked");
                case "connection" -> isLast |= value.equals("close");
                default -> {
                    // Nothing that matters here.
                }
            }
        }
        isLast |= length < 0 && !chunked;
        return new Answer(Integer.parseInt(status[1]), new Body(chunked ? 0 : length < 0 ? Long.MAX_VALUE : length,
                chunked));
    }

    private static long number(String text, int radix) throws IOException {
        try {
            return Long.parseUnsignedLong(text, radix) & Long.MAX_VALUE;
        } catch (NumberFormatException _) {
            throw new IOException("it does not speak HTTP");
        }
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder(64);
        for (int next = in.read(); next != '\n'; next = in.read()) {
            if (next < 0) {
                throw new EOFException("it closed the connection");
            }
            if (line.length() == MAX_LINE) {
                throw new IOException("it does not speak HTTP");
            }
            line.append((char) next);
        }
        int end = line.length();
        return line.substring(0, end > 0 && line.charAt(end - 1) == '\r' ? end - 1 : end);
    }

    /** The body of an answer: of a known length, in chunks, or all that comes. */
    private final class Body extends InputStream {
        private final boolean chunked;
        private long left;
        private boolean began;
        private boolean ended;

        Body(long length, boolean chunked) {
            this.left = length;
            this.chunked = chunked;
            this.ended = length == 0 && !chunked;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            if (count == 0) {
                return 0;
            }
            if (chunked && left == 0 && !ended) {
                nextChunk();
            }
            if (ended) {
                return -1;
            }
            int read = in.read(bytes, from, (int) Math.min(count, left));
            if (read < 0 && left < Long.MAX_VALUE >> 1) {
                throw new EOFException("it closed the connection");
            }
            left -= Math.max(0, read);
            ended = read < 0 || (left == 0 && !chunked);
            return read;
        }

        private void nextChunk() throws IOException {
            if (began) {
                line(); // which ends the chunk before
            }
            began = true;
            left = number(line().split(";", 2)[0].strip(), 16);
            if (left == 0) {
                ended = true;
                while (!line().isEmpty()) {
                    // Trailers say nothing that matters here.
                }
            }
        }

        @Override
        public void close() {
            EtcdConnection.this.close();
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException _) {
            // It is closed all the same.
        }
    }
}
