package dev.asmp.federation;

import dev.asmp.client.PeerClient;
import dev.asmp.document.ByteBudget;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.FederationSettings.Peer;
import dev.asmp.manifest.Printable;
import dev.asmp.manifest.SecretMask;
import dev.asmp.wire.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Asks one peer, again and again, on a virtual thread; it alone changes what is known of that peer. */
final class PeerPuller implements AutoCloseable {
    static final int LONGEST_ANSWER = 16 * 1024 * 1024;
    static final String HOST_HEADER = "x-asmp-host";
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration TOUCH = Duration.ofHours(1);
    private static final int LONGEST_ERROR = 300;

    private final Federation.Surroundings around;
    private final FederationSettings settings;
    private final Peer peer;
    private final PeerLink link;
    private final PeerFile file;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final Thread thread;
    private volatile RemoteHost known;
    /** The host_id that the peer has proven by its answer; null until then, and after a failure. */
    private @Nullable String id;
    private @Nullable String tag;
    private @Nullable Long failingSince;
    private RemoteHost.Status told = RemoteHost.Status.NEVER;
    private Instant written = Instant.MIN;
    private boolean isWanted;
    private boolean isWaiting;
    private boolean isClosed;
    private long begun;
    private long ended;
    private long pulls;
    private long failures;
    private long lastMillis;

    PeerPuller(Federation.Surroundings around, FederationSettings settings, Peer peer) {
        this.around = around;
        this.settings = settings;
        this.peer = peer;
        this.link = PeerLink.to(peer, LONGEST_ANSWER, around.environment());
        this.file = new PeerFile(around.folder(), peer.host());
        this.known = RemoteHost.unknown(peer, settings.staleAfter());
        this.thread = Thread.ofVirtual().name("peer-" + peer.host()).unstarted(this::run);
    }

    /** The result of asking once. */
    record Outcome(int services, long millis, @Nullable String error) {}

    Peer peer() {
        return peer;
    }

    RemoteHost known() {
        return known;
    }

    long pulls() {
        return pulls;
    }

    long failures() {
        return failures;
    }

    void start() {
        load();
        if (peer.problem() == null) {
            thread.start();
        }
    }

    private void run() {
        try {
            while (true) {
                Duration pause = round();
                lock.lock();
                try {
                    ended++;
                    news.signalAll();
                    long nanos = pause.toNanos();
                    while (nanos > 0 && !isWanted && !isClosed) {
                        nanos = news.awaitNanos(nanos);
                    }
                    if (isClosed) {
                        return;
                    }
                } finally {
                    lock.unlock();
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error e) {
            around.log().accept("asking the registry of " + peer.host() + " ended: " + e);
        }
    }

    /** Asks now, and returns what came of it, at the latest after this time. */
    Outcome pullNow(Duration patience) throws InterruptedException {
        if (peer.problem() != null) {
            return new Outcome(0, 0, peer.problem());
        }
        lock.lockInterruptibly();
        try {
            long awaited = begun + 1;
            isWanted = true;
            news.signalAll();
            if (isWaiting) {
                link.abort();
            }
            long nanos = patience.toNanos();
            while (ended < awaited && nanos > 0 && !isClosed) {
                nanos = news.awaitNanos(nanos);
            }
            return ended < awaited
                    ? new Outcome(known.entries().size(), patience.toMillis(), "no answer yet")
                    : new Outcome(known.entries().size(), lastMillis, known.error());
        } finally {
            lock.unlock();
        }
    }

    /** Asks once; returns the pause before the next time. */
    Duration round() {
        Duration wait = begin();
        long start = around.nanos().getAsLong();
        try {
            boolean isChanged = ask(wait);
            long took = around.nanos().getAsLong() - start;
            lastMillis = took / 1_000_000;
            pulls++;
            succeeded();
            if (isChanged) {
                Duration rest = Duration.ofNanos(10 * took);
                return wait.isZero() ? shortest(rest) : SHORTEST_PAUSE;
            }
            // A peer that does not wait is asked at intervals.
            boolean waited = wait.isZero() || took > wait.toNanos() / 2;
            return waited ? Duration.ZERO : settings.interval();
        } catch (IOException | PeerAnswer.Refused e) {
            lastMillis = (around.nanos().getAsLong() - start) / 1_000_000;
            return isPoked() ? Duration.ZERO : failed(e);
        } finally {
            lock.lock();
            isWaiting = false;
            lock.unlock();
        }
    }

    private static Duration shortest(Duration rest) {
        return rest.compareTo(SHORTEST_PAUSE) < 0
                ? SHORTEST_PAUSE
                : rest.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : rest;
    }

    private Duration begin() {
        lock.lock();
        try {
            begun++;
            boolean waits = id != null && !isWanted;
            isWanted = false;
            isWaiting = waits;
            link.resume(isClosed);
            Duration third = settings.staleAfter().dividedBy(3);
            return waits ? third.compareTo(LONGEST_WAIT) < 0 ? third : LONGEST_WAIT : Duration.ZERO;
        } finally {
            lock.unlock();
        }
    }

    private boolean isPoked() {
        lock.lock();
        try {
            return isWaiting && isWanted;
        } finally {
            lock.unlock();
        }
    }

    /** Asks, and takes the answer; returns whether there was a new one. */
    private boolean ask(Duration wait) throws IOException, PeerAnswer.Refused {
        long[] taken = new long[1];
        try {
            PeerClient client = link.open();
            Map<String, String> headers = headers();
            if (id == null) {
                greet(client, headers, taken);
            }
            Map<String, String> asking = new HashMap<>(headers);
            if (tag != null) {
                asking.put("If-None-Match", tag);
            }
            Reply reply = client.get("/federation/services" + (wait.isZero() ? "" : "?wait=" + wait.toMillis() + "ms"),
                    asking, ANSWER.plus(wait), bytes -> take(bytes, taken));
            check(reply);
            if (!String.valueOf(id).equals(reply.header(HOST_HEADER))) {
                throw new PeerAnswer.Refused("another host answers there now");
            }
            if (reply.status() == 304) {
                return false;
            }
            return publish(reply);
        } finally {
            around.budget().release(taken[0]);
        }
    }

    private void take(int bytes, long[] taken) throws IOException {
        if (!around.budget().tryTake(bytes)) {
            throw new IOException("its answer does not fit the memory for other hosts' services");
        }
        taken[0] += bytes;
    }

    private Map<String, String> headers() throws PeerAnswer.Refused {
        Path tokenFile = peer.tokenFile();
        if (tokenFile == null) {
            return Map.of();
        }
        try {
            String token = Files.readString(tokenFile).strip();
            if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
                throw new PeerAnswer.Refused("token_file " + tokenFile + " holds no token");
            }
            return Map.of("Authorization", "Bearer " + token);
        } catch (IOException e) {
            throw new PeerAnswer.Refused("token_file " + tokenFile + " cannot be read: " + IoReason.of(e));
        }
    }

    private static void check(Reply reply) throws PeerAnswer.Refused {
        int status = reply.status();
        if (status == 401) {
            throw new PeerAnswer.Refused("it refuses the token: peers[].token_file must hold the token of its"
                    + " federation.token_file");
        }
        if (status >= 300 && status < 400 && status != 304) {
            throw new PeerAnswer.Refused("it redirects, which is not followed");
        }
        if (status != 200 && status != 304) {
            throw new PeerAnswer.Refused("it answers with status " + status
                    + (status == 404 || status == 403 ? ": the address must be that of its federation.listen" : ""));
        }
        if (reply.header("content-encoding") != null) {
            throw new PeerAnswer.Refused("its answer is compressed, which was not asked for");
        }
    }

    /** Asks who is there; only the host that the profile names may answer. */
    private void greet(PeerClient client, Map<String, String> headers, long[] taken)
            throws IOException, PeerAnswer.Refused {
        Reply reply = client.get("/federation/host", headers, ANSWER, bytes -> take(bytes, taken));
        check(reply);
        if (reply.body().length > 64 * 1024) {
            throw new PeerAnswer.Refused("it says too much of itself");
        }
        try {
            Mapping host = Json.read(reply.body()) instanceof Mapping mapping ? mapping : Mapping.EMPTY;
            String said = host.text("host_id");
            if (said == null || !settings.canonical(said).equals(peer.host())) {
                throw new PeerAnswer.Refused(said == null
                        ? "what answers there is no registry with federation.listen"
                        : "it is the host " + Printable.quoted(said)
                                + (said.equals(around.hostId().get()) ? ", which is this one" : ""));
            }
            if (!said.equals(id)) {
                id = said;
            }
            known = new RemoteHost(peer, about(host), known.entries(), known.problems(), known.lastSeen(),
                    known.answeredAt(), settings.staleAfter(), known.error());
        } catch (MalformedDocumentException _) {
            throw new PeerAnswer.Refused("what answers there is no registry with federation.listen");
        }
    }

    /** What is kept of what a host says of itself. */
    private static Mapping about(Mapping host) {
        Mapping os = host.mapping("os");
        Mapping sharing = host.mapping("sharing");
        Mapping.Builder kept = Mapping.builder().put("device_class", cut(host.text("device_class")))
                .put("os", os.isEmpty()
                        ? null
                        : Mapping.builder().put("name", cut(os.text("name"))).put("version", cut(os.text("version")))
                                .put("arch", cut(os.text("arch"))).build())
                .put("capabilities", host.get("capabilities") == null
                        ? null
                        : Sequence.ofTexts(host.texts("capabilities").stream().limit(100)
                                .map(text -> String.valueOf(cut(text))).toList()));
        Mapping.Builder counts = Mapping.builder();
        for (String key : List.of("total", "shared", "loopback_only", "without_endpoint")) {
            String count = sharing.text(key);
            counts.put(key, count != null && count.matches("[0-9]{1,9}") ? Scalar.number(Long.parseLong(count)) : null);
        }
        Mapping counted = counts.build();
        return kept.put("sharing", counted.isEmpty() ? null : counted).build();
    }

    private static @Nullable String cut(@Nullable String text) {
        return text == null ? null : SecretMask.text(Printable.of(text.length() > 100 ? text.substring(0, 100) : text));
    }

    private boolean publish(Reply reply) throws PeerAnswer.Refused {
        String host = String.valueOf(id);
        PeerAnswer answer;
        around.parsing().lock(); // what parsing takes beside the entries is taken once, however many peers there are
        try {
            answer = new PeerAnswer(host, known, around.budget()).read(reply.body(), null);
        } finally {
            around.parsing().unlock();
        }
        String answered = reply.header("etag");
        boolean isNew = answered == null || !answered.equals(tag);
        tag = answered == null || answered.length() > 200 ? null : answered;
        replace(answer);
        try {
            if (isNew) {
                file.write(host, tag, around.clock().instant(), known.about(), reply.body());
                written = around.clock().instant();
            }
        } catch (IOException e) {
            around.log().accept("cannot save what " + peer.host() + " shares: " + IoReason.of(e));
        }
        return isNew;
    }

    /** Takes the new entries, and gives back the memory of those that are gone. */
    private void replace(PeerAnswer answer) {
        RemoteHost before = known;
        known = new RemoteHost(peer, before.about(), answer.entries(), answer.problems(), before.lastSeen(),
                before.answeredAt(), settings.staleAfter(), before.error());
        release(before, known);
    }

    @SuppressWarnings("ReferenceEquality") // the same object is kept, and its memory with it
    private void release(RemoteHost before, @Nullable RemoteHost now) {
        long bytes = 0;
        for (Map.Entry<String, RemoteEntry> entry : before.entries().entrySet()) {
            if (now == null || now.entries().get(entry.getKey()) != entry.getValue()) {
                bytes += entry.getValue().heapBytes();
            }
        }
        around.budget().release(bytes);
    }

    private void succeeded() throws IOException {
        Instant now = around.clock().instant();
        failingSince = null;
        known = known.confirmed(now, around.nanos().getAsLong());
        if (Duration.between(written.equals(Instant.MIN) ? now : written, now).abs().compareTo(TOUCH) > 0) {
            file.touch(now);
            written = now;
        }
        tell();
    }

    private Duration failed(Exception e) {
        String why = e instanceof IOException io ? IoReason.of(io) : String.valueOf(e.getMessage());
        why = link.explained(SecretMask.text(Printable.of(why)));
        long now = around.nanos().getAsLong();
        failures++;
        id = null;
        failingSince = failingSince == null ? Long.valueOf(now) : failingSince;
        known = known.failed(why.length() > LONGEST_ERROR ? why.substring(0, LONGEST_ERROR) + "…" : why);
        link.reset();
        tell();
        forget(now);
        Duration pause = new Retry(settings.interval()).after(Duration.ofNanos(now - failingSince),
                ThreadLocalRandom.current().nextDouble());
        Long answered = known.answeredAt();
        if (told == RemoteHost.Status.OK && answered != null) {
            long left = answered + settings.staleAfter().toNanos() - now + 1_000_000; // to tell of its silence in time
            return left < pause.toNanos() ? Duration.ofNanos(Math.max(left, 1_000_000)) : pause;
        }
        return pause;
    }

    private void forget(long now) {
        Instant seen = known.lastSeen();
        Long answered = known.answeredAt();
        Duration silent = answered != null
                ? Duration.ofNanos(now - answered)
                : seen == null ? Duration.ZERO : Duration.between(seen, around.clock().instant());
        if (!known.entries().isEmpty() && silent.compareTo(settings.forgetAfter()) > 0) {
            RemoteHost before = known;
            known = before.forgotten();
            release(before, known);
            tag = null;
            try {
                file.delete();
            } catch (IOException e) {
                around.log().accept("cannot forget what " + peer.host() + " shared: " + IoReason.of(e));
            }
        }
    }

    /** Tells of a change of whether the peer answers. */
    private void tell() {
        RemoteHost.Status now = known.status(around.nanos().getAsLong());
        if (now != told) {
            told = now;
            around.told().accept(known, now);
        }
    }

    /** Takes what the file knows, as that of a peer that does not answer. */
    private void load() {
        try {
            PeerFile.Content content = file.read();
            if (content != null && settings.canonical(content.id()).equals(peer.host())) {
                PeerAnswer answer = new PeerAnswer(content.id(), known, around.budget()).read(content.answer(),
                        "services");
                known = new RemoteHost(peer, content.about(), answer.entries(), answer.problems(), content.lastSeen(),
                        null, settings.staleAfter(), peer.problem() == null ? "not asked yet" : peer.problem());
                tag = content.tag();
                told = RemoteHost.Status.SILENT;
            }
        } catch (IOException | PeerAnswer.Refused _) {
            // A cache: the next answer replaces it.
        }
    }

    /** Stops asking; what is known stays until it is discarded. */
    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            news.signalAll();
            link.abort();
        } finally {
            lock.unlock();
        }
        link.close();
    }

    /** Waits until the thread has ended, and gives back the memory of the entries; deletes the file where that is wanted. */
    void discard(boolean delete) {
        try {
            thread.join(Duration.ofSeconds(2));
            release(known, null);
            if (delete) {
                file.delete();
            } else if (known.lastSeen() != null && !known.lastSeen().equals(written)) {
                file.touch(known.lastSeen());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            around.log().accept("cannot delete what " + peer.host() + " shared: " + IoReason.of(e));
        }
    }
}
