package dev.asmp.etcd;

import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.etcd.EtcdConnections.Failed;
import dev.asmp.etcd.EtcdConnections.Reply;
import dev.asmp.etcd.EtcdException.Kind;
import dev.asmp.manifest.EtcdSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests to the members of an etcd cluster, over the JSON gateway of its version 3 interface. The member that answered last
 * is asked first; one that does not answer is followed by the next.
 */
final class EtcdLink implements AutoCloseable {
    /** The longest wait for one member: longer than a write takes, and long enough to ask each before a client gives up. */
    private static final Duration ATTEMPT = Duration.ofSeconds(1);
    /** The same for a page of a list, which may be a megabyte over a slow line. */
    private static final Duration PAGE = Duration.ofSeconds(3);
    private static final String RANGE = "/v3/kv/range";
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
    private final EtcdConnections connections;
    private volatile int current;
    private volatile @Nullable String token;

    /** An answer, and whether an earlier attempt may have been carried out although nothing was heard of it. */
    record Answer(Mapping body, boolean repeated) {}

    EtcdLink(EtcdSettings settings, long now, EtcdCounters counters) throws EtcdException {
        this.settings = settings;
        this.counters = counters;
        this.connections = new EtcdConnections(settings, now);
    }

    /** The number of the member that answered last. */
    int answering() {
        return current;
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
        return call(path, sent, () -> sent, patience);
    }

    /** The same where another request follows an attempt of which nothing was heard. */
    Answer call(String path, byte[] sent, Supplier<byte[]> after, Duration patience) throws EtcdException {
        long deadline = System.nanoTime() + patience.toNanos();
        int members = endpoints().size();
        BitSet silent = new BitSet(members);
        boolean repeated = false;
        boolean renewed = false;
        Failed last = null;
        int first = current;
        for (int i = 0; i < members || System.nanoTime() < deadline; i++) {
            int member = (first + i) % members;
            if (i > 0 && i % members == 0) {
                LockSupport.parkNanos(PAUSE);
                if (silent.cardinality() == members) {
                    silent.clear();
                }
            }
            if (silent.get(member)) {
                continue; // the time is better spent on one that answers
            }
            try {
                Mapping answer = ask(endpoints().get(member), path, repeated ? after.get() : sent);
                current = member;
                return new Answer(answer, repeated);
            } catch (Failed e) {
                counters.errors.increment();
                repeated |= e.sent;
                silent.set(member, e.silent);
                i -= e.kept && !renewed ? 1 : 0; // the same member, over a new connection
                renewed |= e.kept;
                last = last != null && last.setup && !e.setup ? last : e;
            }
        }
        throw new EtcdException(last != null && last.setup ? Kind.SETUP : Kind.AWAY,
                last == null ? "no member was asked" : String.valueOf(last.getMessage()));
    }

    /** Asks one member, which may be asked twice. */
    Mapping ask(URI member, String path, Document body) throws EtcdException {
        try {
            try {
                return ask(member, path, Json.write(body));
            } catch (Failed e) {
                if (e.kept) {
                    return ask(member, path, Json.write(body));
                }
                throw e;
            }
        } catch (Failed e) {
            throw new EtcdException(e.setup ? Kind.SETUP : Kind.AWAY, String.valueOf(e.getMessage()));
        }
    }

    private Mapping ask(URI member, String path, byte[] body) throws Failed, EtcdException {
        Duration limit = path.equals(RANGE) ? PAGE : ATTEMPT;
        String used = token(member);
        Reply reply = connections.ask(member, path, body, used, limit);
        if (isStale(reply, used)) {
            token = null;
            reply = connections.ask(member, path, body, token(member), limit);
        }
        return accepted(member, reply);
    }

    /** Opens a stream of answers at one member; closing it ends it. */
    InputStream stream(URI member, String path, Document body) throws EtcdException {
        try {
            EtcdConnection.Answer answer = connections.stream(member, path, Json.write(body), token(member),
                    ATTEMPT);
            if (answer.status() == 200) {
                return answer.body();
            }
            try (InputStream error = answer.body()) {
                Reply reply = new Reply(answer.status(), error.readNBytes(64 * 1024));
                if (isStale(reply, token)) {
                    token = null;
                }
                accepted(member, reply);
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

    private static Mapping accepted(URI member, Reply reply) throws Failed, EtcdException {
        Mapping said = read(member, reply);
        if (reply.status() == 200) {
            return said;
        }
        throw refused(member, reply.status(), said);
    }

    private static Mapping read(URI member, Reply reply) throws Failed {
        try {
            if (Json.readTrusted(reply.body()) instanceof Mapping said) {
                return said;
            }
        } catch (MalformedDocumentException _) {
            // The sentence below says what answers.
        }
        throw new Failed(member + " answered with status " + reply.status() + ", and not as etcd does", true);
    }

    private static EtcdException refused(URI member, int status, Mapping said) throws Failed {
        String code = said.text("code");
        String message = error(said);
        return switch (code == null ? -1 : Integer.parseInt(code)) {
            case EXHAUSTED -> {
                if (!message.contains("space exceeded")) {
                    throw new Failed(member + ": " + message, true);
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
            default -> throw new Failed(member + ": " + (message.isEmpty() ? "status " + status : message), true);
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
    private static boolean isStale(Reply reply, @Nullable String used) {
        if (used == null || reply.status() == 200) {
            return false;
        }
        String said = new String(reply.body(), StandardCharsets.UTF_8);
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
        Reply reply = connections.ask(member, "/v3/auth/authenticate",
                Json.write(Mapping.builder().put("name", settings.user()).put("password", password).build()), null,
                ATTEMPT);
        Mapping said = read(member, reply);
        String given = said.text("token");
        if (reply.status() == 200 && given != null) {
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
        throw refused(member, reply.status(), said);
    }

    @Override
    public void close() {
        connections.close();
    }
}
