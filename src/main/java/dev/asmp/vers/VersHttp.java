package dev.asmp.vers;

import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Calls over HTTP with limits in time and size. What only reads is tried again; what changes something is not, since it may
 * have happened. Replies that are errors come as JSON, as plain text or empty, whatever their status.
 */
final class VersHttp {
    static final Duration READING = Duration.ofSeconds(10);
    static final Duration CHANGING = Duration.ofSeconds(60);
    private static final Duration CONNECTING = Duration.ofSeconds(5);
    private static final int LONGEST = 32 * 1024 * 1024;
    private static final int SHOWN = 4 * 1024;
    private static final int TRIES = 3;
    private static final long LONGEST_PAUSE = 5_000;

    private final String base;
    private final Supplier<@Nullable String> key;
    private volatile @Nullable HttpClient client;

    /** @param key the key, asked for at each call; null to send none */
    VersHttp(String base, Supplier<@Nullable String> key) {
        this.base = base;
        this.key = key;
    }

    private HttpClient client() {
        HttpClient made = client;
        if (made == null) {
            synchronized (this) {
                made = client;
                if (made == null) {
                    made = HttpClient.newBuilder().connectTimeout(CONNECTING).version(HttpClient.Version.HTTP_1_1)
                            .build();
                    client = made;
                }
            }
        }
        return made;
    }

    /** Sends a request; a reply that is an error becomes a failure. Reading is tried again. */
    byte[] call(String method, String path, @Nullable Mapping body, Duration limit) {
        boolean reads = method.equals("GET");
        for (int tried = 1;; tried++) {
            try {
                return once(method, path, body, limit);
            } catch (Busy e) {
                if (!reads || tried == TRIES) {
                    throw e.failure;
                }
                pause(e.pause > 0 ? e.pause : 100L << tried);
            }
        }
    }

    /** A failure after which the same question may be asked again. */
    private static final class Busy extends Exception {
        private static final long serialVersionUID = 1L;
        private final transient VersException failure;
        private final long pause;

        Busy(VersException failure, long pause) {
            super(failure);
            this.failure = failure;
            this.pause = Math.min(pause, LONGEST_PAUSE);
        }
    }

    private static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private byte[] once(String method, String path, @Nullable Mapping body, Duration limit) throws Busy {
        HttpResponse<byte[]> reply;
        try {
            reply = send(request(method, path, body, limit),
                    BodyHandlers.limiting(BodyHandlers.ofByteArray(), LONGEST), limit);
        } catch (IOException e) {
            throw new Busy(new VersException(method, path, VersException.NO_REPLY, IoReason.of(e)), 0);
        }
        if (reply.statusCode() < 300 && hybridError(reply.body()) == null) {
            return reply.body();
        }
        VersException failure = failure(method, path, reply.statusCode(), reply.body());
        if (failure.isPassing()) {
            throw new Busy(failure, retryAfter(reply));
        }
        throw failure;
    }

    private static VersException failure(String method, String path, int status, byte[] body) {
        return new VersException(method, path, status, said(body));
    }

    private static long retryAfter(HttpResponse<?> reply) {
        String seconds = reply.headers().firstValue("Retry-After").orElse("");
        return seconds.matches("[0-9]{1,6}") ? Long.parseLong(seconds) * 1000 : 0;
    }

    /** A branch can fail with a body that has an empty list beside the error, whatever its status. */
    private static @Nullable String hybridError(byte[] body) {
        Mapping said = mapping(body);
        return said != null && said.get("vms") != null && said.list("vms").isEmpty() ? said.text("error") : null;
    }

    private static String said(byte[] body) {
        Mapping json = mapping(body);
        String error = json == null ? null : json.text("error") == null ? json.text("message") : json.text("error");
        String text = error == null ? new String(body, StandardCharsets.UTF_8).strip() : error;
        return text.length() > SHOWN ? text.substring(0, SHOWN) + "…" : text;
    }

    private static @Nullable Mapping mapping(byte[] body) {
        try {
            return body.length > 0 && body[0] == '{' && Json.read(body) instanceof Mapping json ? json : null;
        } catch (MalformedDocumentException _) {
            return null;
        }
    }

    /** Opens a reply that is read while it arrives; its stream must be closed. */
    InputStream open(String path, Mapping body, Duration limit) {
        try {
            HttpResponse<InputStream> reply = send(request("POST", path, body, limit), BodyHandlers.ofInputStream(),
                    limit);
            if (reply.statusCode() < 300) {
                return reply.body();
            }
            try (InputStream in = reply.body()) {
                throw failure("POST", path, reply.statusCode(), in.readNBytes(SHOWN));
            }
        } catch (IOException e) {
            throw new VersException("POST", path, VersException.NO_REPLY, IoReason.of(e));
        }
    }

    /** Sends a request within a time for all of it; the client's own limit ends with the headers. */
    private <T> HttpResponse<T> send(HttpRequest request, BodyHandler<T> handler, Duration limit)
            throws IOException {
        CompletableFuture<HttpResponse<T>> reply = client().sendAsync(request, handler);
        try {
            return reply.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            reply.cancel(true);
            throw new IOException("no answer within " + limit.toSeconds() + " s");
        } catch (InterruptedException _) {
            reply.cancel(true);
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } catch (ExecutionException | CompletionException e) {
            throw e.getCause() instanceof IOException cause ? cause : new IOException(String.valueOf(e.getCause()));
        }
    }

    private HttpRequest request(String method, String path, @Nullable Mapping body, Duration limit) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path)).timeout(limit)
                .header("Content-Type", "application/json")
                .method(method, body == null
                        ? HttpRequest.BodyPublishers.noBody()
                        : HttpRequest.BodyPublishers.ofByteArray(Json.write(body)));
        String known = key.get();
        if (known != null) {
            request.header("Authorization", "Bearer " + known);
        }
        return request.build();
    }
}
