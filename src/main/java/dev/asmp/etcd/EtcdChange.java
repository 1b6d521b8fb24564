package dev.asmp.etcd;

import dev.asmp.document.Mapping;
import dev.asmp.store.BatchWriter;
import dev.asmp.vm.VmEntry;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** One change of one VM on its way through {@link EtcdWriter}; decided again where another process was quicker. */
final class EtcdChange<R extends @Nullable Object> extends BatchWriter.Change<R> {
    private final String id;
    private final @Nullable String facts;
    private final long length;
    private final Function<Known, Decision<R>> decision;
    private Decision<?> decided = Decision.NOTHING;

    /**
     * What is known of a VM's keys: the entry, and the facts about it, or null; and the revisions of the entry, of its mark and of
     * the facts, 0 for none.
     */
    record Known(@Nullable VmEntry entry, long modified, long mark, @Nullable Mapping facts, long factsModified) {}

    /** What is to be written, and the answer then. */
    record Decision<R extends @Nullable Object>(Write write, @Nullable VmEntry entry, @Nullable Mapping facts,
            R answer) {
        static final Decision<?> NOTHING = new Decision<@Nullable Object>(Write.NOTHING, null, null);

        Decision(Write write, @Nullable VmEntry entry, R answer) {
            this(write, entry, null, answer);
        }

        static <R extends @Nullable Object> Decision<R> nothing(R answer) {
            return new Decision<>(Write.NOTHING, null, answer);
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
    EtcdChange(String id, @Nullable String facts, long length, long bytes, Function<Known, Decision<R>> decision) {
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

    /** Decides; a refusal is kept for the answer and writes nothing. */
    Decision<?> decide(Known known) {
        decided = Decision.NOTHING;
        decide(() -> {
            Decision<R> now = decision.apply(known);
            decided = now;
            return now.answer();
        });
        return decided;
    }

    /** What was decided last. */
    Decision<?> decided() {
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
