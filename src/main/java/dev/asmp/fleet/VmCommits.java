package dev.asmp.fleet;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.VersException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The commits of our VMs. A call is recorded before it is sent and named in the commit's description, so a commit whose answer
 * or record was lost is found again.
 *
 * <pre>
 *   save/ID recorded → call → commit/ID recorded, save/ID dropped
 * </pre>
 */
public final class VmCommits {
    /** The time for which a commit of a call without an answer is looked for. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private final VmFleet fleet;
    private final FleetRecords records;

    VmCommits(VmFleet fleet) {
        this.fleet = fleet;
        this.records = fleet.records();
    }

    /**
     * What a comparison with Vers found, by ids.
     *
     * @param found of VMs of ours, and recorded now
     * @param gone recorded, and not at Vers any more: forgotten
     */
    public record Report(List<String> found, List<String> gone, boolean dryRun) {
        public Mapping document() {
            return Mapping.builder().put("found", Sequence.ofTexts(found)).put("gone", Sequence.ofTexts(gone))
                    .put("dry_run", Scalar.bool(dryRun)).build();
        }
    }

    /** Saves memory and disk of a VM and returns the commit's id. */
    public String make(String id, @Nullable String name, boolean keepPaused) {
        VmRecord vm = records.get(id);
        settle(id); // an earlier call without an answer may have made the commit that is asked for again
        String call = UUID.randomUUID().toString();
        Mapping facts = Mapping.builder().put("vm", vm.id()).put("name", name).put("createdAt", now()).build();
        records.keep(FleetRecords.SAVE + call, facts);
        String commit;
        try {
            commit = fleet.api().commit(id, name, description(call), keepPaused);
        } catch (VersException e) {
            if (!e.mayHaveHappened()) {
                records.keep(FleetRecords.SAVE + call, null);
                throw e;
            }
            commit = settle(id).get(call);
            if (commit == null) {
                throw new RefusedException(RefusedException.Reason.UNAVAILABLE, "the Vers API did not answer, and no"
                        + " commit of this call is there; if one appears later, asmp commits reconcile finds it: "
                        + e.getMessage());
            }
        }
        record(commit, call, facts);
        fleet.follow(vm);
        return commit;
    }

    private String now() {
        return Timestamps.format(fleet.setup().clock().millis());
    }

    private String description(String call) {
        return VmFleet.OWNER_LABEL + "=" + fleet.setup().hostId() + " " + VmFleet.OPERATION_LABEL + "=" + call;
    }

    private void record(String commit, String call, Mapping facts) {
        records.putCommit(commit, facts);
        records.keep(FleetRecords.SAVE + call, null);
    }

    /** Looks for the commits of all calls that were not answered. */
    void settle() {
        settle(records.saves());
    }

    /** Looks for the commits of calls for a VM that were not answered; returns them by call. */
    private Map<String, String> settle(String vm) {
        return settle(records.saves().stream().filter(one -> vm.equals(one.facts().text("vm"))).toList());
    }

    private Map<String, String> settle(List<VmRecord> open) {
        try {
            return open.isEmpty() ? Map.of() : settle(open, fleet.api().commits());
        } catch (VersException _) {
            return Map.of(); // the API is away: the calls stay recorded, and are settled later
        }
    }

    private Map<String, String> settle(List<VmRecord> open, List<Mapping> listed) {
        Map<String, String> found = new HashMap<>();
        for (VmRecord call : open) {
            Mapping commit = listed.stream()
                    .filter(one -> Objects.requireNonNullElse(one.text("description"), "").contains(call.id()))
                    .findFirst().orElse(null);
            Instant began = Timestamps.parse(call.facts().text("createdAt"));
            if (commit != null) {
                String id = String.valueOf(commit.text("commit_id"));
                record(id, call.id(), call.facts());
                found.put(call.id(), id);
            } else if (began == null
                    || Duration.between(began, fleet.setup().clock().instant()).compareTo(PATIENCE) > 0) {
                records.keep(FleetRecords.SAVE + call.id(), null);
            }
        }
        return found;
    }

    /** Compares the records with Vers: records commits of VMs of ours that no record names, and forgets those that are gone. */
    public Report reconcile(boolean dryRun) {
        List<VmRecord> before = records.commits();
        List<Mapping> listed = fleet.api().commits();
        List<String> known = new ArrayList<>(before.stream().map(VmRecord::id).toList());
        List<String> existing = new ArrayList<>();
        List<String> found = new ArrayList<>();
        if (!dryRun) {
            List<String> settled = List.copyOf(settle(records.saves(), listed).values());
            found.addAll(settled.stream().filter(one -> !known.contains(one)).toList());
            known.addAll(settled);
        }
        for (Mapping commit : listed) {
            String id = String.valueOf(commit.text("commit_id"));
            existing.add(id);
            if (!known.contains(id) && isOurs(commit)) {
                found.add(id);
                if (!dryRun) {
                    records.putCommit(id, Mapping.builder().put("vm", commit.text("parent_vm_id"))
                            .put("name", commit.text("name"))
                            .put("createdAt", Objects.requireNonNullElse(commit.text("created_at"), now())).build());
                }
            }
        }
        List<String> gone = before.stream().map(VmRecord::id).filter(id -> !existing.contains(id)).toList();
        if (!dryRun) {
            gone.forEach(records::forgetCommit);
        }
        return new Report(found, gone, dryRun);
    }

    /** Tells whether a commit was made by this host, or of a VM that it has recorded. */
    private boolean isOurs(Mapping commit) {
        String vm = commit.text("parent_vm_id");
        String description = Objects.requireNonNullElse(commit.text("description"), "");
        return description.startsWith(VmFleet.OWNER_LABEL + "=" + fleet.setup().hostId() + " ")
                || (vm != null && records.find(vm) != null);
    }

    /** The commits as recorded. */
    public List<Mapping> listed() {
        return records.commits().stream()
                .map(one -> Mapping.builder().put("commit_id", one.id()).putAll(one.facts()).build()).toList();
    }
}
