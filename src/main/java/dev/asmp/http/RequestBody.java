package dev.asmp.http;

import dev.asmp.document.IoReason;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/** The body of one request: read at most once, within bounds of size and time. */
final class RequestBody {
    private static final int MAX_BODY = 1024 * 1024;
    /** How much of an over-long body is read and thrown away, so that the answer reaches a client that is still sending. */
    private static final int MAX_DRAINED = 8 * MAX_BODY;
    private static final int MAX_CHUNK = 8 * 1024;
    private static final int MAX_LINGER = 64 * MAX_BODY;
    private static final long MAX_LINGER_NANOS = 2_000_000_000L;
    private static final long MAX_BODY_NANOS = 30_000_000_000L;

    private static final byte[] NOTHING = new byte[0];

    private final ServerRequest request;
    private byte @Nullable [] bytes;

    RequestBody(ServerRequest request) {
        this.request = request;
    }

    /** Whether the request says that a body follows. */
    static boolean isIn(ServerRequest request) {
        return request.headers().contentLength().orElse(0) > 0
                || request.headers().contains(HeaderNames.TRANSFER_ENCODING);
    }

    /** Reads and forgets a body that nobody had a use for, so that the connection can serve another request. */
    void passBy() {
        bytes();
    }

    /** The whole body. */
    byte[] bytes() {
        byte[] known = bytes;
        if (known == null) {
            known = isIn(request) ? arrived() : NOTHING;
            bytes = known;
        }
        return known;
    }

    private byte[] arrived() {
        long said = request.headers().contentLength().orElse(MAX_CHUNK);
        if (said > MAX_DRAINED) {
            throw tooLarge();
        }
        long deadline = System.nanoTime() + MAX_BODY_NANOS;
        int likely = Math.clamp(said, 1, MAX_CHUNK); // most bodies are small, and there may be many of them
        ByteArrayOutputStream body = new ByteArrayOutputStream(likely);
        long total = 0;
        try {
            InputStream in = request.content().inputStream(); // never closed: that would wait for what is still to come
            byte[] chunk = new byte[likely];
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                total += n;
                if (total <= MAX_BODY) {
                    body.write(chunk, 0, n);
                } else if (total > MAX_DRAINED) {
                    throw tooLarge();
                }
                if (System.nanoTime() > deadline) {
                    throw new HttpError(408, "the body took too long to arrive");
                }
            }
        } catch (HttpError e) {
            throw e;
        } catch (SocketTimeoutException _) {
            throw new HttpError(408, "the body took too long to arrive");
        } catch (IOException | RuntimeException e) {
            // A client that went away, or chunks that are none: the library has no one exception for it.
            throw new HttpError(400, "the body did not arrive whole: " + IoReason.of(e));
        }
        if (total > MAX_BODY) {
            throw tooLarge();
        }
        return body.toByteArray();
    }

    private static HttpError tooLarge() {
        return new HttpError(413, "the body is larger than " + MAX_BODY + " bytes");
    }

    /**
     * Reads on for a while after the answer was sent to a client that is still sending: closing at once would destroy the
     * answer on its way.
     */
    static void linger(ServerRequest request) {
        if (!isIn(request) || request.headers().contains(HeaderNames.EXPECT)) {
            return;
        }
        long deadline = System.nanoTime() + MAX_LINGER_NANOS;
        try {
            InputStream in = request.content().inputStream();
            byte[] chunk = new byte[1 << 16];
            long total = 0;
            while (total < MAX_LINGER && System.nanoTime() < deadline) {
                int n = in.read(chunk);
                if (n < 0) {
                    return;
                }
                total += n;
            }
        } catch (IOException | RuntimeException _) {
            // Whatever is wrong with the rest: the connection ends here anyway.
        }
    }
}
