package dev.asmp.lieutenant;

import dev.asmp.agent.AgentFolder;
import dev.asmp.agent.AgentHost;
import dev.asmp.agent.LocalHost;
import dev.asmp.document.Mapping;
import dev.asmp.lieutenant.AgentRecord.Identity;
import dev.asmp.manifest.Environment;
import dev.asmp.store.RefusedException;
import dev.asmp.store.RefusedException.Reason;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The machines that agents run on: this one, and the VMs where this host has some. */
final class AgentMachines {
    private final @Nullable VmLife vms;
    private final AgentHost here;

    AgentMachines(@Nullable VmLife vms, Environment environment) {
        this.vms = vms;
        Map<String, String> few = new HashMap<>();
        for (String name : List.of("PATH", "HOME")) {
            String value = environment.variable(name);
            few.put(name, value == null ? "/usr/local/bin:/usr/bin:/bin" : value);
        }
        this.here = new LocalHost(few);
    }

    /** The VMs; refuses where there are none. */
    VmLife vms() {
        if (vms == null) {
            throw new RefusedException(Reason.CONFLICT,
                    "there is no access to Vers here, so agents run on this machine only (local)");
        }
        return vms;
    }

    /** Tells whether agents on VMs can be reached from here. */
    boolean reachVms() {
        try {
            vms().check();
            return true;
        } catch (RefusedException _) {
            return false;
        }
    }

    /** The registry that agents shall use; null for none. */
    @Nullable
    String registryUrl() {
        return vms == null ? null : vms.registryUrl();
    }

    /** The agents for which VMs were made that are not deleted, each with its {@code vm}. */
    List<Mapping> agents() {
        return vms == null ? List.of() : vms.agents();
    }

    AgentHost host(Identity identity) {
        String vm = identity.vm();
        return vm == null ? here : vms().host(vm);
    }

    AgentFolder folder(Identity identity) {
        return new AgentFolder(host(identity), identity.folder());
    }

    /** Tells whether the agent's machine is there; an answer that cannot be had is an exception. */
    VmLife.Presence presence(Identity identity) throws IOException {
        String vm = identity.vm();
        return vm == null ? VmLife.Presence.THERE : vms().presence(vm);
    }

    /** Notes that the agent's machine is in use. */
    void use(Identity identity) {
        String vm = identity.vm();
        if (vm != null) {
            vms().use(vm);
        }
    }

    /** Ends an agent with all that it has: its process, its folder, its VM. */
    void end(Identity identity) throws IOException {
        if (identity.isLocal()) {
            folder(identity).kill();
            folder(identity).delete();
            return;
        }
        for (Mapping made : vms().agents()) { // also one that was made and not told any more
            if (identity.id().equals(made.text("id"))) {
                vms().delete(AgentRecord.need(made, "vm"));
            }
        }
    }
}
