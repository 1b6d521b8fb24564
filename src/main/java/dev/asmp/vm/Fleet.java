package dev.asmp.vm;

import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.TreePMap;

/**
 * The registered VMs at one moment, immutable, and what follows from them.
 *
 * <pre>
 *   vms      id → Vm                                the truth
 *     ├── order   rank → Vm                         the lists
 *     ├── roles   role → rank → Vm   ─┐ those that run and are awake:
 *     └── names   name → rank → Vm   ─┘ who is asked for is found without passing by others
 * </pre>
 *
 * Signs of life are not in here but in each VM's pulse. So a VM that is awake may have been silent for too long already, and
 * a reader asks its pulse; the writer soon puts it to sleep, so that it is not asked again and again.
 */
final class Fleet {
    static final Fleet EMPTY = new Fleet(TreePMap.empty(), TreePMap.empty(), Shelves.empty(), Shelves.empty(), 0);

    private final TreePMap<String, Vm> vms;
    private final TreePMap<Rank, Vm> order;
    private final Shelves<VmRole> roles;
    private final Shelves<String> names;
    private final long bytes;

    private Fleet(TreePMap<String, Vm> vms, TreePMap<Rank, Vm> order, Shelves<VmRole> roles, Shelves<String> names,
            long bytes) {
        this.vms = vms;
        this.order = order;
        this.roles = roles;
        this.names = names;
        this.bytes = bytes;
    }

    @Nullable
    Vm find(String id) {
        return vms.get(id);
    }

    /** The VM that a pulse belongs to, or null if it is registered no more. */
    @Nullable
    Vm of(Pulse pulse) {
        Vm vm = vms.get(pulse.id());
        return vm != null && vm.pulse() == pulse ? vm : null;
    }

    int size() {
        return vms.size();
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

    /** A fleet in which this VM replaces the one of its id. */
    Fleet with(Vm vm) {
        Fleet base = without(vm.id());
        VmEntry entry = vm.entry();
        boolean ready = isReady(vm);
        return new Fleet(base.vms.plus(vm.id(), vm), base.order.plus(vm.rank(), vm),
                ready ? base.roles.with(entry.role(), vm) : base.roles,
                ready ? base.names.with(entry.name(), vm) : base.names, base.bytes + entry.length());
    }

    /** A fleet without the VM of this id. */
    Fleet without(String id) {
        Vm vm = vms.get(id);
        if (vm == null) {
            return this;
        }
        boolean ready = isReady(vm);
        return new Fleet(vms.minus(id), order.minus(vm.rank()),
                ready ? roles.without(vm.entry().role(), vm) : roles,
                ready ? names.without(vm.entry().name(), vm) : names, bytes - vm.entry().length());
    }

    private static boolean isReady(Vm vm) {
        return !vm.asleep() && vm.entry().status() == VmStatus.RUNNING;
    }
}
