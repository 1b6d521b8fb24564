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
public class FleetView {
    final LongSupplier nanos;
    private final Consumer<String> log;
    private final List<Consumer<VmChange>> listeners = new CopyOnWriteArrayList<>();
    /** The VMs by id, which is what most requests ask. Changed together with the fleet. */
    final ConcurrentHashMap<String, Vm> vms = new ConcurrentHashMap<>();
    volatile Fleet fleet = Fleet.EMPTY;
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
}
