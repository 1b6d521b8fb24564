package dev.asmp.lieutenant;

import dev.asmp.agent.AgentHost;
import dev.asmp.document.Mapping;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The VMs that agents live on, as far as agents need them. A VM is recorded before {@link #create} returns or fails. */
public interface VmLife {
    /** Refuses where VMs cannot be made here at all. */
    void check();

    /**
     * Makes a VM of a commit, or of the golden one, for an agent: its id, name, kind, role and folder.
     *
     * @param parent the VM of the agent that asked for it; null where it was the owner, or an agent on this machine
     */
    String create(@Nullable String commit, @Nullable String parent, Mapping agent) throws IOException;

    /** Waits until commands run on it. */
    void awaitReady(String vm) throws IOException, InterruptedException;

    void pause(String vm) throws IOException;

    void resume(String vm) throws IOException;

    /** Deletes it, and its registration; returns when its end is confirmed. */
    void delete(String vm) throws IOException;

    /** Whether a VM is there. */
    enum Presence {
        THERE, PAUSED, GONE
    }

    /** Tells whether it is there; an answer that cannot be had is an exception. */
    Presence presence(String vm) throws IOException;

    /** The agents for which VMs were made that are not deleted, each with its {@code vm}. */
    List<Mapping> agents();

    /** Notes that it is in use, so that it is not paused as idle. */
    void use(String vm);

    /** The registry that agents on VMs shall use; null for none. */
    @Nullable
    String registryUrl();

    AgentHost host(String vm);
}
