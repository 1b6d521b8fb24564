package dev.asmp.vm;

import dev.asmp.document.IoReason;
import dev.asmp.store.Journal;
import dev.asmp.store.JournalRewrite;
import java.io.IOException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Rewrites the journal when most of it is garbage. The long part runs on a thread of its own, over an immutable fleet; the
 * writer then finishes it between two batches.
 */
final class Compaction {
    /** With less garbage than this there is no rewrite. */
    private static final long MIN_GARBAGE = 1024 * 1024;
    /** Bytes that the journal adds to each entry. */
    private static final int LINE = 48;

    private final Journal journal;
    private final Consumer<String> log;
    private volatile @Nullable Running running;
    /** After a failure: the journal's size at which it is tried again. */
    private long patience;

    /** A compaction that was started. */
    private static final class Running {
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
            }
        }
    }

    Compaction(Journal journal, Consumer<String> log) {
        this.journal = journal;
        this.log = log;
    }

    /** Starts a compaction if it is due, or finishes one that is ready. Takes little time. */
    void tend(Fleet fleet) {
        Running current = running;
        if (current == null && isDue(fleet)) {
            begin(fleet);
        } else if (current != null && current.written) {
            finish(current);
        }
    }

    private boolean isDue(Fleet fleet) {
        long counts = fleet.bytes() + (long) LINE * fleet.size();
        return journal.size() > Math.max(2 * counts + MIN_GARBAGE, patience);
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

    private void finish(Running ready) {
        running = null;
        try {
            if (ready.failure != null) {
                throw new IOException(ready.failure);
            }
            ready.rewrite.finish();
            patience = 0;
        } catch (IOException e) {
            ready.rewrite.abandon();
            tellOf(e);
        }
    }

    private void tellOf(IOException e) {
        patience = journal.size() + journal.size() / 4;
        log.accept("the journal of the VM registry could not be compacted, and grows on: " + IoReason.of(e));
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
    }
}
