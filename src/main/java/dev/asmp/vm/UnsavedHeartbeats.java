package dev.asmp.vm;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The heartbeats that the journal lacks, each VM once however often it was heard. Any thread adds, the writer saves.
 */
final class UnsavedHeartbeats {
    private final Queue<Heartbeat> unsaved = new ConcurrentLinkedQueue<>();
    private final Consumer<String> log;
    /** The time at which the first of them was noted; null where there are none. */
    private final AtomicReference<@Nullable Long> since = new AtomicReference<>();
    private boolean failing;

    /** The journal, as far as it is needed here. */
    interface Target {
        void append(List<byte[]> records) throws IOException;
    }

    UnsavedHeartbeats(Consumer<String> log) {
        this.log = log;
    }

    /** Notes a heartbeat; tells whether it is the first that has to be saved. */
    boolean note(Heartbeat heartbeat, long nanos) {
        if (heartbeat.needsSaving()) {
            unsaved.add(heartbeat);
        }
        return since.get() == null && since.compareAndSet(null, nanos);
    }

    /** The time at which the first unsaved one was noted; null where all are saved. */
    @Nullable
    Long since() {
        return since.get();
    }

    /** Appends the heartbeats; after a failure they are kept for the next time. */
    void save(Map<String, Vm> vms, long nanos, Target journal) {
        since.set(null); // before they are taken: one that is noted from now on begins another wait
        List<Vm> heard = take(vms);
        if (heard.isEmpty()) {
            return;
        }
        List<byte[]> records = new ArrayList<>(VmRecordCodec.seen(heard));
        records.addAll(VmRecordCodec.stale(heard.stream().filter(Vm::asleep).toList()));
        try {
            journal.append(records);
            failing = false;
        } catch (IOException e) {
            heard.forEach(vm -> note(vm.heartbeat(), nanos));
            if (!failing) {
                log.accept("heartbeats of VMs cannot be saved: " + IoReason.of(e));
            }
            failing = true;
        }
    }

    private List<Vm> take(Map<String, Vm> vms) {
        List<Vm> heard = new ArrayList<>();
        // Bounded, since VMs that are heard meanwhile are added again.
        for (int i = unsaved.size(); i > 0; i--) {
            Heartbeat heartbeat = unsaved.poll();
            if (heartbeat == null) {
                break;
            }
            heartbeat.saving();
            Vm vm = vms.get(heartbeat.id());
            if (vm != null && vm.heartbeat() == heartbeat) {
                heard.add(vm);
            }
        }
        return heard;
    }
}
