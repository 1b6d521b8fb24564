package dev.asmp.fleet;

import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Timestamps;
import dev.asmp.events.Feed;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.VersApi;
import dev.asmp.vers.VersException;
import dev.asmp.vers.VersSettings;
import dev.asmp.vers.VersVm;
import dev.asmp.vers.VmTransport;
import dev.asmp.vm.VmStore;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The operations on VMs of this host.
 *
 * <pre>
 *   make    op/ID recorded → call → vm/ID recorded, op/ID dropped → label → entry in the registry → event
 *   delete  vm/ID marked → call → confirmed → vm/ID dropped, entry removed → event
 * </pre>
 *
 * A call without an answer may have made a VM. It is looked for at once, and again by {@link Reaper} while it is not known.
 */
public final class VmFleet {
    /** The label that tells our VMs from those of others. */
    static final String OWNER_LABEL = "asmp.owner";
    static final String OPERATION_LABEL = "asmp.op";
    private static final int DELETE_TRIES = 3;
    private static final Duration BOOT = Duration.ofSeconds(90);

    private final Setup setup;
    private final FleetRecords records;
    private final VmCreation creation;
    private final VmCommits commits;
    private final Map<String, Instant> used = new ConcurrentHashMap<>();
    private final AtomicReference<Instant> tended = new AtomicReference<>();

    /**
     * What the operations need.
     *
     * @param hostId the value of the label that marks VMs as ours
     * @param owner the id of the key's owner at Vers; null where the key does not tell
     * @param mostVms the limit on VMs that exist at the same time
     * @param variable the environment's variables by name; null where one is not set
     */
    public record Setup(VersApi api, VersSettings vers, VmTransport transport, VmStore store, Feed feed, String hostId,
            Supplier<@Nullable String> owner, IntSupplier mostVms, InstantSource clock,
            Consumer<String> log, UnaryOperator<@Nullable String> variable) {}

    public VmFleet(Setup setup) {
        this.setup = setup;
        this.records = new FleetRecords(setup.store(), setup.feed(), setup.clock());
        this.creation = new VmCreation(this);
        this.commits = new VmCommits(this);
    }

    public FleetRecords records() {
        return records;
    }

    public VmTransport transport() {
        return setup.transport();
    }

    public VersApi api() {
        return setup.api();
    }

    Setup setup() {
        return setup;
    }

    /** The address of a VM for others. */
    public String address(String vm) {
        return setup.vers().hostOf(vm);
    }

    /** Makes VMs and returns their records. */
    public List<VmRecord> make(VmRequest request) {
        return creation.make(request);
    }

    public VmCommits commits() {
        return commits;
    }

    VmCreation creation() {
        return creation;
    }

    /** Labels a VM as ours, registers it and tells of it. A label that fails is set later. */
    void present(VmRecord vm, String role) {
        used.put(vm.id(), setup.clock().instant());
        label(vm);
        records.register(vm, role, address(vm.id()));
        records.happened("spawned", vm);
    }

    void label(VmRecord vm) {
        if (vm.isLabelled()) {
            return;
        }
        try {
            setup.api().label(vm.id(), Map.of(OWNER_LABEL, setup.hostId(), OPERATION_LABEL,
                    Objects.requireNonNullElse(vm.operation(), "")));
            records.change(vm.id(), facts -> facts.with("labelled", Scalar.bool(true)));
        } catch (VersException e) {
            setup.log().accept("the label of VM " + vm.id() + " is set later: " + e.getMessage());
        }
    }

    void awaitBoot(String vm) {
        long end = System.nanoTime() + BOOT.toNanos();
        for (VersVm there = setup.api().status(vm); !there.isRunning(); there = setup.api().status(vm)) {
            if (there.isDead()) {
                throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                        "VM " + vm + " died while it booted; it is recorded");
            }
            if (System.nanoTime() > end) {
                throw new RefusedException(RefusedException.Reason.UNAVAILABLE,
                        "VM " + vm + " did not boot within " + BOOT.toSeconds() + " s; it is recorded");
            }
            pause(1_000);
        }
    }

    static void pause(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Deletes a VM and returns once that is confirmed. Otherwise it stays recorded, and is tried again. */
    public void delete(String id) {
        VmRecord vm = records.get(id);
        records.change(id, facts -> facts.with(VmRecord.STATE, Scalar.text(VmRecord.DELETING)));
        setup.transport().close(id);
        for (int tried = 1;; tried++) {
            try {
                setup.api().delete(id);
                break;
            } catch (VersException e) {
                if (!e.isPassing() || tried == DELETE_TRIES) {
                    throw new RefusedException(RefusedException.Reason.UNAVAILABLE, "VM " + id
                            + " may still exist, so it stays recorded, and its deletion is tried again: "
                            + e.getMessage());
                }
                pause(100L << tried);
            }
        }
        forget(vm);
    }

    void forget(VmRecord vm) {
        setup.transport().forget(vm.id());
        records.forget(vm.id());
        used.remove(vm.id());
        records.happened("destroyed", vm);
    }

    /** Records what state the API gives a VM: a commit or a branch may have paused it. */
    void follow(VmRecord vm) {
        try {
            boolean isPaused = setup.api().status(vm.id()).isPaused();
            if (isPaused != vm.state().equals(VmRecord.PAUSED)) {
                records.change(vm.id(), _ -> isPaused
                        ? vm.paused(setup.clock().instant())
                        : vm.resumed(setup.clock().instant()));
            }
        } catch (VersException _) {
            // The state is read again with the next list.
        }
    }

    public void pause(String id) {
        VmRecord vm = records.get(id);
        setup.transport().close(id);
        setup.api().pause(id);
        records.change(id, _ -> vm.paused(setup.clock().instant()));
    }

    public void resume(String id) {
        VmRecord vm = records.get(id);
        setup.api().resume(id);
        used.put(id, setup.clock().instant());
        records.change(id, _ -> vm.resumed(setup.clock().instant()));
    }

    /** Notes that a VM is in use, so that it is not paused as idle. A paused one is resumed. */
    public void use(String id) {
        VmRecord vm = records.find(id);
        used.put(id, setup.clock().instant());
        if (vm != null && vm.state().equals(VmRecord.PAUSED)) {
            resume(id);
        }
    }

    /** Lets a VM count as used now: it was recorded before this start, or the machine slept. */
    void lease(VmRecord vm) {
        used.put(vm.id(), setup.clock().instant());
    }

    /** The time of a VM's last use; null where it was not used since the start. */
    @Nullable
    Instant lastUse(String id) {
        return used.get(id);
    }

    /** Renews the lease of an ephemeral VM. */
    public void renew(String id) {
        records.get(id);
        used.put(id, setup.clock().instant());
    }

    /** Notes that VMs were looked after. */
    void tended() {
        tended.set(setup.clock().instant());
    }

    /** The time since they were looked after last; zero before that. */
    Duration sinceTended(Instant now) {
        Instant before = tended.get();
        return before == null ? Duration.ZERO : Duration.between(before, now);
    }

    /** The VMs that the API lists and that are ours by owner, as far as the key tells. */
    List<VersVm> listed() {
        String owner = setup.owner().get();
        return setup.api().list().stream().filter(vm -> owner == null || vm.owner().equals(owner)).toList();
    }
}
