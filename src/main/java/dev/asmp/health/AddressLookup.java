package dev.asmp.health;

import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses of a host, among the names that this host keeps itself or also by asking others. A lookup asks the system, which may take long and cannot be interrupted; so it runs on one
 * of a few threads of its own, one lookup a name at a time, and the caller waits until its deadline only.
 */
final class AddressLookup {
    private static final int THREADS = 8;
    private static final List<InetAddress> LOOPBACK = List.of(literal("127.0.0.1"), literal("::1"));

    /** Asks the system. */
    interface Resolver {
        InetAddress[] addresses(String host) throws UnknownHostException;
    }

    private final Resolver everywhere;
    private final Resolver here;
    private final Executor threads = threads();
    private final ConcurrentHashMap<String, CompletableFuture<List<InetAddress>>> underway = new ConcurrentHashMap<>();

    AddressLookup(Resolver resolver) {
        this(resolver, resolver);
    }

    /** Looks names up everywhere, or only here, where no query leaves this host. */
    AddressLookup(Resolver everywhere, Resolver here) {
        this.everywhere = everywhere;
        this.here = here;
    }

    /** They end when there was nothing to look up for a while. */
    private static Executor threads() {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(THREADS, THREADS, 10, TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), Thread.ofPlatform().name("asmp-names-", 0).daemon().factory());
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** The addresses behind a name or a literal address. */
    List<InetAddress> addresses(String host, boolean mayAsk, Deadline deadline)
            throws UnknownHostException, SocketTimeoutException, InterruptedException {
        List<InetAddress> known = withoutAsking(host.toLowerCase(Locale.ROOT));
        return known == null ? ask(host.toLowerCase(Locale.ROOT), mayAsk, deadline) : known;
    }

    private static @Nullable List<InetAddress> withoutAsking(String host) {
        if (host.equals("localhost") || host.endsWith(".localhost")) {
            return LOOPBACK;
        }
        try {
            return List.of(reachable(InetAddress.ofLiteral(host)));
        } catch (IllegalArgumentException _) {
            return null;
        }
    }

    /** An address that stands for all of this host's is reached by loopback; the JDK would look up the host's name instead. */
    private static InetAddress reachable(InetAddress address) {
        return address.isAnyLocalAddress() ? LOOPBACK.get(address.getAddress().length == 4 ? 0 : 1) : address;
    }

    private List<InetAddress> ask(String host, boolean mayAsk, Deadline deadline)
            throws UnknownHostException, SocketTimeoutException, InterruptedException {
        CompletableFuture<List<InetAddress>> mine = new CompletableFuture<>();
        CompletableFuture<List<InetAddress>> other = underway.putIfAbsent(key(host, mayAsk), mine);
        if (other == null) {
            threads.execute(() -> lookUp(host, mayAsk, mine));
        }
        try {
            return (other == null ? mine : other).get(deadline.remainingMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException _) {
            throw new SocketTimeoutException("the name was not found out in time");
        } catch (ExecutionException _) {
            throw new UnknownHostException(host);
        }
    }

    private static String key(String host, boolean mayAsk) {
        return mayAsk ? host : host + " here";
    }

    private void lookUp(String host, boolean mayAsk, CompletableFuture<List<InetAddress>> lookup) {
        try {
            lookup.complete(
                    Stream.of((mayAsk ? everywhere : here).addresses(host)).map(AddressLookup::reachable).toList());
        } catch (UnknownHostException | RuntimeException e) {
            lookup.completeExceptionally(e);
        } finally {
            underway.remove(key(host, mayAsk), lookup);
        }
    }

    private static InetAddress literal(String address) {
        return InetAddress.ofLiteral(address);
    }
}
