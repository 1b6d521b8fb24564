package dev.asmp.vm;

import dev.asmp.document.IoReason;
import dev.asmp.store.Journal;
import dev.asmp.store.JournalRewrite;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the journal when most of it is garbage. The long part runs on a thread of its own, over an immutable fleet; the
 * writer then finishes it between two batches.
 */
final class Compaction {
    /** With less garbage than this there is no rewrite. */
    private static final long MIN_GARBAGE = 1024 * 1024;
    /** Bytes that the journal adds to each entry, and to facts. */
    private static final int LINE = 48;

    private static final long PAUSE = Duration.ofMinutes(1).toNanos();

    private final Journal journal;
    private final LongSupplier nanos;
    private final Runnable ready;
    private final Consumer<String> log;
    private volatile @Nullable Running running;
    /** After a failure: when it is tried again, and the size of the journal at which that is earlier. */
    private long retry;
    private long patience;
    private boolean failing;

    /** A compaction that was started. */
    private final class Running {
        private final JournalRewrite rewrite;
        private volatile boolean written;
        private volatile @Nullable Throwable failure;

        Running(JournalRewrite rewrite) {
            this.rewrite = rewrite;
        }

        void write(Fleet fleet) {
            try {
                Compaction.write(fleet, rewrite);
                rewrite.catchUp();
            } catch (IOException | RuntimeException | Error e) {
                failure = e;
            } finally {
                written = true;
                ready.run();
            }
        }
    }

    /** A compaction that says when its long part is done. */
    Compaction(Journal journal, LongSupplier nanos, Runnable ready, Consumer<String> log) {
        this.journal = journal;
        this.nanos = nanos;
        this.ready = ready;
        this.log = log;
    }

    /** Starts a compaction if it is due, or finishes one that is ready. Takes little time. */
    void tend(Fleet fleet) {
        Running current = running;
        if (current == null && untilDue(fleet) <= 0) {
            begin(fleet);
        } else if (current != null && current.written) {
            finish(current);
        }
    }

    /** Nanoseconds until one is to be started. */
    long untilDue(Fleet fleet) {
        long counts = fleet.bytes() + (long) LINE * (fleet.size() + fleet.facts().size());
        return running != null || journal.size() <= 2 * counts + MIN_GARBAGE
                ? Long.MAX_VALUE
                : failing && journal.size() < patience ? retry - nanos.getAsLong() : 0;
    }

    private void begin(Fleet fleet) {
        try {
            Running begun = new Running(journal.rewrite());
            Thread.ofPlatform().name("vm-compaction").daemon().start(() -> begun.write(fleet));
            running = begun;
        } catch (IOException e) {
            tellOf(e);
        }
    }

    private void finish(Running done) {
        running = null;
        try {
            if (done.failure != null) {
                throw new IOException(done.failure);
            }
            done.rewrite.finish();
            if (failing) {
                log.accept("the journal of the VM registry was compacted");
            }
            failing = false;
        } catch (IOException e) {
            done.rewrite.abandon();
            tellOf(e);
        }
    }

    private void tellOf(IOException e) {
        retry = nanos.getAsLong() + PAUSE;
        patience = journal.size() + journal.size() / 4;
        if (!failing) {
            log.accept("the journal of the VM registry could not be compacted, which is tried again every minute: "
                    + IoReason.of(e));
        }
        failing = true;
    }

    /** Rewrites the journal at once, because it may lack what was appended. */
    void now(Fleet fleet) throws IOException {
        running = null;
        JournalRewrite rewrite = journal.rewrite();
        try {
            write(fleet, rewrite);
            rewrite.finish();
        } catch (IOException e) {
            rewrite.abandon();
            throw e;
        }
    }

    private static void write(Fleet fleet, JournalRewrite rewrite) throws IOException {
        for (Vm vm : fleet.order().values()) {
            rewrite.write(VmRecordCodec.put(vm.rank().number(), vm.seen()));
        }
        for (byte[] record : VmRecordCodec.stale(fleet.order().values().stream().filter(Vm::asleep).toList())) {
            rewrite.write(record);
        }
        for (var fact : fleet.facts().entrySet()) {
            rewrite.write(VmRecordCodec.kept(fact.getKey(), fact.getValue()));
        }
    }
}
