package dev.asmp.http;

import dev.asmp.document.ByteBudget;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The open connections of a socket. Clients that keep a connection waiting for too long lose it; where there are too many
 * connections, the one that has waited for its client for the longest gives way to the next, so that a client that sends its
 * request at once is always answered. The thread that looks runs while connections are open.
 */
final class Connections {
    /** The most from one host, on a socket that other hosts reach. */
    static final int OF_ONE_HOST = 128;
    /** The memory for heads of requests that are longer than usual, until they are complete. */
    private static final long HEADS = 2L << 20;
    /** The requests at a time that arrived before the answer to the one before them was sent. */
    private static final int TURNS = 8;

    private final int most;
    private final Patience patience;
    private final ByteBudget heads = new ByteBudget(HEADS);
    private final Semaphore turns = new Semaphore(TURNS, true);
    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final Map<Object, Integer> byPeer = new ConcurrentHashMap<>();
    private @Nullable Thread watch;

    /**
     * How long a client may keep its connection waiting.
     *
     * @param silence between two requests, and between two parts of a body
     * @param body between two parts of a body where the socket has no timeout
     * @param arrival of request line and headers together: a client could send a byte now and then for days
     * @param write of a whole answer, or of a piece of a long one
     */
    record Patience(Duration silence, Duration body, Duration arrival, Duration write) {
        static final Patience USUAL = new Patience(Duration.ofSeconds(20), Duration.ofSeconds(25),
                Duration.ofSeconds(30), Duration.ofSeconds(20));
    }

    /** The connections of a socket for requests of this kind: each takes up to 10 KB of the heap, all together 28 MB. */
    static Connections of(Ingress ingress) {
        int most = switch (ingress) {
            case PORT, PROCESS -> 2_048;
            case FLEET -> 448;
            case PEERS -> 64;
            case OWNER_SOCKET, GROUP_SOCKET -> 256;
        };
        // The kernel may allow fewer open files, which are for other things, too.
        return new Connections((int) Math.clamp(filesAllowed() / 5_632.0 * most, 32, most), Patience.USUAL);
    }

    Connections(int most, Patience patience) {
        this.most = most;
        this.patience = patience;
    }

    Patience patience() {
        return patience;
    }

    ByteBudget heads() {
        return heads;
    }

    Semaphore turns() {
        return turns;
    }

    /** The files that this process may open. Where the system does not tell, there are enough. */
    private static long filesAllowed() {
        try {
            for (String line : Files.readString(Path.of("/proc/self/limits"), StandardCharsets.US_ASCII).split("\n",
                    -1)) {
                if (line.startsWith("Max open files")) {
                    String soft = line.substring(14).strip().split(" ", 2)[0];
                    return soft.matches("[0-9]{1,9}") ? Long.parseLong(soft) : Integer.MAX_VALUE;
                }
            }
        } catch (IOException _) {
            // Not Linux.
        }
        return Integer.MAX_VALUE;
    }

    /** Adds a connection; false where there are too many, and none of them waits for its client. Called by one thread. */
    boolean add(Connection connection) {
        Object peer = connection.peer();
        boolean fits = (peer == null || byPeer.getOrDefault(peer, 0) < OF_ONE_HOST || giveWay(peer))
                && (open.size() < most || giveWay(null));
        if (fits) {
            open.add(connection);
            if (peer != null) {
                byPeer.merge(peer, 1, Integer::sum);
            }
            begin();
        }
        return fits;
    }

    void remove(Connection connection) {
        Object peer = connection.peer();
        if (open.remove(connection) && peer != null) {
            byPeer.computeIfPresent(peer, (_, count) -> count > 1 ? count - 1 : null);
        }
    }

    int count() {
        return open.size();
    }

    /** Cuts the connection that has waited for its client for the longest, of this host or of any. */
    private boolean giveWay(@Nullable Object peer) {
        Connection slowest = null;
        long longest = -1;
        long now = System.nanoTime();
        for (Connection connection : open) {
            long since = connection.waitingSince();
            if (since != 0 && now - since > longest && (peer == null || peer.equals(connection.peer()))) {
                slowest = connection;
                longest = now - since;
            }
        }
        if (slowest == null) {
            return false;
        }
        remove(slowest);
        slowest.cut();
        return true;
    }

    private synchronized void begin() {
        if (watch == null) {
            watch = Thread.ofPlatform().name("connections").daemon().start(this::watch);
        }
    }

    private void watch() {
        while (true) {
            LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
            synchronized (this) {
                if (open.isEmpty()) {
                    watch = null; // the next connection starts another
                    return;
                }
            }
            long now = System.nanoTime();
            for (Connection connection : open) {
                if (connection.isOverdue(now) && connection.isIdle()) {
                    connection.close();
                } else if (connection.isOverdue(now)) {
                    connection.cut();
                }
            }
        }
    }

    /** Closes those without a request under way, waits for the others for a while, and then closes them. */
    void closeAll(long patienceNanos) throws InterruptedException {
        long end = System.nanoTime() + patienceNanos;
        while (!open.isEmpty() && System.nanoTime() - end < 0) {
            open.stream().filter(Connection::isIdle).forEach(Connection::close);
            TimeUnit.MILLISECONDS.sleep(10);
        }
        open.forEach(Connection::close);
    }
}
