package dev.asmp.federation;

import dev.asmp.document.IoReason;
import dev.asmp.manifest.FederationSettings;
import dev.asmp.manifest.FederationSettings.Peer;
import dev.asmp.manifest.Printable;
import dev.asmp.manifest.SecretMask;
import dev.asmp.wire.Reply;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Asks one peer, and keeps what it answers; it alone changes what is known of that peer. */
final class PeerPuller implements PullLoop.Rounds, AutoCloseable {
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(30);
    private static final Duration SHORTEST_PAUSE = Duration.ofMillis(200);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(700);
    private static final Duration TOUCH = Duration.ofHours(1);
    private static final int LONGEST_ERROR = 300;

    private final Federation.Surroundings around;
    private final FederationSettings settings;
    private final Peer peer;
    private final PeerLink link;
    private final PeerFile file;
    private final PullLoop loop;
    private volatile RemoteHost known;
    /** The host_id that the peer has proven by its answer; null until then, and after a failure. */
    private @Nullable String id;
    private @Nullable String tag;
    private @Nullable Long failingSince;
    private boolean isAboutOld;
    private RemoteHost.Status told = RemoteHost.Status.NEVER;
    private @Nullable Instant written;
    private volatile Counters counters = new Counters(0, 0, 0);

    /** Counts of one peer since it was first asked. */
    record Counters(long pulls, long failures, long lastMillis) {}

    PeerPuller(Federation.Surroundings around, FederationSettings settings, Peer peer) {
        this.around = around;
        this.settings = settings;
        this.peer = peer;
        this.link = PeerLink.to(peer, PeerCalls.LONGEST_ANSWER, around.environment());
        this.file = new PeerFile(around.folder(), peer.host());
        this.known = RemoteHost.unknown(peer, settings.staleAfter());
        this.loop = new PullLoop(peer.host(), this, around.log());
    }

    Peer peer() {
        return peer;
    }

    RemoteHost known() {
        return known;
    }

    Counters counters() {
        return counters;
    }

    /** Takes what the file knows, and begins to ask. */
    void start() {
        if (peer.problem() == null) {
            loop.start();
        } else {
            load();
        }
    }

    /** Takes what the file knows, as that of a peer that does not answer. */
    @Override
    public void load() {
        around.parsing().lock();
        try {
            PeerFile.Content content = file.read();
            if (content != null && settings.canonical(content.id()).equals(peer.host())) {
                PeerAnswer answer = new PeerAnswer(content.id(), known, around.budget()).read(content.answer(),
                        PeerFile.SERVICES_KEY);
                known = new RemoteHost(peer, content.about(), answer.entries(), answer.problems(), content.lastSeen(),
                        null, settings.staleAfter(), peer.problem() == null ? "not asked yet" : peer.problem());
                tag = content.tag();
                told = RemoteHost.Status.SILENT;
            }
        } catch (IOException | PeerAnswer.Refused _) {
            // A cache: the next answer replaces it.
        } finally {
            around.parsing().unlock();
        }
    }

    /** Asks now, and returns what came of it, at the latest after this time. */
    Federation.Pull pullNow(Duration patience) throws InterruptedException {
        String problem = peer.problem();
        long millis = problem == null && !loop.askNow(patience) ? patience.toMillis() : counters.lastMillis;
        RemoteHost now = known;
        return new Federation.Pull(peer.host(), now.entries().size(), millis,
                problem == null && millis >= patience.toMillis() ? "no answer yet" : now.error());
    }

    @Override
    public Duration round() {
        Duration third = settings.staleAfter().dividedBy(3);
        Duration wait = loop.begin(id != null) ? Retry.shorter(third, LONGEST_WAIT) : Duration.ZERO;
        long start = around.nanos().getAsLong();
        try {
            boolean isChanged = ask(wait);
            Duration took = count(start, 1, 0);
            succeeded();
            if (isChanged) {
                return wait.isZero()
                        ? Retry.longer(Retry.shorter(took.multipliedBy(3), LONGEST_PAUSE), SHORTEST_PAUSE)
                        : SHORTEST_PAUSE;
            }
            // A peer that does not wait is asked at intervals.
            boolean hasWaited = wait.isZero() || took.compareTo(wait.dividedBy(2)) > 0;
            return hasWaited ? Duration.ZERO : settings.interval();
        } catch (IOException | PeerAnswer.Refused e) {
            if (loop.isInterrupted()) {
                return Duration.ZERO;
            }
            count(start, 0, 1);
            return failed(e);
        } catch (RuntimeException e) {
            around.log().accept("defect while asking the registry of " + peer.host() + ": " + e);
            return failed(new IOException("its answer cannot be used"));
        }
    }

    private Duration count(long start, int pulls, int failures) {
        Duration took = Duration.ofNanos(around.nanos().getAsLong() - start);
        counters = new Counters(counters.pulls + pulls, counters.failures + failures, took.toMillis());
        return took;
    }

    /** Asks, and takes the answer; returns whether there was a new one. */
    private boolean ask(Duration wait) throws IOException, PeerAnswer.Refused {
        try (PeerCalls calls = new PeerCalls(peer, link.open(), around.budget(), around.patience())) {
            String host = id;
            if (host == null) {
                PeerCalls.Greeting greeting = calls.greet(settings, around.hostId().get());
                host = greeting.id();
                id = host;
                known = known.about(greeting.about());
            }
            Reply reply = calls.services(host, tag, wait);
            if (reply.status() == 304 && isAboutOld) {
                isAboutOld = false; // in a quiet moment: what it says of itself is costly for it
                known = known.about(calls.greet(settings, around.hostId().get()).about());
            }
            boolean isNew = reply.status() != 304 && take(host, reply);
            isAboutOld |= isNew;
            return isNew;
        }
    }

    private boolean take(String host, Reply reply) throws PeerAnswer.Refused {
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
        RemoteHost before = known;
        known = before.with(answer);
        release(before, known);
        if (!isNew) {
            return false;
        }
        try {
            Instant now = around.clock().instant();
            file.write(host, tag, now, known.about(), reply.body());
            written = now;
        } catch (IOException e) {
            around.log().accept("cannot save what " + peer.host() + " shares: " + IoReason.of(e));
        }
        return true;
    }

    /** Gives back the memory of entries that are gone. */
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
        Instant last = written;
        failingSince = null;
        known = known.confirmed(now, around.nanos().getAsLong());
        if (last == null || Duration.between(last, now).abs().compareTo(TOUCH) > 0) {
            file.touch(now);
            written = now;
        }
        tell();
    }

    private Duration failed(Exception e) {
        String reason = e instanceof IOException io ? IoReason.of(io) : String.valueOf(e.getMessage());
        String why = link.explained(SecretMask.text(Printable.of(reason)));
        long now = around.nanos().getAsLong();
        long since = failingSince == null ? now : failingSince;
        id = null;
        failingSince = since;
        known = known.failed(why.length() > LONGEST_ERROR ? why.substring(0, LONGEST_ERROR) + "…" : why);
        link.reset();
        tell();
        forget(now);
        Duration pause = new Retry(settings.interval()).after(Duration.ofNanos(now - since),
                ThreadLocalRandom.current().nextDouble());
        Long answered = known.answeredAt();
        if (told != RemoteHost.Status.OK || answered == null) {
            return pause;
        }
        // To tell of its silence in time.
        Duration left = Duration.ofNanos(answered + settings.staleAfter().toNanos() - now).plusMillis(1);
        return Retry.shorter(pause, Retry.longer(left, Duration.ofMillis(1)));
    }

    /** Lets the services go of a peer that has been silent for very long. */
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
            delete();
        }
    }

    private void delete() {
        try {
            file.delete();
        } catch (IOException e) {
            around.log().accept("cannot delete what " + peer.host() + " shared: " + IoReason.of(e));
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

    @Override
    public void abort() {
        link.abort();
    }

    @Override
    public void resume() {
        link.resume();
    }

    /** Stops asking; what is known stays until it is discarded. */
    @Override
    public void close() {
        loop.close();
    }

    /** Waits until the thread has ended, and gives back the memory of the entries; deletes the file where that is wanted. */
    void discard(boolean isDeleting) {
        try {
            loop.join(Duration.ofSeconds(2));
            link.close();
            release(known, null);
            Instant seen = known.lastSeen();
            if (isDeleting) {
                delete();
            } else if (seen != null) {
                file.touch(seen);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException _) {
            // When it was last seen is then known less exactly.
        }
    }
}
