package dev.asmp.etcd;

import dev.asmp.document.Mapping;
import dev.asmp.etcd.EtcdChange.Decision;
import dev.asmp.store.BatchWriter;
import dev.asmp.vm.VmEntry;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One change of one VM on its way through {@link EtcdWriter}; decided again where another process was quicker. */
final class EtcdChange extends BatchWriter.Change<Decision> {
    private final String id;
    private final @Nullable String facts;
    private final long length;
    private final Function<Known, Decision> decision;
    private final long since = System.nanoTime();
    private Decision decided = Decision.NOTHING;

    /**
     * What is known of a VM's keys: the entry, and the facts about it, or null; and the revisions of the entry, of its mark and of
     * the facts, 0 for none.
     */
    record Known(@Nullable VmEntry entry, long modified, long mark, @Nullable Mapping facts, long factsModified) {}

    /** What is to be written: the entry and the facts where there are some. */
    record Decision(Write write, @Nullable VmEntry entry, @Nullable Mapping facts) {
        static final Decision NOTHING = new Decision(Write.NOTHING, null, null);

        static Decision put(VmEntry entry) {
            return new Decision(Write.PUT, entry, null);
        }

        static Decision of(Write write) {
            return new Decision(write, null, null);
        }

        boolean isNothing() {
            return write == Write.NOTHING;
        }
    }

    /** What becomes of a VM's keys. */
    enum Write {
        NOTHING, PUT, DELETE,
        /** Deleted only as long as it is marked as stale. */
        PRUNE,
        /** Facts are replaced, and the entry that shows them, which is no sign of life. */
        KEEP,
        /** A heartbeat that others must know before it is answered. */
        WAKE
    }

    /** A change that looks at these facts, adds so many bytes to the entry, and holds so much memory until it is answered. */
    EtcdChange(String id, @Nullable String facts, long length, long bytes, Function<Known, Decision> decision) {
        super(bytes);
        this.id = id;
        this.facts = facts;
        this.length = length;
        this.decision = decision;
    }

    /** The VM's id; empty for facts about none. */
    String id() {
        return id;
    }

    /** The key of the facts that the change reads or writes; null for none. */
    @Nullable
    String facts() {
        return facts;
    }

    long length() {
        return length;
    }

    /** Nanoseconds since it was handed in. */
    long age() {
        return System.nanoTime() - since;
    }

    /** Decides; a refusal is kept for the answer and writes nothing. */
    Decision decide(Known known) {
        decided = Decision.NOTHING;
        decide(() -> {
            decided = decision.apply(known);
            return decided;
        });
        return decided;
    }

    /** What was decided last. */
    Decision decided() {
        return decided;
    }

    void answer() {
        answer(UnaryOperator.identity());
    }

    void refuse(RuntimeException why) {
        decide(() -> {
            throw why;
        });
        answer();
    }
}
