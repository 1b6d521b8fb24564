package dev.asmp.http;

import io.helidon.common.buffers.BufferData;
import io.helidon.common.buffers.DataReader;
import io.helidon.common.tls.Tls;
import io.helidon.webserver.CloseConnectionException;
import io.helidon.webserver.ServerConnectionException;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Connection;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.StandardSocketOptions;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * A client's connection, served by a thread of its own. The library parses requests and formats answers; this class moves the
 * bytes, and notes since when its thread has been waiting for the client, so that {@link Connections} can cut it.
 */
final class Connection extends LibraryContext implements Runnable {
    /** The connection of the current thread: each has its own. */
    private static final ThreadLocal<Connection> SERVED = new ThreadLocal<>();

    /** Enough for most heads of requests; each connection holds it. */
    private static final int HEAD_BUFFER = 1024;
    private static final int BODY_BUFFER = 16 * 1024;

    private final Connections limits;
    private final SocketChannel channel;
    private final Ingress ingress;
    private final @Nullable Object peer;
    private final DataReader reader = DataReader.create(this::pull);
    private final byte[] buffer = new byte[HEAD_BUFFER];
    private @Nullable Socket plain;
    private @Nullable Socket secured;
    private InputStream in = InputStream.nullInputStream();
    private OutputStream out = OutputStream.nullOutputStream();
    private @Nullable Http1Connection http;
    /** The end of the time for the headers of a request that has begun to arrive; 0 for none. */
    private long arrival;
    /** True for an HTTP/1.0 request, whose connection ends with the answer. */
    private boolean isOld;
    /** The bytes of the head that is arriving. */
    private int head;
    private boolean hasTurn;
    private volatile long waitingSince;
    private volatile long deadline;

    /** @param peer the key of the host that it is from; null where hosts are not told apart */
    Connection(HttpListener listener, SocketChannel channel, Ingress ingress, @Nullable Object peer)
            throws IOException {
        super(listener, new PeerAddress(channel.getRemoteAddress()));
        this.limits = listener.connections();
        this.channel = channel;
        this.ingress = ingress;
        this.peer = peer;
    }

    /** The way on which the current thread's request arrived. */
    static Ingress ingress() {
        Connection served = SERVED.get();
        return served == null ? Ingress.PROCESS : served.ingress;
    }

    /**
     * Ends a request. Where the next has arrived already, it waits for its turn among those of its kind, which are few at a
     * time: so clients that send requests without reading answers do not delay the others.
     */
    static void giveTurn() {
        Connection served = SERVED.get();
        if (served != null) {
            served.endTurn();
            if (served.reader.available() > 0) {
                served.await(served.limits.patience().arrival());
                served.limits.turns().acquireUninterruptibly();
                served.hasTurn = true;
                served.waitingSince = 0;
            }
        }
    }

    private void endTurn() {
        if (hasTurn) {
            hasTurn = false;
            limits.turns().release();
        }
    }

    /** The output for a body of unknown length that the server's chunks are not for; null for all requests but HTTP/1.0. */
    static @Nullable OutputStream withoutChunks(ServerResponse response) {
        Connection served = SERVED.get();
        return served == null || !served.isOld ? null : OldProtocol.output(response, served.dataWriter());
    }

    @Override
    public void run() {
        SERVED.set(this);
        await(limits.patience().silence()); // not before: until its thread runs, it is the client that waits
        try {
            open();
            http = listener.serve(this);
            http.handle(HttpListener.UNLIMITED);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException _) {
            // The client is gone, or was cut, or asked for the end; errors of a request are answered by the library.
        } finally {
            headIsComplete();
            endTurn();
            finish();
            limits.remove(this);
        }
    }

    /** Ends the output before the connection is closed: else its last bytes may be lost. */
    private void finish() {
        await(limits.patience().write());
        try (channel; Socket socket = secured) {
            if (socket != null) {
                socket.shutdownOutput();
            } else {
                channel.shutdownOutput();
            }
        } catch (IOException _) {
            // The client is gone.
        }
    }

    private void open() throws IOException {
        Tls tls = listener.tls();
        if (!listener.isTcp()) {
            in = Channels.newInputStream(channel);
            out = Channels.newOutputStream(channel);
            return;
        }
        Socket socket = channel.socket();
        plain = socket;
        if (tls != null) {
            await(limits.patience().silence());
            SSLSocket secure = (SSLSocket) tls.sslContext().getSocketFactory().createSocket(socket,
                    InputStream.nullInputStream(), true);
            secure.startHandshake();
            secured = secure;
            socket = secure;
        }
        in = socket.getInputStream();
        out = socket.getOutputStream();
    }

    @Nullable
    Object peer() {
        return peer;
    }

    /** Since when its thread waits for the client, in nanoseconds; 0 while it works. */
    long waitingSince() {
        return waitingSince;
    }

    /** Tells whether the client has kept it waiting for too long. */
    boolean isOverdue(long now) {
        return waitingSince != 0 && now - deadline > 0;
    }

    /** Tells whether no request is under way. */
    boolean isIdle() {
        Http1Connection served = http;
        return served == null || (served.canInterrupt() && arrival == 0);
    }

    /** Ends it at once, from any thread, and drops what the kernel holds for it. */
    void cut() {
        try {
            if (listener.isTcp()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException _) {
            // It is closed already.
        }
        close();
    }

    void close() {
        try {
            channel.close();
        } catch (IOException _) {
            // Nothing more can be done for it.
        }
    }

    /** Limits reads of a body by the socket, too: after that the client is told what was wrong; a cut tells nothing. */
    private void timeout(Duration limit) {
        try {
            if (plain != null) {
                plain.setSoTimeout((int) limit.toMillis());
            }
        } catch (SocketException _) {
            // It is closed, which the next read tells.
        }
    }

    private void await(Duration limit) {
        long now = System.nanoTime() | 1; // never 0, which means that nothing is waited for
        deadline = now + limit.toNanos();
        waitingSince = now;
    }

    private byte[] pull() {
        if (isIdle() && reader.available() == 0) {
            timeout(Duration.ZERO);
            byte[] first = arrived(buffer, limits.patience().silence());
            headBegins();
            OldProtocol.Begun begun = OldProtocol.begun(first, this::moreOfHead, listener::ownHost);
            isOld = begun.isOld();
            return begun.data();
        }
        if (isIdle()) {
            headBegins(); // its first bytes arrived with the request before
        }
        return arrival == 0 ? arrived(new byte[BODY_BUFFER], limits.patience().body()) : moreOfHead();
    }

    void headBegins() {
        if (arrival == 0) {
            arrival = (System.nanoTime() + limits.patience().arrival().toNanos()) | 1;
        }
    }

    private byte[] moreOfHead() {
        byte[] data = arrived(buffer, Duration.ofNanos(arrival - System.nanoTime()));
        if (!limits.heads().tryTake(data.length)) {
            throw new CloseConnectionException("there are too many long heads of requests under way");
        }
        head += data.length;
        return data;
    }

    void headIsComplete() {
        arrival = 0;
        timeout(limits.patience().silence());
        if (head > 0) {
            limits.heads().release(head);
            head = 0;
        }
    }

    private byte[] arrived(byte[] target, Duration limit) {
        await(limit);
        try {
            int n = in.read(target);
            if (n < 0) {
                throw new DataReader.InsufficientDataAvailableException();
            }
            return Arrays.copyOf(target, n);
        } catch (IOException e) {
            throw new ServerConnectionException("the request could not be read", e);
        } finally {
            waitingSince = 0;
        }
    }

    @Override
    void write(BufferData data) {
        await(limits.patience().write());
        try {
            data.writeTo(out);
        } finally {
            waitingSince = 0;
        }
    }

    @Override
    public DataReader dataReader() {
        return reader;
    }

    @Override
    public boolean isSecure() {
        return secured != null;
    }
}
