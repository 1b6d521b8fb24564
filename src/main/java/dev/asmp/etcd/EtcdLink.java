package dev.asmp.etcd;

import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.etcd.EtcdException.Kind;
import dev.asmp.manifest.EtcdSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the members of an etcd cluster, over the JSON gateway of its version 3 interface. The member that answered last
 * is asked first; one that does not answer is followed by the next.
 */
final class EtcdLink implements AutoCloseable {
    private static final Duration CONNECT = Duration.ofSeconds(1);
    /** The longest wait for one member: longer than a write takes, shorter than a client waits. */
    private static final Duration ATTEMPT = Duration.ofMillis(1_500);
    private static final long PAUSE = Duration.ofMillis(100).toNanos();
    /** The codes of gRPC that the gateway passes on. */
    private static final int INVALID = 3;
    private static final int NOT_FOUND = 5;
    private static final int DENIED = 7;
    private static final int EXHAUSTED = 8;
    private static final int PRECONDITION = 9;
    private static final int OUT_OF_RANGE = 11;
    private static final int UNAUTHENTICATED = 16;

    private final EtcdSettings settings;
    private final EtcdCounters counters;
    private final HttpClient client;
    private volatile int current;
    private volatile @Nullable String token;

    /** An answer, and whether an earlier attempt may have been carried out although nothing was heard of it. */
    record Answer(Mapping body, boolean repeated) {}

    /** An attempt that another member may do better. */
    private static final class Failed extends IOException {
        private static final long serialVersionUID = 1L;
        private final boolean sent;
        private final boolean setup;

        Failed(String message, boolean sent, boolean setup) {
            super(message);
            this.sent = sent;
            this.setup = setup;
        }
    }

    EtcdLink(EtcdSettings settings, long now, EtcdCounters counters) throws EtcdException {
        this.settings = settings;
        this.counters = counters;
        SSLContext tls = EtcdSecurity.context(settings, now);
        HttpClient.Builder builder = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER).proxy(HttpClient.Builder.NO_PROXY);
        client = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    private List<URI> endpoints() {
        return settings.endpoints();
    }

    /** Asks until a member answers; each once at least, and again for as long as this. */
    Answer call(String path, Document body, Duration patience) throws EtcdException {
        return call(path, Json.write(body), patience);
    }

    /** The same with a request that is JSON already. */
    Answer call(String path, byte[] sent, Duration patience) throws EtcdException {
        long deadline = System.nanoTime() + patience.toNanos();
        boolean repeated = false;
        Failed last = null;
        int first = current;
        for (int i = 0; i < endpoints().size() || System.nanoTime() < deadline; i++) {
            if (i > 0 && i % endpoints().size() == 0) {
                LockSupport.parkNanos(PAUSE);
            }
            int member = (first + i) % endpoints().size();
            try {
                Mapping answer = ask(endpoints().get(member), path, sent);
                current = member;
                return new Answer(answer, repeated);
            } catch (Failed e) {
                counters.errors.increment();
                repeated |= e.sent;
                last = last != null && last.setup && !e.setup ? last : e;
            }
        }
        throw new EtcdException(last != null && last.setup ? Kind.SETUP : Kind.AWAY,
                last == null ? "no member was asked" : String.valueOf(last.getMessage()));
    }

    Mapping ask(URI member, String path, Document body) throws EtcdException {
        try {
            return ask(member, path, Json.write(body));
        } catch (Failed e) {
            throw new EtcdException(e.setup ? Kind.SETUP : Kind.AWAY, String.valueOf(e.getMessage()));
        }
    }

    private Mapping ask(URI member, String path, byte[] body) throws Failed, EtcdException {
        String used = token(member);
        HttpResponse<byte[]> response = send(member, path, body, used, HttpResponse.BodyHandlers.ofByteArray(),
                ATTEMPT);
        if (isStale(response.statusCode(), response.body(), used)) {
            token = null;
            response = send(member, path, body, token(member), HttpResponse.BodyHandlers.ofByteArray(), ATTEMPT);
        }
        return accepted(member, response.statusCode(), response.body());
    }

    /** Opens a stream of answers at one member; closing it ends it. */
    InputStream stream(URI member, String path, Document body) throws EtcdException {
        try {
            HttpResponse<InputStream> response = send(member, path, Json.write(body), token(member),
                    HttpResponse.BodyHandlers.ofInputStream(), ATTEMPT);
            if (response.statusCode() == 200) {
                return response.body();
            }
            try (InputStream error = response.body()) {
                byte[] said = error.readNBytes(64 * 1024);
                if (isStale(response.statusCode(), said, token)) {
                    token = null;
                }
                accepted(member, response.statusCode(), said);
            }
            throw new EtcdException(Kind.AWAY, member + " opened no stream");
        } catch (EtcdException e) {
            throw e;
        } catch (Failed e) {
            throw new EtcdException(e.setup ? Kind.SETUP : Kind.AWAY, String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new EtcdException(Kind.AWAY, member + ": " + IoReason.of(e));
        }
    }

    private <T> HttpResponse<T> send(URI member, String path, byte[] body, @Nullable String used,
            HttpResponse.BodyHandler<T> handler, Duration limit) throws Failed {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(member + path))
                .header("Content-Type", "application/json").header("Grpc-Metadata-hasleader", "true")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        if (used != null) {
            request.header("Authorization", used);
        }
        CompletableFuture<HttpResponse<T>> answer = client.sendAsync(request.build(), handler);
        try {
            return answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            answer.cancel(true);
            throw new Failed(member + " did not answer in time", true, false);
        } catch (InterruptedException _) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new Failed("interrupted", true, false);
        } catch (ExecutionException e) {
            throw failed(member, e.getCause() instanceof IOException io ? io : new IOException(e.getCause()));
        }
    }

    private static Failed failed(URI member, IOException why) {
        if (why instanceof SSLException) {
            String meaning = EtcdSecurity.meaning(why);
            String lower = String.valueOf(why.getMessage()).toLowerCase(Locale.ROOT);
            boolean isCertificate = lower.contains("certif") || lower.contains("path") || lower.contains("validity")
                    || lower.contains("unknown_ca") || lower.contains("subject alternative");
            return new Failed(member + ": no trust: " + meaning, false, isCertificate);
        }
        boolean refused = why instanceof ConnectException; // whose message may be missing
        return new Failed(member + ": " + (refused ? "no connection" : IoReason.of(why)), !refused
                && !(why instanceof HttpConnectTimeoutException), false);
    }

    private static Mapping accepted(URI member, int status, byte[] body) throws Failed, EtcdException {
        Mapping said = read(member, status, body);
        if (status == 200) {
            return said;
        }
        throw refused(member, status, said);
    }

    private static Mapping read(URI member, int status, byte[] body) throws Failed {
        try {
            if (Json.readTrusted(body) instanceof Mapping said) {
                return said;
            }
        } catch (MalformedDocumentException _) {
            // The sentence below says what answers.
        }
        throw new Failed(member + " answered with status " + status + ", and not as etcd does", true, false);
    }

    private static EtcdException refused(URI member, int status, Mapping said) throws Failed {
        String code = said.text("code");
        String message = error(said);
        return switch (code == null ? -1 : Integer.parseInt(code)) {
            case EXHAUSTED -> {
                if (!message.contains("space exceeded")) {
                    throw new Failed(member + ": " + message, true, false);
                }
                yield new EtcdException(Kind.FULL, message);
            }
            case OUT_OF_RANGE -> new EtcdException(Kind.COMPACTED, message);
            case NOT_FOUND -> new EtcdException(message.contains("lease") ? Kind.NO_LEASE : Kind.REFUSED, message);
            case INVALID -> new EtcdException(isAboutUsers(message) ? Kind.SETUP : Kind.REFUSED,
                    message.contains("user name is empty")
                            ? "etcd asks for a user: set fleet.store.etcd.user and password_file"
                            : message);
            case DENIED -> new EtcdException(Kind.SETUP,
                    message + ": fleet.store.etcd.user needs readwrite for the prefix");
            case UNAUTHENTICATED -> new EtcdException(Kind.SETUP, message);
            case PRECONDITION -> new EtcdException(Kind.REFUSED, message);
            default -> throw new Failed(member + ": " + (message.isEmpty() ? "status " + status : message), true,
                    false);
        };
    }

    private static boolean isAboutUsers(String message) {
        return message.contains("user") || message.contains("password");
    }

    private static String error(Mapping said) {
        String message = said.text("message");
        return message == null ? String.valueOf(said.text("error")) : message;
    }

    /** Tells whether an answer says that the token has to be renewed. */
    private static boolean isStale(int status, byte[] body, @Nullable String used) {
        if (used == null || status == 200) {
            return false;
        }
        String said = new String(body, StandardCharsets.UTF_8);
        return said.contains("invalid auth token") || said.contains("revision");
    }

    private @Nullable String token(URI member) throws Failed, EtcdException {
        if (settings.user() == null || settings.passwordFile() == null) {
            return null;
        }
        String known = token;
        if (known == null) {
            known = authenticate(member);
            token = known;
        }
        return known;
    }

    private String authenticate(URI member) throws Failed, EtcdException {
        String password;
        try {
            password = Files.readString(settings.passwordFile()).strip();
        } catch (IOException e) {
            throw new EtcdException(Kind.SETUP, "fleet.store.etcd.password_file " + settings.passwordFile()
                    + " cannot be read: " + IoReason.of(e));
        }
        HttpResponse<byte[]> response = send(member, "/v3/auth/authenticate",
                Json.write(Mapping.builder().put("name", settings.user()).put("password", password).build()), null,
                HttpResponse.BodyHandlers.ofByteArray(), ATTEMPT);
        Mapping said = read(member, response.statusCode(), response.body());
        String given = said.text("token");
        if (response.statusCode() == 200 && given != null) {
            return given;
        }
        if (error(said).contains("not enabled")) {
            throw new EtcdException(Kind.SETUP,
                    "fleet.store.etcd.user is set, but authentication is not enabled in etcd");
        }
        if (error(said).contains("password")) {
            throw new EtcdException(Kind.SETUP, "etcd refuses the password of fleet.store.etcd.user "
                    + settings.user());
        }
        throw refused(member, response.statusCode(), said);
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
