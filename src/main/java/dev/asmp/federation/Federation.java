package dev.asmp.federation;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.IoReason;
import dev.asmp.manifest.Environment;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.FederationSettings.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What other hosts share, beside the catalog and never in it.
 *
 * <pre>
 *   FederationSettings → PeerPuller, one a peer → RemoteHost, immutable → answers
 *                          ↕ PeerLink                 ↕ PeerFile
 * </pre>
 */
public final class Federation implements AutoCloseable {
    /** The folder with a file for each peer, in the state folder. */
    public static final String FOLDER = "peers";
    private static final Duration ANSWER = Duration.ofSeconds(10);

    private final Surroundings around;
    private volatile FederationSettings settings;
    private volatile Map<String, PeerPuller> pullers = Map.of();
    private boolean isStarted;
    private boolean isClosed;

    /**
     * What a puller needs beside its settings.
     *
     * @param folder where the peers' files are
     * @param hostId this host's id
     * @param budget the memory for what all peers share
     * @param parsing held while an answer is parsed
     * @param patience the longest time for a peer's answer
     * @param told is told when a peer begins or ceases to answer
     */
    record Surroundings(Path folder, Environment environment, Supplier<String> hostId, InstantSource clock,
            LongSupplier nanos, ByteBudget budget, ReentrantLock parsing, Duration patience,
            BiConsumer<RemoteHost, RemoteHost.Status> told,
            Consumer<String> log) {}

    /**
     * The result of asking one peer.
     *
     * @param error why that failed; null where it did not
     */
    public record Pull(String host, int services, long millis, @Nullable String error) {}

    public Federation(Path home, Environment environment, FederationSettings settings, Supplier<String> hostId,
            InstantSource clock, LongSupplier nanos, ByteBudget budget,
            BiConsumer<RemoteHost, RemoteHost.Status> told, Consumer<String> log) {
        this.around = new Surroundings(home.resolve(FOLDER), environment, hostId, clock, nanos, budget,
                new ReentrantLock(), ANSWER, told, log);
        this.settings = settings;
    }

    public FederationSettings settings() {
        return settings;
    }

    /** Begins to ask the peers. */
    public synchronized void start() {
        isStarted = true;
        apply(settings);
    }

    /** Takes changed settings in: a peer with the same ones goes on, others begin or end. */
    public synchronized void apply(FederationSettings changed) {
        boolean isSame = changed.interval().equals(settings.interval())
                && changed.staleAfter().equals(settings.staleAfter())
                && changed.forgetAfter().equals(settings.forgetAfter())
                && changed.aliases().equals(settings.aliases());
        settings = changed;
        if (!isStarted || isClosed) {
            return;
        }
        Map<String, PeerPuller> before = pullers;
        Map<String, PeerPuller> next = new LinkedHashMap<>();
        List<PeerPuller> begun = new ArrayList<>();
        for (Peer peer : changed.peers()) {
            PeerPuller running = before.get(peer.host());
            if (running != null && isSame && running.peer().equals(peer)) {
                next.put(peer.host(), running);
            } else {
                PeerPuller puller = new PeerPuller(around, changed, peer);
                next.put(peer.host(), puller);
                begun.add(puller);
            }
        }
        List<PeerPuller> ended = before.values().stream().filter(old -> !next.containsValue(old)).toList();
        ended.forEach(PeerPuller::close);
        pullers = next; // not changed any more
        ended.forEach(old -> old.discard(!next.containsKey(old.peer().host())));
        deleteOthers(next.keySet());
        begun.forEach(PeerPuller::start);
    }

    private void deleteOthers(Set<String> hosts) {
        try {
            PeerFile.deleteOthers(around.folder(),
                    hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).collect(Collectors.toSet()));
        } catch (IOException e) {
            around.log().accept("cannot delete files of former peers: " + IoReason.of(e));
        }
    }

    /** The running clock on which {@link RemoteHost#status} is judged. */
    public long nanos() {
        return around.nanos().getAsLong();
    }

    /** Whether there are peers. */
    public boolean hasPeers() {
        return !pullers.isEmpty();
    }

    /** The peers in the order of the profile. */
    public List<RemoteHost> hosts() {
        Collection<PeerPuller> all = pullers.values();
        return all.isEmpty() ? List.of() : all.stream().map(PeerPuller::known).toList();
    }

    /** A peer by its name or another name of it; null where there is none. */
    public @Nullable RemoteHost host(String name) {
        PeerPuller puller = pullers.get(settings.canonical(name));
        return puller == null ? null : puller.known();
    }

    /** Asks all peers at the same time, and waits for them no longer than this. */
    public List<Pull> pullAll(Duration patience) throws InterruptedException {
        List<PeerPuller> all = List.copyOf(pullers.values());
        Map<PeerPuller, Pull> pulls = new ConcurrentHashMap<>();
        List<Thread> threads = all.stream().map(puller -> Thread.ofVirtual().start(() -> {
            try {
                pulls.put(puller, puller.pullNow(patience));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        })).toList();
        for (Thread thread : threads) {
            thread.join();
        }
        return all.stream().map(pulls::get).filter(pull -> pull != null).toList();
    }

    /** Counts of one peer since it was first asked. */
    public record Counters(String host, long pulls, long failures) {}

    public List<Counters> counters() {
        return pullers.values().stream()
                .map(puller -> new Counters(puller.peer().host(), puller.counters().pulls(),
                        puller.counters().failures()))
                .toList();
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        pullers.values().forEach(PeerPuller::close);
        pullers.values().forEach(puller -> puller.discard(false));
    }
}
