package dev.asmp.http;

import dev.asmp.document.Document;
import dev.asmp.document.Json;
import dev.asmp.document.Limits;
import dev.asmp.document.Yaml;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** One request, as far as a handler needs it: the parts of its path, its query, its body decoded. */
final class Exchange {
    private static final int MAX_BODY = 1024 * 1024;
    /** How much of an over-long body is read and thrown away, so that the answer reaches a client that is still sending. */
    private static final int MAX_DRAINED = 8 * MAX_BODY;
    private static final int MAX_LINGER = 64 * MAX_BODY;
    private static final long MAX_LINGER_NANOS = 2_000_000_000L;
    private static final long MAX_BODY_NANOS = 30_000_000_000L;

    private final ServerRequest request;
    private final List<String> parameters;
    private boolean bodyRead;

    Exchange(ServerRequest request, List<String> parameters) {
        this.request = request;
        this.parameters = parameters;
    }

    /** The decoded parts of the path that the route left open, in order. */
    String parameter(int index) {
        return parameters.get(index);
    }

    /** The first value of a query parameter, or null. */
    @Nullable
    String query(String name) {
        String raw = request.prologue().query().rawValue();
        for (int start = 0; start < raw.length();) {
            int end = raw.indexOf('&', start);
            end = end < 0 ? raw.length() : end;
            int equals = raw.indexOf('=', start);
            int keyEnd = equals < 0 || equals > end ? end : equals;
            if (decoded(raw.substring(start, keyEnd)).equals(name)) {
                return decoded(raw.substring(Math.min(keyEnd + 1, end), end));
            }
            start = end + 1;
        }
        return null;
    }

    private static String decoded(String text) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0) {
            return text;
        }
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException _) {
            throw new HttpError(400, "the query has a broken percent escape");
        }
    }

    /** The body as JSON; any other content type is refused. */
    Document json() {
        return switch (mediaType()) {
            case "application/json" -> Json.read(body());
            default -> throw unsupported("application/json");
        };
    }

    /** The body as JSON or YAML, by its content type, and no larger than a manifest may be. */
    Document manifest() {
        String type = mediaType();
        return switch (type) {
            case "application/json" -> Json.read(manifestBytes());
            case "application/yaml", "application/x-yaml", "text/yaml", "text/x-yaml" -> Yaml.read(manifestBytes());
            default -> throw unsupported("application/json or application/yaml");
        };
    }

    private byte[] manifestBytes() {
        byte[] body = body();
        if (body.length > Limits.MANIFEST_BYTES) {
            throw new HttpError(413, "the manifest has " + body.length + " bytes; at most " + Limits.MANIFEST_BYTES
                    + " are allowed");
        }
        return body;
    }

    private String mediaType() {
        if (!request.headers().contains(HeaderNames.CONTENT_TYPE)) {
            return "";
        }
        String type = request.headers().get(HeaderNames.CONTENT_TYPE).get();
        int semicolon = type.indexOf(';');
        return (semicolon < 0 ? type : type.substring(0, semicolon)).strip().toLowerCase(Locale.ROOT);
    }

    private HttpError unsupported(String expected) {
        String sent = mediaType();
        return new HttpError(415, (sent.isEmpty() ? "the body has no content type" : "the content type is " + sent)
                + "; expected " + expected);
    }

    /** Whether the request says that a body follows. */
    static boolean hasBody(ServerRequest request) {
        return request.headers().contentLength().orElse(0) > 0
                || request.headers().contains(HeaderNames.TRANSFER_ENCODING);
    }

    /**
     * Reads on for a while after the answer was sent to a client that is still sending: closing at once would destroy the
     * answer on its way.
     */
    static void linger(ServerRequest request) {
        if (!hasBody(request) || request.headers().contains(HeaderNames.EXPECT)) {
            return;
        }
        long deadline = System.nanoTime() + MAX_LINGER_NANOS;
        try (InputStream in = request.content().inputStream()) {
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

    /** Reads and forgets a body that the handler had no use for, so that the connection can serve another request. */
    void passByBody() {
        if (!bodyRead && hasBody(request)) {
            body();
        }
    }

    /** Reads the whole body, within bounds of size and time. */
    private byte[] body() {
        bodyRead = true;
        if (request.headers().contentLength().orElse(0) > MAX_DRAINED) {
            throw tooLarge();
        }
        long deadline = System.nanoTime() + MAX_BODY_NANOS;
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        long total = 0;
        try (InputStream in = request.content().inputStream()) {
            byte[] chunk = new byte[8192];
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
            throw new HttpError(400, "the body did not arrive whole: " + e.getMessage());
        }
        if (total > MAX_BODY) {
            throw tooLarge();
        }
        return body.toByteArray();
    }

    private static HttpError tooLarge() {
        return new HttpError(413, "the body is larger than " + MAX_BODY + " bytes");
    }
}
