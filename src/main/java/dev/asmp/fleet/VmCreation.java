package dev.asmp.fleet;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.VersApi;
import dev.asmp.vers.VersException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/** The making of VMs: an operation is recorded before the call, and its VMs before anything else is done with them. */
final class VmCreation {
    private final VmFleet fleet;
    private final VmFleet.Setup setup;
    private final FleetRecords records;
    /** Shared by calls that make VMs; exclusive for looking for VMs that no record names. */
    private final ReadWriteLock making = new ReentrantReadWriteLock();
    private final Set<String> underWay = ConcurrentHashMap.newKeySet();

    VmCreation(VmFleet fleet) {
        this.fleet = fleet;
        this.setup = fleet.setup();
        this.records = fleet.records();
    }

    /** Makes VMs and returns their records. */
    List<VmRecord> make(VmRequest request) {
        String operation = UUID.randomUUID().toString();
        List<VmRecord> made;
        making.readLock().lock();
        try {
            reserve(operation, request);
            try {
                made = adoptAll(call(operation, request), operation, VmRecord.RUNNING);
                followParent(request);
            } catch (VersException e) {
                if (!e.mayHaveHappened()) {
                    records.end(operation);
                    throw e;
                }
                made = null;
                setup.log().accept("making a VM: " + e.getMessage() + "; looking for what it made");
            }
        } finally {
            making.readLock().unlock();
            underWay.remove(operation);
        }
        if (made == null) {
            made = new Reaper(fleet).settle(operation);
            if (made.isEmpty()) {
                throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                        "the Vers API did not answer, and no VM of this call is there; if one appears later, asmp fleet"
                                + " reap finds it");
            }
            made.forEach(one -> records.change(one.id(), facts -> facts.with(VmRecord.STATE,
                    Scalar.text(VmRecord.RUNNING))));
        }
        made.forEach(one -> fleet.present(one, request.role().word()));
        if (request.waits()) {
            made.forEach(one -> fleet.awaitBoot(one.id()));
        }
        return made.stream().map(one -> records.get(one.id())).toList();
    }

    /** Records what a branch left its parent in, which may be paused. */
    private void followParent(VmRequest request) {
        VmRecord parent = request.kind() == VmRequest.Kind.BRANCH ? records.find(String.valueOf(request.from())) : null;
        if (parent != null) {
            fleet.follow(parent);
        }
    }

    /** Takes places for the VMs of a request, and records that it is about to be made. */
    private synchronized void reserve(String operation, VmRequest request) {
        int others = records.vms().size()
                + records.operations().stream().mapToInt(one -> Integer.parseInt(String.valueOf(
                        one.facts().text("count")))).sum();
        int most = setup.mostVms().getAsInt();
        if (others + request.count() > most) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, "fleet.max_vms is " + most + ", and there are "
                    + others + " VMs of ours: delete some (asmp vm list) or raise it in host.yaml");
        }
        underWay.add(operation);
        records.begin(operation, Mapping.builder().put("kind", request.kind().word()).put("from", request.from())
                .put("count", request.count()).put("name", request.name()).put("role", request.role().word())
                .put("parent", request.parent()).put("ephemeral", Scalar.bool(request.ephemeral()))
                .put("facts", request.more()).put("startedAt", now()).build());
    }

    private String now() {
        return Timestamps.format(setup.clock().millis());
    }

    private List<String> call(String operation, VmRequest request) {
        String from = Objects.requireNonNullElse(request.from(), "");
        return switch (request.kind()) {
            case ROOT -> List.of(setup.api().createRoot(new VersApi.Root(request.size("cpus"),
                    request.size("memory_mib"), request.size("disk_mib"), request.size().text("image"),
                    Map.of(VmFleet.OWNER_LABEL, setup.hostId(), VmFleet.OPERATION_LABEL, operation)), request.waits()));
            case RESTORE -> List.of(setup.api().restore(from));
            case BRANCH -> setup.api().branch(from, request.count());
        };
    }

    /** Records the VMs of an operation, and then that it has ended. */
    List<VmRecord> adoptAll(List<String> ids, String operation, String state) {
        Mapping asked = records.operations().stream().filter(one -> one.id().equals(operation))
                .map(VmRecord::facts).findFirst().orElse(Mapping.EMPTY);
        List<VmRecord> made = new ArrayList<>();
        for (String id : ids) {
            boolean isBranch = "branch".equals(asked.text("kind"));
            boolean isRoot = "root".equals(asked.text("kind"));
            String name = asked.text("name");
            Mapping.Builder facts = Mapping.builder()
                    .put("name", name == null ? null : ids.size() > 1 ? name + "-" + (made.size() + 1) : name)
                    .put("role", asked.text("role"))
                    .put("parent", isBranch ? asked.text("from") : asked.text("parent"))
                    .put("commitId", isBranch || isRoot ? null : asked.text("from")).put("owner", setup.hostId())
                    .put("op", operation).put("createdAt", now()).put(VmRecord.STATE, state)
                    .put("labelled", Scalar.bool(isRoot))
                    .put("ephemeral", asked.get("ephemeral") instanceof Scalar flag && flag.isTrue() ? flag : null)
                    .putAll(asked.mapping("facts"));
            records.put(id, facts.build());
            made.add(records.get(id));
        }
        records.end(operation);
        return made;
    }

    boolean isUnderWay(String operation) {
        return underWay.contains(operation);
    }

    /** Runs while no VM is being made, so that each VM that exists is recorded, or lost. */
    <T> T whileNoneIsMade(Supplier<T> work) {
        making.writeLock().lock();
        try {
            return work.get();
        } finally {
            making.writeLock().unlock();
        }
    }
}
