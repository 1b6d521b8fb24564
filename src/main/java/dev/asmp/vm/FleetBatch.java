package dev.asmp.vm;

import dev.asmp.document.Mapping;
import dev.asmp.store.RefusedException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The changes of one batch while they are decided, in memory only: the fleet as it will be, and the records that make it true.
 * Each change sees those before it; what other threads see is not touched.
 */
final class FleetBatch {
    static final int MAX_VMS = 200_000;
    /** Facts under this prefix and an id are shown in that VM's entry. */
    static final String FACTS = VmStore.SHOWN;

    private final Function<String, @Nullable Vm> known;
    private final SilenceDeadlines deadlines;
    private final long maxBytes;
    private final long now;
    private final long nanos;
    private final List<byte[]> records = new ArrayList<>();
    private final List<Runnable> effects = new ArrayList<>();
    private final List<VmChange> changes = new ArrayList<>();
    private final Map<String, @Nullable Vm> touched = new HashMap<>();
    /** Those heard by a patch of this batch, which they do not show before it is saved. */
    private final Set<Heartbeat> patched = new HashSet<>();
    private Fleet fleet;
    private long nextNumber;

    /** Begins a batch after which all entries take at most this many bytes of the heap. */
    FleetBatch(Fleet fleet, Function<String, @Nullable Vm> known, SilenceDeadlines deadlines, long maxBytes,
            long nextNumber, long now, long nanos) {
        this.maxBytes = maxBytes;
        this.fleet = fleet;
        this.known = known;
        this.deadlines = deadlines;
        this.nextNumber = nextNumber;
        this.now = now;
        this.nanos = nanos;
    }

    Fleet fleet() {
        return fleet;
    }

    long nextNumber() {
        return nextNumber;
    }

    /** The records that the journal has to take first. */
    List<byte[]> records() {
        return records;
    }

    /** The changes of heartbeats, made once the records are saved. */
    List<Runnable> effects() {
        return effects;
    }

    List<VmChange> changes() {
        return changes;
    }

    /** The changed VMs by id; null for those that are gone. */
    Map<String, @Nullable Vm> touched() {
        return touched;
    }

    private @Nullable Vm find(String id) {
        return touched.containsKey(id) ? touched.get(id) : known.apply(id);
    }

    private void place(@Nullable Vm before, Vm vm) {
        fleet = fleet.with(before, vm);
        touched.put(vm.id(), vm);
    }

    VmEntry register(VmEntry asked) {
        if (find(asked.id()) != null) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, "VM already registered");
        }
        VmEntry entry = asked.withFleet(fleet.facts().get(FACTS + asked.id()));
        checkBudget(fleet.size() + 1, entry.heapBytes());
        add(entry);
        return entry;
    }

    /** Adds VMs that were registered elsewhere, all or none, each with a full window; returns how many were not here. */
    int restore(List<VmEntry> entries) {
        Map<String, VmEntry> missing = new LinkedHashMap<>();
        for (VmEntry entry : entries) {
            Mapping facts = fleet.facts().get(FACTS + entry.id());
            if (find(entry.id()) == null) {
                missing.putIfAbsent(entry.id(), facts == null ? entry : entry.withFleet(facts));
            }
        }
        checkBudget(fleet.size() + missing.size(), missing.values().stream().mapToLong(VmEntry::heapBytes).sum());
        missing.values().forEach(this::add);
        return missing.size();
    }

    private void add(VmEntry entry) {
        Rank rank = new Rank(entry.registeredAtMillis(), nextNumber++);
        Heartbeat heartbeat = new Heartbeat(entry.id(), rank, nanos, entry.lastSeen().toEpochMilli());
        heartbeat.register(entry.instance());
        put(null, new Vm(entry, heartbeat, false), VmChange.Kind.REGISTERED);
        effects.add(() -> deadlines.add(heartbeat));
    }

    @Nullable
    VmEntry patch(String id, VmPatch patch) {
        Vm old = find(id);
        if (old == null) {
            return null;
        }
        VmEntry entry = old.entry().with(patch, now);
        checkBudget(fleet.size(), entry.heapBytes() - old.entry().heapBytes());
        put(old, new Vm(entry, old.heartbeat(), false), VmChange.Kind.CHANGED);
        patched.add(old.heartbeat());
        if (old.asleep()) {
            changes.add(new VmChange(VmChange.Kind.BACK, entry));
        }
        effects.add(() -> {
            if (patch.instance() != null) {
                old.heartbeat().register(patch.instance());
            }
            old.heartbeat().beat(nanos, now);
            rouse(old.heartbeat());
        });
        return entry;
    }

    /** Keeps facts under a key, and shows them in the entry that they are about. */
    void keep(String key, @Nullable Mapping facts) {
        Vm old = key.startsWith(FACTS) ? find(key.substring(FACTS.length())) : null;
        VmEntry entry = old == null ? null : seen(old).withFleet(facts);
        checkBudget(fleet.size(), Fleet.heapBytes(key, facts) - Fleet.heapBytes(key, fleet.facts().get(key))
                + (old == null || entry == null ? 0 : entry.heapBytes() - old.entry().heapBytes()));
        fleet = fleet.keeping(key, facts);
        records.add(VmRecordCodec.kept(key, facts));
        if (old != null && entry != null) {
            Vm vm = new Vm(entry, old.heartbeat(), old.asleep());
            put(old, vm, VmChange.Kind.CHANGED);
            if (vm.asleep()) {
                records.addAll(VmRecordCodec.stale(List.of(vm)));
            }
        }
    }

    private VmEntry seen(Vm vm) {
        return patched.contains(vm.heartbeat()) ? vm.entry() : vm.seen();
    }

    private void checkBudget(int count, long more) {
        if (count > MAX_VMS || (more > 0 && fleet.heapBytes() + more > maxBytes)) {
            throw new RefusedException(RefusedException.Reason.FULL, "the registry is full: it holds "
                    + fleet.size() + " VMs; at most " + MAX_VMS + ", and " + maxBytes + " bytes of memory, are"
                    + " allowed");
        }
    }

    private void put(@Nullable Vm before, Vm vm, VmChange.Kind kind) {
        place(before, vm);
        records.add(VmRecordCodec.put(vm.rank().number(), vm.entry()));
        changes.add(new VmChange(kind, vm.entry()));
    }

    private void rouse(Heartbeat heartbeat) {
        if (heartbeat.isAsleep()) {
            heartbeat.wake();
            deadlines.add(heartbeat);
        }
    }

    boolean remove(String id) {
        Vm vm = find(id);
        if (vm != null) {
            remove(List.of(vm));
        }
        return vm != null;
    }

    /** Removes the stale VMs, which are asleep when a batch begins; returns how many. */
    int prune() {
        List<Vm> silent = new ArrayList<>();
        for (Vm vm : fleet.order().values()) {
            if (vm.asleep() && vm.heartbeat().isSilentAt(nanos)) {
                silent.add(vm);
            }
        }
        remove(silent);
        return silent.size();
    }

    private void remove(List<Vm> gone) {
        for (Vm vm : gone) {
            fleet = fleet.without(vm);
            touched.put(vm.id(), null);
            effects.add(() -> deadlines.remove(vm.heartbeat()));
            changes.add(new VmChange(VmChange.Kind.REMOVED, seen(vm)));
        }
        records.addAll(VmRecordCodec.removed(gone));
    }

    /** Wakes a VM that was heard again; null if it was removed meanwhile. */
    @Nullable
    Vm wake(Heartbeat heartbeat) {
        Vm vm = find(heartbeat.id());
        if (vm == null || vm.heartbeat() != heartbeat) {
            return null;
        }
        if (vm.asleep()) {
            place(vm, vm.awake());
            changes.add(new VmChange(VmChange.Kind.BACK, vm.seen()));
            effects.add(() -> rouse(heartbeat));
        }
        return vm;
    }
}
