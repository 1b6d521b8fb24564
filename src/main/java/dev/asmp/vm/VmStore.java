package dev.asmp.vm;

import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The interface of an engine that keeps a fleet's state. Its users do not assume that the state is in this process: times come
 * with the entry, changes arrive as events, and the engine decides whether a VM is live. {@code VmStoreContract} is the test
 * that any engine must pass.
 *
 * <p>A change is answered when it will survive a crash; heartbeats of the last few seconds may be lost in one. What cannot be
 * saved is refused with a {@link RefusedException}.
 */
public interface VmStore extends AutoCloseable {
    /** Registers a VM. Of several that claim one id at the same time, one succeeds and the others are refused. */
    VmEntry register(VmRegistration registration);

    /** Changes a VM, which counts as a heartbeat; null where there is none of this id. */
    @Nullable
    VmEntry patch(String id, VmPatch patch);

    /** Removes a VM; false where there is none of this id. */
    boolean remove(String id);

    /** Takes a heartbeat; null where there is no VM of this id. */
    @Nullable
    VmEntry heartbeat(String id);

    /** The VM of this id, or null. */
    @Nullable
    VmEntry get(String id);

    /** The VMs that match, newest registration first. */
    VmPage list(VmQuery query);

    /** A number that grows whenever the list of all VMs may have changed, if only by a heartbeat. */
    long revision();

    /** The live and running VMs of a role, oldest registration first: a page with a limit, after a position in that list. */
    VmPage discover(VmRole role, int most, @Nullable String after);

    /** All of them. */
    default List<VmEntry> discover(VmRole role) {
        return discover(role, VmQuery.NO_LIMIT, null).vms();
    }

    /** The newest live and running VM of this name, or null. */
    @Nullable
    VmEntry resolve(String name);

    /** The stale VMs, newest registration first: a page with a limit, after a position in that list. */
    VmPage stale(int most, @Nullable String after);

    /** All of them. */
    default List<VmEntry> stale() {
        return stale(VmQuery.NO_LIMIT, null).vms();
    }

    /** The numbers for monitoring. */
    VmCounts counts();

    /** Removes the stale VMs; returns how many. */
    int prune();

    /** Passes on each change from now on, in order, until the subscription is closed. A listener must return quickly. */
    Subscription subscribe(Consumer<VmChange> listener);

    /** Ends when closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    void close();
}
