package dev.asmp.vm;

import dev.asmp.document.HeapCost;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import java.util.Collection;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * All lists of VMs at one moment, immutable.
 *
 * <pre>
 *   order   rank → Vm                        all
 *   roles   role → rank → Vm   ─┐ those that run and are awake,
 *   names   name → rank → Vm   ─┘ so that a lookup skips nothing
 *   facts   key → facts              what the daemon keeps about VMs, registered or not
 * </pre>
 *
 * When a VM was last heard is in its heartbeat. So a VM that is awake may have been silent for too long already, and readers
 * ask its heartbeat; the writer soon puts it to sleep.
 */
final class Fleet {
    static final Fleet EMPTY = new Fleet(TreePMap.empty(), RankIndex.empty(), RankIndex.empty(), TreePMap.empty(), 0,
            0);

    private static final int FACT = 128;

    private final TreePMap<Rank, Vm> order;
    private final RankIndex<VmRole> roles;
    private final RankIndex<String> names;
    private final TreePMap<String, Mapping> facts;
    private final long bytes;
    private final long heapBytes;

    private Fleet(TreePMap<Rank, Vm> order, RankIndex<VmRole> roles, RankIndex<String> names,
            TreePMap<String, Mapping> facts, long bytes, long heapBytes) {
        this.order = order;
        this.roles = roles;
        this.names = names;
        this.facts = facts;
        this.bytes = bytes;
        this.heapBytes = heapBytes;
    }

    /** Builds a fleet from many VMs. */
    static Fleet of(Collection<Vm> vms, SortedMap<String, Mapping> facts) {
        TreeMap<Rank, Vm> order = new TreeMap<>();
        vms.forEach(vm -> order.put(vm.rank(), vm));
        Fleet fleet = new Fleet(TreePMap.fromSortedMap(order),
                RankIndex.of(order.values().stream().filter(Fleet::isReady), vm -> vm.entry().role()),
                RankIndex.of(order.values().stream().filter(Fleet::isReady), vm -> vm.entry().name()),
                TreePMap.empty(), order.values().stream().mapToLong(vm -> vm.entry().length()).sum(),
                order.values().stream().mapToLong(vm -> vm.entry().heapBytes()).sum());
        for (Map.Entry<String, Mapping> one : facts.entrySet()) {
            fleet = fleet.keeping(one.getKey(), one.getValue());
        }
        return fleet;
    }

    int size() {
        return order.size();
    }

    /** Bytes of all entries' JSON, and of all facts' with their keys. */
    long bytes() {
        return bytes;
    }

    /** Bytes of memory that all take. */
    long heapBytes() {
        return heapBytes;
    }

    /** All, oldest registration first. */
    NavigableMap<Rank, Vm> order() {
        return order;
    }

    /** Those of a role that run and are awake, oldest registration first. */
    NavigableMap<Rank, Vm> ready(VmRole role) {
        return roles.of(role);
    }

    /** Those of a name that run and are awake, oldest registration first. */
    NavigableMap<Rank, Vm> ready(String name) {
        return names.of(name);
    }

    /** A fleet with this VM, in the place of its earlier state. */
    Fleet with(@Nullable Vm before, Vm vm) {
        Fleet base = before == null ? this : without(before);
        VmEntry entry = vm.entry();
        boolean ready = isReady(vm);
        return new Fleet(base.order.plus(vm.rank(), vm), ready ? base.roles.with(entry.role(), vm) : base.roles,
                ready ? base.names.with(entry.name(), vm) : base.names, base.facts,
                base.bytes + entry.length(), base.heapBytes + entry.heapBytes());
    }

    Fleet without(Vm vm) {
        VmEntry entry = vm.entry();
        boolean ready = isReady(vm);
        return new Fleet(order.minus(vm.rank()), ready ? roles.without(entry.role(), vm) : roles,
                ready ? names.without(entry.name(), vm) : names, facts, bytes - entry.length(),
                heapBytes - entry.heapBytes());
    }

    /** The facts by key. */
    NavigableMap<String, Mapping> facts() {
        return facts;
    }

    /** A fleet with these facts under a key; null for none. */
    Fleet keeping(String key, @Nullable Mapping kept) {
        Mapping before = facts.get(key);
        TreePMap<String, Mapping> next = kept == null ? facts.minus(key) : facts.plus(key, kept);
        return new Fleet(order, roles, names, next,
                bytes + length(key, kept) - length(key, before),
                heapBytes + heapBytes(key, kept) - heapBytes(key, before));
    }

    private static long length(String key, @Nullable Mapping kept) {
        return kept == null ? 0 : VmRecordCodec.kept(key, kept).length;
    }

    /** The memory that facts take with their place in the tree. */
    static long heapBytes(String key, @Nullable Mapping facts) {
        return facts == null ? 0 : FACT + HeapCost.of(key) + HeapCost.of(facts);
    }

    private static boolean isReady(Vm vm) {
        return !vm.asleep() && vm.entry().status() == VmStatus.RUNNING;
    }

    /** VMs by what they have in common, each group in the order of registration. Immutable. */
    private record RankIndex<K extends Comparable<K>>(TreePMap<K, TreePMap<Rank, Vm>> byKey) {
        static <K extends Comparable<K>> RankIndex<K> empty() {
            return new RankIndex<K>(TreePMap.empty());
        }

        /** Builds an index of many VMs. */
        static <K extends Comparable<K>> RankIndex<K> of(Stream<Vm> vms, Function<Vm, K> key) {
            TreeMap<K, TreeMap<Rank, Vm>> sorted = new TreeMap<>();
            vms.forEach(vm -> sorted.computeIfAbsent(key.apply(vm), _ -> new TreeMap<>()).put(vm.rank(), vm));
            TreeMap<K, TreePMap<Rank, Vm>> byKey = new TreeMap<>();
            sorted.forEach((name, sortedVms) -> byKey.put(name, TreePMap.fromSortedMap(sortedVms)));
            return new RankIndex<K>(TreePMap.fromSortedMap(byKey));
        }

        TreePMap<Rank, Vm> of(K key) {
            TreePMap<Rank, Vm> vms = byKey.get(key);
            return vms == null ? TreePMap.empty() : vms;
        }

        RankIndex<K> with(K key, Vm vm) {
            return new RankIndex<>(byKey.plus(key, of(key).plus(vm.rank(), vm)));
        }

        RankIndex<K> without(K key, Vm vm) {
            TreePMap<Rank, Vm> rest = of(key).minus(vm.rank());
            return new RankIndex<>(rest.isEmpty() ? byKey.minus(key) : byKey.plus(key, rest));
        }
    }
}
