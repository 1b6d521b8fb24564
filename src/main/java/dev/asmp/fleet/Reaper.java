package dev.asmp.fleet;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.VersException;
import dev.asmp.vers.VersVm;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The comparison of the records with what exists: settles calls whose end is not known, deletes VMs of ours that no one was
 * told of, repeats deletions that failed, and forgets VMs that are gone. VMs without our label, and those of other hosts, are
 * never touched.
 */
public final class Reaper {
    /** Clocks differ by a few seconds, and a VM is as old as the call that made it. */
    private static final Duration SKEW = Duration.ofSeconds(30);
    /** The time for which an operation without an end is looked for, and a lease that is not renewed lasts. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration LEASE = Duration.ofSeconds(60);

    private final VmFleet fleet;

    public Reaper(VmFleet fleet) {
        this.fleet = fleet;
    }

    /**
     * What was found, by ids.
     *
     * @param orphans ours by label or by a lost call, and told to no one: deleted
     * @param unfinished deletions that failed before: tried again
     * @param gone recorded, and confirmed not to exist: forgotten
     * @param doubtful of our owner, and perhaps made by a call without an answer, which nothing proves: left alone
     * @param failed what could not be done, with the reason
     */
    public record Report(List<String> orphans, List<String> unfinished, List<String> gone, List<String> doubtful,
            List<String> failed, boolean dryRun) {
        public Mapping document() {
            return Mapping.builder().put("orphans", Sequence.ofTexts(orphans))
                    .put("unfinished", Sequence.ofTexts(unfinished)).put("gone", Sequence.ofTexts(gone))
                    .put("doubtful", Sequence.ofTexts(doubtful)).put("failed", Sequence.ofTexts(failed))
                    .put("dry_run", Scalar.bool(dryRun)).build();
        }
    }

    /** Looks for the VMs of a call that was not answered; an operation that made none ends when it is old enough. */
    List<VmRecord> settle(String operation) {
        try {
            return fleet.creation().whileNoneIsMade(() -> settle(operation, fleet.listed()));
        } catch (VersException _) {
            return List.of(); // the API is away: the operation stays recorded, and is settled later
        }
    }

    private List<VmRecord> settle(String operation, List<VersVm> listed) {
        VmRecord open = fleet.records().operations().stream().filter(one -> one.id().equals(operation)).findFirst()
                .orElse(null);
        if (open == null) {
            return fleet.records().vms().stream().filter(vm -> operation.equals(vm.operation())).toList();
        }
        Set<String> recorded = fleet.records().vms().stream().map(VmRecord::id).collect(Collectors.toSet());
        List<VmRecord> known = fleet.records().vms().stream().filter(vm -> operation.equals(vm.operation())).toList();
        List<String> made = new ArrayList<>(known.stream().map(VmRecord::id).toList());
        int count = Integer.parseInt(String.valueOf(open.facts().text("count")));
        String owner = owner(listed);
        for (VersVm vm : listed) {
            if (made.size() < count && !recorded.contains(vm.id()) && isOf(open, vm, owner)) {
                made.add(vm.id());
            }
        }
        if (!made.isEmpty()) {
            return fleet.creation().adoptAll(made, operation, VmRecord.LOST);
        }
        Instant started = Timestamps.parse(open.facts().text("startedAt"));
        if (started == null || Duration.between(started, fleet.setup().clock().instant()).compareTo(PATIENCE) > 0) {
            fleet.records().end(operation);
        }
        return List.of();
    }

    /** Whether a VM that no record names was made by an operation: by its label, or by its age and proven origin. */
    private boolean isOf(VmRecord operation, VersVm vm, @Nullable String owner) {
        String label = vm.labels().get(VmFleet.OPERATION_LABEL);
        if (label != null || "root".equals(operation.facts().text("kind"))) {
            return operation.id().equals(label);
        }
        return vm.owner().equals(owner) && isOfTime(operation, vm) && isOfOrigin(operation, vm);
    }

    private static boolean isOfTime(VmRecord operation, VersVm vm) {
        Instant started = Timestamps.parse(operation.facts().text("startedAt"));
        Instant created = parsed(vm.createdAt());
        return started != null && created != null && !created.isBefore(started.minus(SKEW)) && vm.labels().isEmpty();
    }

    /** The owner that the key names, else the owner of a VM of ours. */
    private @Nullable String owner(List<VersVm> listed) {
        String owner = fleet.setup().owner().get();
        return owner != null
                ? owner
                : listed.stream().filter(vm -> fleet.records().find(vm.id()) != null).map(VersVm::owner).findFirst()
                        .orElse(null);
    }

    private static @Nullable Instant parsed(String moment) {
        try {
            return Instant.parse(moment);
        } catch (DateTimeParseException _) {
            return null;
        }
    }

    private boolean isOfOrigin(VmRecord operation, VersVm vm) {
        String from = String.valueOf(operation.facts().text("from"));
        try {
            Mapping metadata = fleet.api().metadata(vm.id());
            return from.equals(metadata.text("branch".equals(operation.facts().text("kind"))
                    ? "grandparent_vm_id"
                    : "parent_commit_id"));
        } catch (VersException _) {
            return false;
        }
    }

    /** Compares and puts right, or only tells. */
    public Report reap(boolean dryRun) {
        return fleet.creation().whileNoneIsMade(() -> compare(dryRun));
    }

    private Report compare(boolean dryRun) {
        List<VersVm> listed = fleet.listed();
        List<String> orphans = new ArrayList<>();
        List<String> unfinished = new ArrayList<>();
        List<String> gone = new ArrayList<>();
        List<String> failed = new ArrayList<>();
        List<String> doubtful = new ArrayList<>();
        Set<String> existing = listed.stream().map(VersVm::id).collect(Collectors.toSet());
        if (!dryRun) {
            fleet.records().operations().stream().filter(one -> !fleet.creation().isUnderWay(one.id()))
                    .forEach(one -> settle(one.id(), listed));
        }
        Set<String> recorded = new HashSet<>();
        for (VmRecord vm : fleet.records().vms()) {
            recorded.add(vm.id());
            if (!existing.contains(vm.id()) && isConfirmedGone(vm.id())) {
                gone.add(vm.id());
                attempt(dryRun, failed, () -> fleet.forget(vm));
            } else if (vm.state().equals(VmRecord.DELETING)) {
                unfinished.add(vm.id());
                attempt(dryRun, failed, () -> fleet.delete(vm.id()));
            } else if (vm.state().equals(VmRecord.LOST)) {
                orphans.add(vm.id());
                attempt(dryRun, failed, () -> fleet.delete(vm.id()));
            } else {
                attempt(dryRun, failed, () -> fleet.label(vm));
            }
        }
        for (VersVm vm : listed) {
            if (!recorded.contains(vm.id()) && fleet.setup().hostId().equals(vm.labels().get(VmFleet.OWNER_LABEL))) {
                orphans.add(vm.id());
                attempt(dryRun, failed, () -> fleet.api().delete(vm.id()));
            } else if (!recorded.contains(vm.id()) && vm.owner().equals(owner(listed))
                    && fleet.records().operations().stream().anyMatch(one -> isOfTime(one, vm))) {
                doubtful.add(vm.id());
            }
        }
        return new Report(orphans, unfinished, gone, doubtful, failed, dryRun);
    }

    private boolean isConfirmedGone(String id) {
        try {
            fleet.api().status(id);
            return false;
        } catch (VersException e) {
            return e.status() == 404 || e.status() == 403;
        }
    }

    private static void attempt(boolean dryRun, List<String> failed, Runnable step) {
        if (dryRun) {
            return;
        }
        try {
            step.run();
        } catch (VersException | RefusedException e) {
            failed.add(String.valueOf(e.getMessage()));
        }
    }

    /** Does what is due by itself: unsettled calls, failed deletions, leases that ended, and VMs that idle. */
    public void tend(@Nullable Duration idle) {
        List<VmRecord> vms = fleet.records().vms();
        Instant now = fleet.setup().clock().instant();
        boolean slept = fleet.sinceTended(now).compareTo(LEASE) > 0; // as did those who renew leases
        fleet.records().operations().stream().filter(one -> !fleet.creation().isUnderWay(one.id()))
                .forEach(one -> settle(one.id()));
        fleet.commits().settle();
        for (VmRecord vm : vms) {
            Instant since = fleet.lastUse(vm.id());
            if (since == null || (slept && vm.isEphemeral())) {
                fleet.lease(vm);
                continue;
            }
            Duration unused = Duration.between(since, now);
            boolean isDue = vm.state().equals(VmRecord.DELETING)
                    || (vm.isEphemeral() && unused.compareTo(LEASE) > 0);
            if (isDue) {
                attempt(false, new ArrayList<>(), () -> fleet.delete(vm.id()));
            } else if (idle != null && vm.state().equals(VmRecord.RUNNING) && unused.compareTo(idle) > 0) {
                attempt(false, new ArrayList<>(), () -> fleet.pause(vm.id()));
            }
        }
        fleet.tended();
    }

    /** The VMs of ours as recorded, as listed, or both. */
    public List<Mapping> joined() {
        TreeMap<String, Mapping.Builder> joined = new TreeMap<>();
        Set<String> recorded = new HashSet<>();
        for (VmRecord vm : fleet.records().vms()) {
            recorded.add(vm.id());
            joined.put(vm.id(), Mapping.builder().put("id", vm.id()).put("name", vm.name())
                    .put("role", vm.facts().text("role")).put("parent", vm.parent()).put("commitId", vm.commitId())
                    .put("createdAt", vm.facts().text("createdAt")).put("recorded", vm.state())
                    .put("address", fleet.address(vm.id())));
        }
        for (VersVm vm : fleet.listed()) {
            boolean isOurs = recorded.contains(vm.id());
            Mapping.Builder said = joined.computeIfAbsent(vm.id(),
                    id -> Mapping.builder().put("id", id).put("createdAt", vm.createdAt()));
            said.put("exists", vm.state()).put("ours", Scalar.bool(isOurs
                    || fleet.setup().hostId().equals(vm.labels().get(VmFleet.OWNER_LABEL))));
        }
        List<Mapping> vms = new ArrayList<>();
        joined.forEach((id, said) -> {
            boolean isRegistered = fleet.setup().store().get(id) != null;
            Mapping one = said.build();
            vms.add(one.with("registered", Scalar.bool(isRegistered)).with("remark", remark(one)));
        });
        return vms;
    }

    private static Scalar remark(Mapping vm) {
        boolean exists = vm.get("exists") != null;
        boolean recorded = vm.get("recorded") != null;
        boolean ours = vm.get("ours") instanceof Scalar flag && flag.isTrue();
        return Scalar.text(!exists
                ? "recorded and gone"
                : !recorded
                        ? ours ? "runs unrecorded" : "not ours"
                        : VmRecord.LOST.equals(vm.text("recorded")) ? "made by a lost call" : "");
    }

    static Sequence list(List<Mapping> items) {
        return new Sequence(items.stream().map(item -> (Document) item).toList());
    }
}
