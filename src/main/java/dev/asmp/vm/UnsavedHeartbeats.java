package dev.asmp.vm;

import dev.asmp.document.IoReason;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/**
 * The heartbeats that the journal lacks, each VM once however often it was heard. Any thread adds, the writer saves.
 */
final class UnsavedHeartbeats {
    private final Queue<Heartbeat> unsaved = new ConcurrentLinkedQueue<>();
    private final Consumer<String> log;
    private boolean failing;

    /** Where records are appended. */
    interface Target {
        void append(List<byte[]> records) throws IOException;
    }

    UnsavedHeartbeats(Consumer<String> log) {
        this.log = log;
    }

    void note(Heartbeat heartbeat) {
        if (heartbeat.needsSaving()) {
            unsaved.add(heartbeat);
        }
    }

    /** Appends the heartbeats; after a failure they are kept for the next time. */
    void save(Map<String, Vm> vms, Target journal) {
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
            heard.forEach(vm -> note(vm.heartbeat()));
            if (!failing) {
                log.accept("heartbeats of VMs cannot be saved: " + IoReason.of(e));
            }
            failing = true;
        }
    }

    private List<Vm> take(Map<String, Vm> vms) {
        List<Vm> heard = new ArrayList<>();
        // Bounded, since VMs that are heard meanwhile are added again.
        for (int i = vms.size(); i >= 0; i--) {
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
