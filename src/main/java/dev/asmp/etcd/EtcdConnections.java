package dev.asmp.etcd;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.EtcdSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Deque;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.Future;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The connections to all members, those that are free kept for the next request; each request has a limit of time. */
final class EtcdConnections implements AutoCloseable {
    private static final int CONNECT_MILLIS = 1_000;
    /** As many to a member as the writer, the watch and leases use at a time. */
    private static final int MAX_FREE = 8;
    private static final Duration REASON = Duration.ofMillis(500);

    private final @Nullable SSLContext tls;
    private final Map<URI, Deque<EtcdConnection>> free = new ConcurrentHashMap<>();
    private volatile boolean closed;

    EtcdConnections(EtcdSettings settings, long now) throws EtcdException {
        this.tls = EtcdSecurity.context(settings, now);
    }

    /** An answer that is read. */
    record Reply(int status, byte[] body) {}

    /** An attempt that another member may do better. */
    static final class Failed extends IOException {
        private static final long serialVersionUID = 1L;
        /** The member may have carried it out. */
        final boolean sent;
        /** The settings are wrong, as far as this member can tell. */
        final boolean setup;
        /** The member did not answer in time. */
        final boolean silent;
        /** A kept connection turned out to be dead, which says nothing about the member. */
        final boolean kept;

        Failed(String message, boolean sent) {
            this(message, sent, false, false, false);
        }

        private Failed(String message, boolean sent, boolean setup, boolean silent, boolean kept) {
            super(message);
            this.sent = sent;
            this.setup = setup;
            this.silent = silent;
            this.kept = kept;
        }
    }

    /** Asks a member and reads its answer. */
    Reply ask(URI member, String path, byte[] body, @Nullable String token, Duration limit) throws Failed {
        return with(member, free(member).pollFirst(), limit, connection -> {
            EtcdConnection.Answer answer = connection.ask(path, body, token);
            Reply reply = new Reply(answer.status(), answer.read());
            if (connection.isReusable()) {
                keep(member, connection);
            } else {
                connection.close();
            }
            return reply;
        });
    }

    /** Asks a member for a stream of answers: only its beginning has a limit of time, and closing it ends the connection. */
    EtcdConnection.Answer stream(URI member, String path, byte[] body, @Nullable String token, Duration limit)
            throws Failed {
        return with(member, null, limit, connection -> connection.ask(path, body, token));
    }

    /** What is done with a connection. */
    private interface Use<T> {
        T of(EtcdConnection connection) throws IOException;
    }

    private <T> T with(URI member, @Nullable EtcdConnection kept, Duration limit, Use<T> use) throws Failed {
        if (closed) {
            throw new Failed("the registry is stopping", false);
        }
        EtcdConnection connection = kept == null ? new EtcdConnection(member) : kept;
        Future<?> alarm = connection.limit(limit.toNanos());
        try {
            if (kept == null) {
                connection.open(tls(member), CONNECT_MILLIS);
            }
            return use.of(connection);
        } catch (IOException e) {
            connection.close();
            forget(member); // the others are no better, most of the time
            throw failed(member, connection, reason(member, connection, e));
        } finally {
            alarm.cancel(false);
        }
    }

    private Deque<EtcdConnection> free(URI member) {
        return free.computeIfAbsent(member, _ -> new ConcurrentLinkedDeque<>());
    }

    private void keep(URI member, EtcdConnection connection) {
        Deque<EtcdConnection> kept = free(member);
        if (kept.size() >= MAX_FREE) {
            connection.close();
        } else {
            kept.addFirst(connection);
        }
        if (closed) {
            forget(member);
        }
    }

    private void forget(URI member) {
        Deque<EtcdConnection> kept = free(member);
        for (EtcdConnection next = kept.poll(); next != null; next = kept.poll()) {
            next.close();
        }
    }

    private @Nullable SSLContext tls(URI member) throws IOException {
        if (!"https".equals(member.getScheme())) {
            return null;
        }
        try {
            return tls == null ? SSLContext.getDefault() : tls;
        } catch (NoSuchAlgorithmException e) {
            throw new SSLException(e);
        }
    }

    /**
     * The reason of a failure. A member that refuses a certificate closes the connection while a request is on its way, and often
     * the reason is lost; a connection over which nothing is sent hears it.
     */
    private IOException reason(URI member, EtcdConnection failed, IOException why) {
        boolean mayBeRefused = "https".equals(member.getScheme()) && failed.isSent() && !failed.isUsed()
                && !failed.isLate() && !(why instanceof SSLException);
        if (!mayBeRefused) {
            return why;
        }
        EtcdConnection listening = new EtcdConnection(member);
        Future<?> alarm = listening.limit(REASON.toNanos());
        try {
            listening.open(tls(member), CONNECT_MILLIS);
            listening.hear();
            return why;
        } catch (IOException e) {
            return e instanceof SSLException && !listening.isLate() ? e : why;
        } finally {
            alarm.cancel(false);
            listening.close();
        }
    }

    private static Failed failed(URI member, EtcdConnection connection, IOException why) {
        if (connection.isLate()) {
            return new Failed(member + " did not answer in time", connection.isSent(), false, true, false);
        }
        if (why instanceof SSLException) {
            String lower = String.valueOf(why.getMessage()).toLowerCase(Locale.ROOT);
            boolean isCertificate = lower.contains("certif") || lower.contains("path") || lower.contains("validity")
                    || lower.contains("unknown_ca") || lower.contains("subject alternative");
            return new Failed(member + ": no trust: " + EtcdSecurity.meaning(why),
                    connection.isSent() && !isCertificate, isCertificate, false, false);
        }
        String reason = why instanceof ConnectException ? "no connection" : IoReason.of(why);
        return new Failed(member + ": " + reason, connection.isSent(), false, why instanceof SocketTimeoutException,
                connection.isUsed());
    }

    /** Closes those that are free, and each other one once it becomes free. */
    @Override
    public void close() {
        closed = true;
        free.keySet().forEach(this::forget);
    }
}
