package dev.asmp.etcd;

import dev.asmp.document.Mapping;
import dev.asmp.etcd.EtcdChange.Decision;
import dev.asmp.etcd.EtcdChange.Known;
import dev.asmp.etcd.EtcdChange.Write;
import dev.asmp.store.RefusedException;
import dev.asmp.vm.MirroredFleet;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmPatch;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/** The rules of changes: what is known of a VM's keys in, what is written out. Each may be asked again with newer keys. */
final class EtcdDecisions {
    /** What one process holds at most: the same as the embedded engine. */
    private static final int MAX_VMS = 200_000;

    private final MirroredFleet view;
    private final InstantSource clock;
    private final long maxBytes;

    EtcdDecisions(MirroredFleet view, InstantSource clock, long maxBytes) {
        this.view = view;
        this.clock = clock;
        this.maxBytes = maxBytes;
    }

    /** Adds an entry; where the id is registered, that is a conflict, or nothing is done. */
    Decision add(VmEntry entry, boolean strict, Known known) {
        if (known.modified() > 0 && strict) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, "VM already registered");
        } else if (known.modified() > 0) {
            return Decision.NOTHING;
        }
        VmEntry shown = known.facts() == null ? entry : entry.withFleet(known.facts());
        checkBudget(view.size() + 1, shown.heapBytes());
        return Decision.put(shown);
    }

    Decision patch(VmPatch patch, Known known) {
        VmEntry old = known.entry();
        if (old == null) {
            return Decision.NOTHING;
        }
        VmEntry entry = old.with(patch, clock.millis());
        checkBudget(view.size(), entry.heapBytes() - old.heapBytes());
        return Decision.put(entry);
    }

    Decision keep(String key, @Nullable Mapping facts, Known known) {
        checkBudget(view.size(),
                MirroredFleet.heapBytes(key, facts) - MirroredFleet.heapBytes(key, known.facts()));
        VmEntry old = known.entry();
        return new Decision(Write.KEEP, old == null ? null : old.withFleet(facts), facts);
    }

    static Decision remove(Known known) {
        return known.modified() == 0 ? Decision.NOTHING : Decision.of(Write.DELETE);
    }

    static Decision wake(Known known) {
        return known.entry() == null ? Decision.NOTHING : Decision.of(Write.WAKE);
    }

    static Decision prune(Known known) {
        return known.entry() == null || known.mark() == 0 ? Decision.NOTHING : Decision.of(Write.PRUNE);
    }

    private void checkBudget(int count, long more) {
        if (count > MAX_VMS || (more > 0 && view.heapBytes() + more > maxBytes)) {
            throw new RefusedException(RefusedException.Reason.FULL, "the registry is full: it holds " + view.size()
                    + " VMs; at most " + MAX_VMS + ", and " + maxBytes + " bytes of memory, are allowed");
        }
    }
}
