package dev.asmp.vm;

import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.RefusedException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SortedMap;
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

    /**
     * Takes a heartbeat; null where there is no VM of this id. One that a copy of the VM's memory sends, too, is refused as a
     * conflict: of another instance than the one registered, or with a number that this instance has used.
     */
    @Nullable
    VmEntry heartbeat(String id, @Nullable Beat beat);

    /** Takes a heartbeat that does not say which instance sends it. */
    default @Nullable VmEntry heartbeat(String id) {
        return heartbeat(id, null);
    }

    /** The sender of a heartbeat, a number that grows with each of its heartbeats. */
    record Beat(String instance, long seq) {
        /** A number for an instance, other than 0, which other processes are told in place of its text. */
        static long sender(String instance) {
            long hash = 0xcbf29ce484222325L; // FNV-1a
            for (int i = 0; i < instance.length(); i++) {
                hash = (hash ^ instance.charAt(i)) * 0x100000001b3L;
            }
            return hash == 0 ? 1 : hash;
        }
    }

    /** Facts under this prefix and an id are shown in that VM's entry. */
    String SHOWN = "vm/";

    /**
     * Keeps facts under a key, in place of earlier ones; null removes them. They are as durable as VMs, and no removal of a VM
     * touches them. Those under {@code vm/ID} are shown under {@code fleet} in the entry of that VM while there is one.
     */
    void keep(String key, @Nullable Mapping facts);

    /** The facts whose keys begin with a prefix, in the order of their keys. */
    SortedMap<String, Mapping> kept(String prefix);

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

    /**
     * Adds VMs with the times that they had in another engine, in the order of their registration; those whose id is registered
     * stay as they are. Returns how many were added.
     */
    int restore(List<VmEntry> vms);

    /** The revision of the shared state that reads show; 0 for an engine whose state is in this process alone. */
    default long index() {
        return 0;
    }

    /** Waits until reads show this revision of the shared state; false when the time is over. */
    default boolean await(long index, Duration longest) {
        return true;
    }

    /** What keeps reads from being current; null while nothing does. */
    default @Nullable Outage outage() {
        return null;
    }

    /** The engine and its state, for people. */
    Mapping status();

    /** Reads show the state of a moment, since the engine cannot reach what it keeps the state in. */
    record Outage(Instant since, String reason) {}

    /**
     * Passes on each change from now on, in order, until the subscription is closed. A listener is called by the thread that
     * decides changes, so it only notes what it is told.
     */
    Subscription subscribe(Consumer<VmChange> listener);

    /** Ends when closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    @Override
    void close();
}
