package dev.asmp.etcd;

import dev.asmp.document.Document;
import dev.asmp.document.IoReason;
import dev.asmp.document.Json;
import dev.asmp.document.MalformedDocumentException;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.etcd.EtcdException.Kind;
import dev.asmp.etcd.EtcdTransaction.KeyValue;
import dev.asmp.vm.MirroredFleet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The thread that keeps the view: it lists all keys, then follows the changes from the revision of the list. A stream that ends
 * is resumed where it ended, at the next member; where etcd has compacted that revision meanwhile, all keys are listed again.
 */
final class EtcdWatch implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMillis(1);
    private static final long PAUSE = Duration.ofMillis(250).toNanos();
    private static final int FIRST_PAGE = 64;
    private static final int MAX_PAGE = 2_000;
    /** A page is made smaller or larger so that an answer has about this many bytes of values. */
    private static final long PAGE_BYTES = 1024 * 1024;

    private final EtcdLink link;
    private final List<URI> members;
    private final EtcdKeys keys;
    private final EtcdReplica replica;
    private final EtcdFreshness freshness;
    private final EtcdCounters counters;
    private final MirroredFleet view;
    private final LongConsumer reached;
    private final Consumer<String> log;
    private final Thread thread;
    private volatile long revision;
    private volatile boolean listAgain = true;
    private volatile boolean closed;
    private volatile long heardAt;
    private volatile @Nullable InputStream stream;
    private int member;
    private @Nullable String told;

    /** A watch that tells which revision the view has reached. */
    EtcdWatch(EtcdLink link, List<URI> members, EtcdKeys keys, EtcdReplica replica, EtcdFreshness freshness,
            MirroredFleet view, EtcdCounters counters, LongConsumer reached, Consumer<String> log) {
        this.link = link;
        this.members = members;
        this.keys = keys;
        this.replica = replica;
        this.freshness = freshness;
        this.view = view;
        this.counters = counters;
        this.reached = reached;
        this.log = log;
        this.thread = Thread.ofPlatform().name("etcd-watch").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    /** The revision that the view shows; for any thread. */
    long revision() {
        return revision;
    }

    /** Ends the stream, which is then resumed at another member. */
    void restart() {
        InputStream open = stream;
        if (open != null) {
            close(open);
        }
    }

    /** Ends a stream on which nothing has come for so long, although something was written. */
    void restartIfSilent(long nanos) {
        if (System.nanoTime() - heardAt >= nanos) {
            restart();
        }
    }

    /** Lists all keys again: the cluster is another one, or was restored. */
    void listAgain() {
        listAgain = true;
        restart();
    }

    private void run() {
        while (!closed) {
            try {
                if (listAgain) {
                    list();
                }
                follow();
            } catch (EtcdException e) {
                listAgain |= e.kind() == Kind.COMPACTED;
                report(e.kind() == Kind.COMPACTED
                        ? "etcd has compacted what this process missed; all is listed again"
                        : String.valueOf(e.getMessage()));
            } catch (IOException e) {
                report(IoReason.of(e));
            } catch (RuntimeException e) {
                listAgain = true;
                report("defect in etcd-watch: " + e);
            }
            int answering = link.answering();
            member = answering == member ? (member + 1) % members.size() : answering;
            if (!closed) {
                LockSupport.parkNanos(PAUSE);
            }
        }
    }

    private void report(String problem) {
        if (!closed && !problem.equals(told)) {
            log.accept("the watch of etcd was interrupted: " + problem);
            told = problem;
        }
    }

    private void list() throws EtcdException {
        long began = System.nanoTime();
        EtcdListing listing = new EtcdListing(keys, replica);
        byte[] from = keys.first();
        long at = 0;
        long limit = FIRST_PAGE;
        while (true) {
            Mapping.Builder range = Mapping.builder().put("key", EtcdTransaction.text(from))
                    .put("range_end", EtcdTransaction.text(keys.end())).put("limit", Long.toString(limit));
            Mapping answer = link.call("/v3/kv/range",
                    (at == 0 ? range : range.put("revision", Long.toString(at))).build(), PATIENCE).body();
            at = at == 0 ? EtcdTransaction.revision(answer) : at;
            List<Document> page = answer.list("kvs");
            long bytes = 0;
            for (Document item : page) {
                KeyValue key = KeyValue.of(item);
                bytes += key.value().length;
                listing.add(key);
                from = after(item);
            }
            if (!(answer.get("more") instanceof Scalar more && more.isTrue()) || page.isEmpty()) {
                break;
            }
            limit = Math.clamp(bytes > PAGE_BYTES ? limit / 2 : bytes < PAGE_BYTES / 2 ? limit * 2 : limit, 1,
                    MAX_PAGE);
        }
        replica.show(listing);
        counters.lists.increment();
        listAgain = false;
        freshness.freshAsOf(began, view);
        advance(at);
    }

    /** The key that follows an item's. */
    private static byte[] after(Document item) {
        byte[] key = Base64.getDecoder().decode(String.valueOf(((Mapping) item).text("key")));
        return Arrays.copyOf(key, key.length + 1);
    }

    /**
     * Follows the changes from the revision that is known already, not from the next: where etcd has compacted the next one, it
     * has also dropped a deletion at it, and would not say so.
     */
    private void follow() throws IOException {
        Mapping create = Mapping.builder().put("key", EtcdTransaction.text(keys.first()))
                .put("range_end", EtcdTransaction.text(keys.end()))
                .put("start_revision", Long.toString(revision)).put("progress_notify", Scalar.bool(true))
                .put("fragment", Scalar.bool(true)).build();
        try (InputStream open = link.stream(members.get(member), "/v3/watch",
                Mapping.builder().put("create_request", create).build())) {
            stream = open;
            Lines lines = new Lines(open);
            while (!closed && !listAgain) {
                byte[] line = lines.next();
                heardAt = System.nanoTime();
                if (line == null) {
                    throw new EtcdException(Kind.AWAY, members.get(member) + " ended the stream");
                }
                take(line);
            }
        } finally {
            stream = null;
        }
    }

    /** The lines of a stream. */
    private static final class Lines {
        private final InputStream in;
        private final byte[] read = new byte[64 * 1024];
        private int from;
        private int to;

        Lines(InputStream in) {
            this.in = in;
        }

        /** The next line; null at the end. */
        byte @Nullable [] next() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream(1_024);
            while (true) {
                int start = from;
                while (from < to) {
                    if (read[from++] == '\n') {
                        line.write(read, start, from - 1 - start);
                        return line.toByteArray();
                    }
                }
                line.write(read, start, to - start);
                from = 0;
                to = Math.max(0, in.read(read));
                if (to == 0) {
                    return null;
                }
            }
        }
    }

    private void take(byte[] line) throws EtcdException {
        Mapping message;
        try {
            message = Json.readTrusted(line) instanceof Mapping mapping ? mapping : Mapping.EMPTY;
        } catch (MalformedDocumentException e) {
            throw new EtcdException(Kind.AWAY, "the stream is broken: " + e.getMessage());
        }
        if (message.get("error") != null) {
            throw new EtcdException(Kind.AWAY, String.valueOf(message.mapping("error").text("message")));
        }
        Mapping result = message.mapping("result");
        if (is(result, "canceled")) {
            throw EtcdTransaction.number(result, "compact_revision") > 0
                    ? new EtcdException(Kind.COMPACTED, "compacted")
                    : new EtcdException(Kind.AWAY, members.get(member) + " ended the watch: "
                            + result.text("cancel_reason"));
        }
        if (is(result, "created")) {
            if (told != null) {
                log.accept("etcd is watched again, at " + members.get(member));
                told = null;
            }
            return;
        }
        List<Document> events = result.list("events");
        long last = events.isEmpty() ? Math.max(revision, EtcdTransaction.revision(result)) : revision;
        for (Document item : events) {
            Mapping event = (Mapping) item;
            KeyValue key = KeyValue.of(event.mapping("kv"));
            if (key.modified() <= revision) {
                continue;
            }
            if ("DELETE".equals(event.text("type"))) {
                replica.delete(key.key(), key.modified());
            } else {
                replica.put(key);
            }
            last = Math.max(last, key.modified());
        }
        if (!is(result, "fragment")) {
            advance(last);
        }
    }

    private static boolean is(Mapping result, String key) {
        return result.get(key) instanceof Scalar scalar && scalar.isTrue();
    }

    private void advance(long to) {
        revision = to;
        reached.accept(to);
    }

    private static void close(InputStream open) {
        try {
            open.close();
        } catch (IOException _) {
            // It is closed already.
        }
    }

    @Override
    public void close() {
        closed = true;
        restart();
        LockSupport.unpark(thread);
    }
}
