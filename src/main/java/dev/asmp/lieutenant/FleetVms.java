package dev.asmp.lieutenant;

import dev.asmp.agent.AgentHost;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.fleet.GoldenImage;
import dev.asmp.fleet.VmFleet;
import dev.asmp.fleet.VmRecord;
import dev.asmp.fleet.VmRequest;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import dev.asmp.vers.Exec;
import dev.asmp.vers.VersApi;
import dev.asmp.vers.VersException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The VMs of the fleet as homes of agents. The facts about the agent stand in the VM's own record. */
public final class FleetVms implements VmLife {
    private static final Duration TRY = Duration.ofSeconds(10);
    private static final Duration READY = Duration.ofSeconds(90);
    private static final String AGENT = "agent";

    private final Supplier<VmFleet> fleet;
    private final Supplier<@Nullable String> registry;

    /** @param registry the address of the registry for agents on VMs; null where they get none */
    public FleetVms(Supplier<VmFleet> fleet, Supplier<@Nullable String> registry) {
        this.fleet = fleet;
        this.registry = registry;
    }

    /** Runs what may be refused, or fail at Vers. */
    private static <T> T attempt(Supplier<T> work) throws IOException {
        try {
            return work.get();
        } catch (VersException | RefusedException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    @Override
    public void check() {
        if (!fleet.get().transport().passesInput()) {
            throw new RefusedException(RefusedException.Reason.CONFLICT, "an agent on a VM is spoken to over SSH, and"
                    + " ASMP_VERS_TRANSPORT=api excludes that: unset it for the daemon, or use --local");
        }
    }

    @Override
    public String create(@Nullable String commit, @Nullable String parent, Mapping agent) throws IOException {
        boolean stays = AgentRecord.Kind.LIEUTENANT.word().equals(agent.text("kind"));
        return attempt(() -> {
            VmFleet vms = fleet.get();
            String from = new GoldenImage(vms).commit(commit == null || commit.isEmpty() ? null : commit);
            return vms.make(VmRequest.restore(from, String.valueOf(agent.text("name")),
                    stays ? VmRole.LIEUTENANT : VmRole.WORKER, parent,
                    Mapping.builder().put("reconnectKind", agent.text("kind")).put(AGENT, agent).build())).getFirst()
                    .id();
        });
    }

    @Override
    public void awaitReady(String vm) throws IOException, InterruptedException {
        long end = System.nanoTime() + READY.toNanos();
        while (!fleet.get().transport().exec(vm, Exec.of("true").within(TRY)).outcome().isSuccess()) {
            if (isDead(vm)) {
                throw new IOException("VM " + vm + " has died");
            }
            if (System.nanoTime() - end > 0) {
                throw new IOException("no command runs in VM " + vm + " after " + READY.toSeconds() + " s");
            }
            TimeUnit.SECONDS.sleep(1);
        }
    }

    private boolean isDead(String vm) {
        try {
            return fleet.get().api().status(vm).isDead();
        } catch (VersException e) {
            return e.status() == 404; // any other failure is the API's, and says nothing about the VM
        }
    }

    @Override
    public void pause(String vm) throws IOException {
        attempt(() -> {
            fleet.get().pause(vm);
            return vm;
        });
    }

    @Override
    public void resume(String vm) throws IOException {
        attempt(() -> {
            fleet.get().resume(vm);
            return vm;
        });
    }

    @Override
    public void delete(String vm) throws IOException {
        if (fleet.get().records().find(vm) != null) {
            attempt(() -> {
                fleet.get().delete(vm);
                return vm;
            });
        }
    }

    @Override
    public Presence presence(String vm) throws IOException {
        return attempt(() -> {
            VersApi api = fleet.get().api();
            VmRecord record = fleet.get().records().find(vm);
            if (api.list().stream().noneMatch(there -> there.id().equals(vm))) {
                return Presence.GONE;
            }
            return record != null && record.state().equals("paused") ? Presence.PAUSED : Presence.THERE;
        });
    }

    @Override
    public List<Mapping> agents() {
        return fleet.get().records().vms().stream().filter(vm -> !vm.facts().mapping(AGENT).isEmpty())
                .map(vm -> vm.facts().mapping(AGENT).with("vm", Scalar.text(vm.id()))).toList();
    }

    @Override
    public void use(String vm) {
        fleet.get().renew(vm);
    }

    @Override
    public @Nullable String registryUrl() {
        return registry.get();
    }

    @Override
    public AgentHost host(String vm) {
        return new VmHost(() -> fleet.get().transport(), vm);
    }
}
