package dev.asmp.vm;

import dev.asmp.document.Mapping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A view of a fleet that is kept elsewhere and shared by several processes: its changes come in one by one. One thread of the
 * engine makes them; any thread reads and records heartbeats.
 */
public final class MirroredFleet extends FleetView {
    /** The heartbeats that other processes do not know yet, each VM once. */
    private final Queue<Heartbeat> unsaved = new ConcurrentLinkedQueue<>();

    /**
     * A VM that this process heard.
     *
     * @param sender the number of the instance that sent the heartbeat, 0 for none
     * @param seq the number of the heartbeat, negative for none
     */
    public record Heard(String id, long moment, long sender, long seq) {}

    /** An empty view whose VMs are silent by this clock. */
    public MirroredFleet(LongSupplier nanos, Consumer<String> log) {
        super(nanos, log);
    }

    public boolean holds(String id) {
        return vms.containsKey(id);
    }

    /** The moment at which a VM was last heard; -1 where there is none of this id. */
    public long lastSeen(String id) {
        Vm vm = vms.get(id);
        return vm == null ? -1 : vm.heartbeat().lastSeen();
    }

    public boolean isAsleep(String id) {
        Vm vm = vms.get(id);
        return vm != null && vm.asleep();
    }

    /** Takes a VM that was registered or changed, which is a sign of life; the number tells one registration from another. */
    public void put(VmEntry entry, long number) {
        Vm old = vms.get(entry.id());
        long moment = entry.lastSeen().toEpochMilli();
        if (old != null && old.rank().number() != number) {
            remove(entry.id());
            old = null;
        }
        if (old == null) {
            Rank rank = new Rank(entry.registeredAtMillis(), number, entry.id());
            Heartbeat heartbeat = new Heartbeat(entry.id(), rank, nanos.getAsLong(), moment);
            heartbeat.register(entry.instance());
            show(null, new Vm(entry, heartbeat, false));
            tell(new VmChange(VmChange.Kind.REGISTERED, entry));
        } else {
            old.heartbeat().beat(nanos.getAsLong(), moment);
            change(entry);
            wake(entry.id());
        }
    }

    /** Takes a change of a VM that is no sign of life. */
    public void change(VmEntry entry) {
        Vm old = vms.get(entry.id());
        if (old != null) {
            if (!Objects.equals(old.entry().instance(), entry.instance())) {
                old.heartbeat().register(entry.instance());
            }
            show(old, new Vm(entry, old.heartbeat(), old.asleep()));
            tell(new VmChange(VmChange.Kind.CHANGED, entry));
        }
    }

    /** Takes the VMs and facts of a start, each VM with its number and a full window. */
    public void load(Map<String, VmEntry> entries, Map<String, Long> numbers, SortedMap<String, Mapping> facts) {
        long now = nanos.getAsLong();
        List<Vm> all = new ArrayList<>();
        entries.forEach((id, entry) -> {
            Rank rank = new Rank(entry.registeredAtMillis(), numbers.getOrDefault(id, 0L), id);
            Heartbeat heartbeat = new Heartbeat(id, rank, now, entry.lastSeen().toEpochMilli());
            heartbeat.register(entry.instance());
            all.add(new Vm(entry, heartbeat, false));
        });
        load(all, facts);
    }

    /** Shows facts under a key; null for none. */
    public void keep(String key, @Nullable Mapping facts) {
        fleet = fleet.keeping(key, facts);
    }

    /** The memory that facts under a key take. */
    public static long heapBytes(String key, @Nullable Mapping facts) {
        return Fleet.heapBytes(key, facts);
    }

    /** Checks who sends a heartbeat; any thread. */
    public void admit(String id, VmStore.@Nullable Beat beat) {
        Vm vm = vms.get(id);
        if (vm != null) {
            vm.heartbeat().admit(beat);
        }
    }

    public void remove(String id) {
        Vm vm = vms.get(id);
        if (vm != null) {
            vms.remove(id);
            fleet = fleet.without(vm);
            changed();
            tell(new VmChange(VmChange.Kind.REMOVED, vm.seen()));
        }
    }

    /**
     * Takes a heartbeat and notes it for other processes; any thread. Null where there is none of this id, or it is stale or about
     * to be: that has to be changed first.
     */
    public @Nullable VmEntry hear(String id, VmStore.@Nullable Beat beat, long moment) {
        Vm vm = vms.get(id);
        if (vm == null) {
            return null;
        }
        vm.heartbeat().admit(beat);
        return vm.asleep() || isSilent(id) ? null : hear(vm, moment);
    }

    /** The same for one that was admitted already. */
    public @Nullable VmEntry hear(String id, long moment) {
        Vm vm = vms.get(id);
        return vm == null ? null : hear(vm, moment);
    }

    private VmEntry hear(Vm vm, long moment) {
        vm.heartbeat().beat(nanos.getAsLong(), moment);
        note(vm.heartbeat());
        changed();
        return vm.entry().seenAt(moment);
    }

    private void note(Heartbeat heartbeat) {
        if (heartbeat.needsSaving()) {
            unsaved.add(heartbeat);
        }
    }

    /** Takes a heartbeat that other processes do not know yet; null where there is none. */
    public @Nullable Heard takeUnsaved() {
        for (Heartbeat next = unsaved.poll(); next != null; next = unsaved.poll()) {
            Heard heard = next.heard();
            Vm vm = vms.get(next.id());
            if (vm != null && vm.heartbeat() == next) {
                return heard;
            }
        }
        return null;
    }

    /** Notes again what could not be told to other processes. */
    public void noteUnsaved(String id) {
        Vm vm = vms.get(id);
        if (vm != null) {
            note(vm.heartbeat());
        }
    }

    /** The number of heartbeats that other processes do not know yet. */
    public int unsaved() {
        return unsaved.size();
    }

    /** Learns which numbered heartbeat another process took. */
    public void learn(String id, long sender, long seq) {
        Vm vm = vms.get(id);
        if (vm != null) {
            vm.heartbeat().learn(sender, seq);
        }
    }

    /** Records a heartbeat that another process took, and returns the VM as it was then; null where there is none of this id. */
    public @Nullable VmEntry beat(String id, long moment) {
        Vm vm = vms.get(id);
        if (vm == null) {
            return null;
        }
        vm.heartbeat().beat(nanos.getAsLong(), moment);
        changed();
        return vm.entry().seenAt(moment);
    }

    /** Corrects the moment that is shown; not a sign of life. */
    public void show(String id, long moment) {
        Vm vm = vms.get(id);
        if (vm != null && vm.heartbeat().lastSeen() != moment) {
            vm.heartbeat().show(moment);
            changed();
        }
    }

    /** Tells whether a VM is found silent by now, asleep or not. */
    boolean isSilent(String id) {
        Vm vm = vms.get(id);
        return vm != null && vm.heartbeat().isSilentAt(nanos.getAsLong());
    }

    /** The ids of those that have been silent for too long and are not asleep yet. */
    public List<String> silent() {
        long now = nanos.getAsLong();
        List<String> silent = new ArrayList<>();
        for (Vm vm : vms.values()) {
            if (!vm.asleep() && vm.heartbeat().isSilentAt(now)) {
                silent.add(vm.id());
            }
        }
        return silent;
    }

    /** Puts a VM to sleep: it is stale from now on. */
    public void sleep(String id) {
        Vm vm = vms.get(id);
        if (vm != null && !vm.asleep()) {
            vm.heartbeat().fallSilent(nanos.getAsLong());
            show(vm, vm.sleeping());
            tell(new VmChange(VmChange.Kind.STALE, vm.seen()));
        }
    }

    /** Wakes a VM that was heard again. */
    public void wake(String id) {
        Vm vm = vms.get(id);
        if (vm != null && vm.asleep()) {
            long now = nanos.getAsLong();
            if (vm.heartbeat().isSilentAt(now)) {
                vm.heartbeat().excuse(now);
            }
            show(vm, vm.awake());
            tell(new VmChange(VmChange.Kind.BACK, vm.seen()));
        }
    }

    /** Begins a full window for each VM that is awake: silence could not be judged until now. */
    public void excuseAll(long now) {
        for (Vm vm : vms.values()) {
            if (!vm.asleep()) {
                vm.heartbeat().excuse(now);
            }
        }
    }

    /** The ids of all VMs. */
    public List<String> ids() {
        return List.copyOf(vms.keySet());
    }

    private void show(@Nullable Vm before, Vm vm) {
        vms.put(vm.id(), vm);
        fleet = fleet.with(before, vm);
        changed();
    }
}
