package dev.asmp.vm;

import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import java.util.Collection;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * All lists of VMs at one moment, immutable.
 *
 * <pre>
 *   order   rank → Vm                        all
 *   roles   role → rank → Vm   ─┐ those that run and are awake:
 *   names   name → rank → Vm   ─┘ who is asked for is found without passing by others
 * </pre>
 *
 * Signs of life are not in here but in each VM's heartbeat. So a VM that is awake may have been silent for too long already, and
 * a reader asks its heartbeat; the writer soon puts it to sleep, so that it is not asked again and again.
 */
final class Fleet {
    static final Fleet EMPTY = new Fleet(TreePMap.empty(), RankIndex.empty(), RankIndex.empty(), 0);

    private final TreePMap<Rank, Vm> order;
    private final RankIndex<VmRole> roles;
    private final RankIndex<String> names;
    private final long bytes;

    private Fleet(TreePMap<Rank, Vm> order, RankIndex<VmRole> roles, RankIndex<String> names, long bytes) {
        this.order = order;
        this.roles = roles;
        this.names = names;
        this.bytes = bytes;
    }

    /** A fleet of many, made at once. */
    static Fleet of(Collection<Vm> vms) {
        TreeMap<Rank, Vm> order = new TreeMap<>();
        vms.forEach(vm -> order.put(vm.rank(), vm));
        return new Fleet(TreePMap.fromSortedMap(order),
                RankIndex.of(order.values().stream().filter(Fleet::isReady), vm -> vm.entry().role()),
                RankIndex.of(order.values().stream().filter(Fleet::isReady), vm -> vm.entry().name()),
                order.values().stream().mapToLong(vm -> vm.entry().length()).sum());
    }

    int size() {
        return order.size();
    }

    /** What their JSON takes. */
    long bytes() {
        return bytes;
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

    /** A fleet with this VM, in the place of what it was before, if it was there. */
    Fleet with(@Nullable Vm before, Vm vm) {
        Fleet base = before == null ? this : without(before);
        VmEntry entry = vm.entry();
        boolean ready = isReady(vm);
        return new Fleet(base.order.plus(vm.rank(), vm), ready ? base.roles.with(entry.role(), vm) : base.roles,
                ready ? base.names.with(entry.name(), vm) : base.names, base.bytes + entry.length());
    }

    Fleet without(Vm vm) {
        VmEntry entry = vm.entry();
        boolean ready = isReady(vm);
        return new Fleet(order.minus(vm.rank()), ready ? roles.without(entry.role(), vm) : roles,
                ready ? names.without(entry.name(), vm) : names, bytes - entry.length());
    }

    private static boolean isReady(Vm vm) {
        return !vm.asleep() && vm.entry().status() == VmStatus.RUNNING;
    }
}
