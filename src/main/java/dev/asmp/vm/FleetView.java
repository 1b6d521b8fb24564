package dev.asmp.vm;

import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The fleet in memory as every engine shows it: the answers to all reads, and the listeners. Any thread reads and records
 * heartbeats; one thread of the engine changes what is here.
 */
public final class FleetView {
    private final LongSupplier nanos;
    private final Consumer<String> log;
    private final List<Consumer<VmChange>> listeners = new CopyOnWriteArrayList<>();
    /** The VMs by id, which is what most requests ask. Changed together with the fleet. */
    private final ConcurrentHashMap<String, Vm> vms = new ConcurrentHashMap<>();
    private volatile Fleet fleet = Fleet.EMPTY;
    private final AtomicLong revision = new AtomicLong();

    /** An empty view whose VMs are silent by this clock. */
    public FleetView(LongSupplier nanos, Consumer<String> log) {
        this.nanos = nanos;
        this.log = log;
    }

    /** The VM of this id, or null. */
    public @Nullable VmEntry get(String id) {
        Vm vm = vms.get(id);
        return vm == null ? null : vm.seen();
    }

    /** The VMs that match, newest registration first. */
    public VmPage list(VmQuery query) {
        long now = nanos.getAsLong();
        return page(newestFirst(query.after()), query.limit(), vm -> query.matches(vm.entry())
                && (query.status() != VmStatus.RUNNING || !vm.heartbeat().isSilentAt(now)));
    }

    private static VmPage page(NavigableMap<Rank, Vm> vms, int most, Predicate<Vm> wanted) {
        List<VmEntry> page = new ArrayList<>();
        Rank last = null;
        for (Vm vm : vms.values()) {
            if (wanted.test(vm)) {
                if (page.size() == most) {
                    return new VmPage(page, String.valueOf(last));
                }
                page.add(vm.seen());
                last = vm.rank();
            }
        }
        return new VmPage(page, null);
    }

    private NavigableMap<Rank, Vm> newestFirst(@Nullable String after) {
        NavigableMap<Rank, Vm> order = fleet.order();
        return (after == null ? order : order.headMap(Rank.parse(after), false)).descendingMap();
    }

    /** The live and running VMs of a role, oldest registration first. */
    public VmPage discover(VmRole role, int most, @Nullable String after) {
        NavigableMap<Rank, Vm> ready = fleet.ready(role);
        long now = nanos.getAsLong();
        return page(after == null ? ready : ready.tailMap(Rank.parse(after), false), most,
                vm -> !vm.heartbeat().isSilentAt(now));
    }

    /** The newest live and running VM of this name, or null. */
    public @Nullable VmEntry resolve(String name) {
        long now = nanos.getAsLong();
        for (Vm vm : fleet.ready(name).descendingMap().values()) {
            if (!vm.heartbeat().isSilentAt(now)) {
                return vm.seen();
            }
        }
        return null;
    }

    /** The stale VMs, newest registration first. */
    public VmPage stale(int most, @Nullable String after) {
        long now = nanos.getAsLong();
        return page(newestFirst(after), most, vm -> vm.heartbeat().isSilentAt(now));
    }

    public VmCounts counts() {
        int stale = 0;
        Map<VmStatus, Integer> live = new EnumMap<>(VmStatus.class);
        long now = nanos.getAsLong();
        for (Vm vm : fleet.order().values()) {
            VmStatus status = vm.entry().status();
            if (status != VmStatus.STOPPED && vm.heartbeat().isSilentAt(now)) {
                stale++;
            } else {
                live.merge(status, 1, Integer::sum);
            }
        }
        return new VmCounts(live.getOrDefault(VmStatus.RUNNING, 0), live.getOrDefault(VmStatus.PAUSED, 0),
                live.getOrDefault(VmStatus.STOPPED, 0), stale);
    }

    /** The facts whose keys begin with a prefix. */
    public SortedMap<String, Mapping> kept(String prefix) {
        return fleet.facts().subMap(prefix, prefix + Character.MAX_VALUE);
    }

    public int size() {
        return fleet.size();
    }

    /** Bytes of memory that all VMs take. */
    public long heapBytes() {
        return fleet.heapBytes();
    }

    /** Grows with every change that a list shows. */
    public long revision() {
        return revision.get();
    }

    public VmStore.Subscription subscribe(Consumer<VmChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    void tell(VmChange change) {
        for (Consumer<VmChange> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                log.accept("a listener to the VM registry failed: " + e);
            }
        }
    }

    @Nullable
    Vm find(String id) {
        return vms.get(id);
    }

    Map<String, Vm> byId() {
        return vms;
    }

    Fleet fleet() {
        return fleet;
    }

    /** Notes that a list may show something else. */
    void changed() {
        revision.incrementAndGet();
    }

    /** Shows these VMs and facts, and no others. */
    void load(Collection<Vm> all, SortedMap<String, Mapping> facts) {
        vms.clear();
        all.forEach(vm -> vms.put(vm.id(), vm));
        fleet = Fleet.of(all, facts);
        changed();
    }

    /** Shows the next fleet, which differs by these VMs; null for those that are gone. */
    void publish(Fleet next, Map<String, @Nullable Vm> touched) {
        touched.forEach((id, vm) -> {
            if (vm == null) {
                vms.remove(id);
            } else {
                vms.put(id, vm);
            }
        });
        fleet = next;
    }

    // What follows is for engines in other packages, whose changes come one by one from elsewhere.

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

    /** Records a heartbeat by any thread, and returns the VM as it was then; null where there is none of this id. */
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
    public boolean isSilent(String id) {
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
            vm.heartbeat().setAsleep(false);
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
