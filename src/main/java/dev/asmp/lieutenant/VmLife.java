package dev.asmp.lieutenant;

import dev.asmp.agent.AgentHost;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The VMs that agents live on, as far as agents need them. Whoever makes one has recorded it before it returns, so that it is
 * never lost.
 */
public interface VmLife {
    /** Makes a VM of a commit, or of the golden one, and records it for its agent. */
    String create(@Nullable String commit, String agent, String role) throws IOException;

    /** Waits until commands run on it. */
    void awaitReady(String vm) throws IOException, InterruptedException;

    /** Registers it as an agent's, with the role {@code lieutenant} or {@code worker}. */
    void register(String vm, String agent, String role) throws IOException;

    void pause(String vm) throws IOException;

    void resume(String vm) throws IOException;

    /** Deletes it, and its registration; returns when its end is confirmed. */
    void delete(String vm) throws IOException;

    /** Tells whether it is gone for certain; an answer that cannot be had is an exception. */
    boolean isGone(String vm) throws IOException;

    /** The address under which others reach it, and the registry that agents on it shall use. */
    @Nullable
    String registryUrl();

    AgentHost host(String vm);
}
