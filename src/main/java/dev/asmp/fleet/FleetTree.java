package dev.asmp.fleet;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.manifest.SecretMask;
import dev.asmp.store.RefusedException;
import dev.asmp.vm.VmEntry;
import dev.asmp.vm.VmPage;
import dev.asmp.vm.VmQuery;
import dev.asmp.vm.VmStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The VMs by who made whom, from their records and entries. A circle or a parent that is unknown makes a root. */
public final class FleetTree {
    /** A tree of more would take too much memory. */
    private static final int MOST = 10_000;

    private final Map<String, Mapping> vms = new LinkedHashMap<>();
    private final Map<String, List<String>> children = new LinkedHashMap<>();
    private final List<String> roots = new ArrayList<>();

    /** The tree at one moment: VMs of ours, and those that are registered. That of a very large fleet is refused. */
    public FleetTree(VmStore store) {
        VmPage all = store.list(VmQuery.ALL.upTo(MOST));
        if (all.next() != null) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, "the fleet has more than " + MOST
                    + " VMs, which are too many for a tree; GET /registry/vms lists them");
        }
        for (VmEntry entry : all.vms()) {
            vms.put(entry.id(), described(entry.id(), entry, entry.fleet()));
        }
        store.kept(VmRecord.KEY).forEach((key, facts) -> {
            String id = key.substring(VmRecord.KEY.length());
            vms.putIfAbsent(id, described(id, null, facts));
        });
        Set<String> circular = circular();
        vms.forEach((id, vm) -> {
            String parent = vm.text("parentId");
            if (parent == null || !vms.containsKey(parent) || circular.contains(id)) {
                roots.add(id);
            } else {
                children.computeIfAbsent(parent, _ -> new ArrayList<>()).add(id);
            }
        });
    }

    private static Mapping described(String id, @Nullable VmEntry entry, @Nullable Mapping facts) {
        VmRecord record = new VmRecord(id, facts == null ? Mapping.EMPTY : facts);
        return SecretMask
                .masked(Mapping.builder().put("vmId", id).put("name", entry == null ? record.name() : entry.name())
                        .put("parentId", record.parent())
                        .put("category", entry == null ? record.facts().text("role") : entry.role().word())
                        .put("address", entry == null ? null : entry.address())
                        .put("status", facts != null && !record.state().equals(VmRecord.RUNNING)
                                ? record.state()
                                : entry == null ? record.state() : entry.status().word())
                        .put("commitId", record.commitId()).put("createdAt", record.facts().text("createdAt")).build())
                .with("vmId", Scalar.text(id));
    }

    /** The VMs that are their own ancestors. Each VM is climbed from once, since a chain may be as long as the fleet. */
    private Set<String> circular() {
        Set<String> circular = new HashSet<>();
        Set<String> seen = new HashSet<>();
        for (String id : vms.keySet()) {
            Set<String> way = new LinkedHashSet<>();
            String at = id;
            while (at != null && vms.containsKey(at) && seen.add(at)) {
                way.add(at);
                at = parent(at);
            }
            if (at != null && way.contains(at)) {
                way.stream().skip(List.copyOf(way).indexOf(at)).forEach(circular::add);
            }
        }
        return circular;
    }

    private @Nullable String parent(String id) {
        Mapping vm = vms.get(id);
        return vm == null ? null : vm.text("parentId");
    }

    /** One VM; null where there is none of this id. */
    public @Nullable Mapping vm(String id) {
        return vms.get(id);
    }

    /** All VMs as a list. */
    public Mapping list() {
        return listed("vms", List.copyOf(vms.keySet()));
    }

    public Mapping children(String id) {
        return listed("children", children.getOrDefault(id, List.of()));
    }

    /** The VMs above one, the nearest first. */
    public Mapping ancestors(String id) {
        Set<String> above = new LinkedHashSet<>();
        for (String at = parent(id); at != null && vms.containsKey(at) && above.add(at);) {
            at = parent(at);
        }
        return listed("ancestors", List.copyOf(above));
    }

    /** The VMs below one, each after its parent. */
    public Mapping descendants(String id) {
        List<String> below = new ArrayList<>(children.getOrDefault(id, List.of()));
        for (int i = 0; i < below.size(); i++) {
            below.addAll(children.getOrDefault(below.get(i), List.of()));
        }
        return listed("descendants", below);
    }

    private Mapping listed(String key, List<String> ids) {
        return Mapping.builder().put(key, new Sequence(ids.stream()
                .map(id -> (Document) Objects.requireNonNull(vms.get(id))).toList())).put("count", ids.size()).build();
    }

    /** All VMs inside one another under {@code children}; below one of them, where it is named. */
    public Mapping nested(@Nullable String root) {
        List<Document> trees = new ArrayList<>();
        for (String id : root == null ? roots : List.of(root)) {
            if (vms.containsKey(id)) {
                trees.add(nested(id, 0));
            }
        }
        return Mapping.builder().put("tree", new Sequence(trees)).put("count", vms.size()).build();
    }

    private Mapping nested(String id, int depth) {
        List<Document> below = new ArrayList<>();
        if (depth < 40) {
            children.getOrDefault(id, List.of()).forEach(child -> below.add(nested(child, depth + 1)));
        }
        Mapping vm = Objects.requireNonNull(vms.get(id));
        return below.isEmpty() ? vm : vm.with("children", new Sequence(below));
    }

    /** What runs, and what it has cost in hours of VMs. */
    public static Mapping status(VmFleet fleet) {
        Instant now = fleet.setup().clock().instant();
        double hours = 0;
        Map<String, Integer> states = new LinkedHashMap<>();
        List<Document> each = new ArrayList<>();
        for (VmRecord vm : fleet.records().vms()) {
            double own = vm.ran(now).toMillis() / 3_600_000.0;
            hours += own;
            states.merge(vm.state(), 1, Integer::sum);
            each.add(Mapping.builder().put("id", vm.id()).put("name", vm.name()).put("state", vm.state())
                    .put("vm_hours", hours(own)).build());
        }
        Mapping.Builder counts = Mapping.builder();
        states.forEach(counts::put);
        return Mapping.builder().put("count", each.size()).put("max_vms", fleet.setup().mostVms().getAsInt())
                .put("states", counts.build()).put("vm_hours", hours(hours)).put("vms", new Sequence(each))
                .put("unsettled", fleet.records().operations().size())
                .put("lifecycle", new Sequence(fleet.records().lifecycle())).build();
    }

    private static Scalar hours(double hours) {
        return new Scalar(Scalar.Kind.NUMBER, String.format(Locale.ROOT, "%.3f", hours));
    }
}
