package dev.asmp.lieutenant;

import dev.asmp.agent.AgentFolder;
import dev.asmp.agent.AgentHost;
import dev.asmp.document.Mapping;
import dev.asmp.lieutenant.AgentRecord.Identity;
import dev.asmp.lieutenant.Spawner.Step;
import dev.asmp.manifest.Environment;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The steps that start one agent. The identity is read in each of them, since it has no VM before the first. */
final class AgentStart {
    private static final Duration QUICK = Duration.ofSeconds(60);
    private static final Duration MAKE = Duration.ofMinutes(4);

    private final AgentMachines machines;
    private final Environment environment;
    private final ManagedAgent agent;
    private final AgentRequest request;

    AgentStart(AgentMachines machines, Environment environment, ManagedAgent agent, AgentRequest request) {
        this.machines = machines;
        this.environment = environment;
        this.agent = agent;
        this.request = request;
    }

    List<Step> steps() {
        return request.isLocal() ? localSteps() : remoteSteps();
    }

    private Identity identity() {
        return agent.record().identity();
    }

    private AgentFolder folder() {
        return machines.folder(identity());
    }

    private AgentHost host() {
        return machines.host(identity());
    }

    /** The VM of the agent that asked for this one; null where that is not one on a VM. */
    private @Nullable AgentHost parentHost() {
        String vm = parentVm();
        return vm == null ? null : machines.vms().host(vm);
    }

    private @Nullable String parentVm() {
        for (Mapping other : machines.agents()) {
            if (request.parent() != null && request.parent().equals(other.text("name"))) {
                return other.text("vm");
            }
        }
        return null;
    }

    private Birth birth() {
        return new Birth(environment, identity(), request, machines.registryUrl());
    }

    private List<Step> localSteps() {
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("write_files", QUICK, () -> birth().prepare(folder())).undoneBy(() -> folder().delete()));
        steps.add(Step.of("start_agent", QUICK, () -> folder().start()).undoneBy(() -> folder().kill()));
        addLast(steps);
        return steps;
    }

    /** The steps on a VM: what happens in it needs no undo of its own, since it is deleted. */
    private List<Step> remoteSteps() {
        VmLife vms = machines.vms();
        List<Step> steps = new ArrayList<>();
        steps.add(Step.of("create_vm", MAKE, () -> {
            String vm = vms.create(request.commit(), parentVm(), identity().facts());
            agent.state().change(record -> record.on(vm)); // saved before anything else can fail
        }).undoneBy(() -> machines.end(identity())));
        steps.add(Step.of("wait_vm", MAKE, () -> vms.awaitReady(Objects.requireNonNull(identity().vm()))));
        steps.add(Step.of("end_leftovers", QUICK, () -> Birth.endLeftovers(host())));
        steps.add(Step.of("write_identity", QUICK, () -> birth().identify(host())));
        steps.add(Step.of("copy_agents_md", QUICK, () -> birth().instruct(host(), parentHost())));
        steps.add(Step.of("write_files", QUICK, () -> birth().prepare(folder())));
        steps.add(Step.of("start_agent", QUICK, () -> folder().start()));
        addLast(steps);
        steps.add(Step.of("validate", QUICK, () -> birth().validate(host())));
        return steps;
    }

    private void addLast(List<Step> steps) {
        steps.add(Step.of("wait_ready", ManagedAgent.READY.plus(QUICK), () -> {
            agent.attach();
            agent.awaitReady(ManagedAgent.READY);
        }).undoneBy(agent.state()::detach));
        Mapping model = birth().model();
        if (model != null) {
            steps.add(Step.of("set_model", QUICK, () -> agent.call(model)));
        }
    }
}
