package dev.asmp.http;

import dev.asmp.document.IoReason;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The body of one request, read once, with limits on size and time, and only where it fits the memory for bodies. */
final class RequestBody {
    private static final int MAX_BODY = 1024 * 1024;
    /** The part of an over-long body that is read and dropped, so that a client still sending gets the answer. */
    private static final int MAX_DRAINED = 8 * MAX_BODY;
    private static final int MAX_CHUNK = 8 * 1024;
    private static final int MAX_LINGER = 64 * MAX_BODY;
    private static final long MAX_LINGER_NANOS = 2_000_000_000L;
    private static final long MAX_BODY_NANOS = 30_000_000_000L;

    private static final byte[] NOTHING = new byte[0];

    private final ServerRequest request;
    private final RequestBudget.Claim budget;
    private byte @Nullable [] bytes;

    RequestBody(ServerRequest request, RequestBudget.Claim budget) {
        this.request = request;
        this.budget = budget;
    }

    /** Tells whether a body follows. */
    static boolean isIn(ServerRequest request) {
        return request.headers().contentLength().orElse(0) > 0
                || request.headers().contains(HeaderNames.TRANSFER_ENCODING);
    }

    /** Reads and drops an unused body, so that the connection can serve another request. */
    void passBy() {
        if (bytes == null && isIn(request)) {
            read((_, _) -> {});
            bytes = NOTHING;
        }
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

    /** Takes the next part of a body. */
    private interface Sink {
        void take(byte[] chunk, int length);
    }

    /** The bytes that have arrived, in an array of the length that was said, or one that grows. */
    private final class Gathered implements Sink {
        private byte[] room;
        private int length;

        Gathered(int said) {
            budget.take(said, said > TieredBudget.SMALL);
            room = new byte[said];
        }

        @Override
        public void take(byte[] chunk, int n) {
            if (length + n > room.length) {
                int wider = Math.min(Math.max(2 * room.length, length + n), MAX_BODY);
                budget.take(wider, wider > TieredBudget.SMALL); // both are held while one is copied to the other
                room = Arrays.copyOf(room, wider);
            }
            System.arraycopy(chunk, 0, room, length, n);
            length += n;
        }

        byte[] bytes() {
            return length == room.length ? room : Arrays.copyOf(room, length);
        }
    }

    private byte[] arrived() {
        OptionalLong said = request.headers().contentLength();
        if (said.orElse(0) > MAX_BODY) {
            passBy();
            throw tooLarge();
        }
        Gathered body = new Gathered((int) said.orElse(MAX_CHUNK));
        read(body);
        budget.takeParsed(body.length);
        return body.bytes();
    }

    private void read(Sink sink) {
        long said = request.headers().contentLength().orElse(MAX_CHUNK);
        if (said > MAX_DRAINED) {
            throw tooLarge();
        }
        long deadline = System.nanoTime() + MAX_BODY_NANOS;
        long total = 0;
        try {
            InputStream in = request.content().inputStream(); // never closed, which would wait for the rest
            byte[] chunk = new byte[Math.clamp(said, 1, MAX_CHUNK)]; // most bodies are small
            for (int n = in.read(chunk); n >= 0; n = in.read(chunk)) {
                total += n;
                if (total <= MAX_BODY) {
                    sink.take(chunk, n);
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
            // A client that is gone, or malformed chunks: the library has several exceptions for it.
            throw new HttpError(400, "the body did not arrive whole: " + IoReason.of(e));
        }
        if (total > MAX_BODY) {
            throw tooLarge();
        }
    }

    private static HttpError tooLarge() {
        return new HttpError(413, "the body is larger than " + MAX_BODY + " bytes");
    }

    /**
     * Reads on for a while if the client is still sending: closing at once would reset the connection and lose the answer.
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
            // The connection ends here anyway.
        }
    }
}
