package dev.asmp.vm;

import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The seam between those who speak for a fleet and the engine that keeps its state. Nothing above it assumes that the state
 * is in this process: times come with the entry, changes arrive as events, and whether a VM is live is the engine's
 * business. {@code VmStoreContract} is the test that any engine must pass.
 *
 * <p>A change is answered when it will survive a crash; a heartbeat may be lost in one if it is a few seconds old. What
 * cannot be made to last is refused with a {@link RefusedException}.
 */
public interface VmStore extends AutoCloseable {
    /** Registers a VM. Of several that claim one id at the same time, one is registered and the others are refused. */
    VmEntry register(VmRegistration registration);

    /** Changes a VM, which is a sign of life; null where there is none of this id. */
    @Nullable
    VmEntry patch(String id, VmPatch patch);

    /** Removes a VM; false where there is none of this id. */
    boolean remove(String id);

    /** Takes a sign of life; null where there is no VM of this id. */
    @Nullable
    VmEntry heartbeat(String id);

    /** The VM of this id, or null. */
    @Nullable
    VmEntry get(String id);

    /** Those who match, newest registration first. */
    VmPage list(VmQuery query);

    /** A number that grows whenever a list of all VMs may be another than before, by a heartbeat if nothing else. */
    long revision();

    /** The live VMs of a role that run, oldest registration first; at most so many after a place in that list, or all. */
    VmPage discover(VmRole role, int most, @Nullable String after);

    /** All of them. */
    default List<VmEntry> discover(VmRole role) {
        return discover(role, VmQuery.NO_LIMIT, null).vms();
    }

    /** The live VM of this name that runs, the newest if there are several, or null. */
    @Nullable
    VmEntry resolve(String name);

    /** Those who have been silent for too long, newest registration first; at most so many after a place in that list. */
    VmPage stale(int most, @Nullable String after);

    /** All of them. */
    default List<VmEntry> stale() {
        return stale(VmQuery.NO_LIMIT, null).vms();
    }

    /** How many there are; for whoever keeps an eye on it. */
    VmCounts counts();

    /** Removes those who are stale; returns how many. */
    int prune();

    /** Tells of each change from now on, in order, until what this returns is closed. A listener must not wait for long. */
    Subscription subscribe(Consumer<VmChange> listener);

    /** Ends when it is closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    void close();
}
