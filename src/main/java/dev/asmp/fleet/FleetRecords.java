package dev.asmp.fleet;

import dev.asmp.document.Document;
import dev.asmp.document.Mapping;
import dev.asmp.document.Scalar;
import dev.asmp.document.Sequence;
import dev.asmp.document.Timestamps;
import dev.asmp.events.Feed;
import dev.asmp.store.RefusedException;
import dev.asmp.vm.VmRegistration;
import dev.asmp.vm.VmStore;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The records of VMs, of operations under way and of commits, in the store of the VM registry. What was written survives a
 * crash once a method returns.
 *
 * <pre>
 *   vm/ID       a VM of ours                        until its deletion is confirmed
 *   op/ID       a call that may have made VMs       until it is known which
 *   commit/ID   a commit of ours
 *   save/ID     a call that may have made a commit  until it is known which
 *   lifecycle   the last births and deaths
 * </pre>
 */
public final class FleetRecords {
    private static final String OPERATION = "op/";
    private static final String COMMIT = "commit/";
    static final String SAVE = "save/";
    private static final String LIFECYCLE = "lifecycle";
    private static final int KEPT = 200;

    private final VmStore store;
    private final Feed feed;
    private final InstantSource clock;

    FleetRecords(VmStore store, Feed feed, InstantSource clock) {
        this.store = store;
        this.feed = feed;
        this.clock = clock;
    }

    /** The VMs of ours, also those whose deletion is not confirmed. */
    public List<VmRecord> vms() {
        return store.kept(VmRecord.KEY).entrySet().stream()
                .map(one -> new VmRecord(one.getKey().substring(VmRecord.KEY.length()), one.getValue())).toList();
    }

    /** The record of a VM; null where it is not ours. */
    public @Nullable VmRecord find(String id) {
        Mapping facts = store.kept(VmRecord.KEY + id).get(VmRecord.KEY + id);
        return facts == null ? null : new VmRecord(id, facts);
    }

    /** The record of a VM; refused where it is not ours. */
    public VmRecord get(String id) {
        VmRecord record = find(id);
        if (record == null) {
            throw new RefusedException(RefusedException.Reason.NOT_FOUND, "no VM of ours has the id " + id
                    + "; asmp vm list shows them");
        }
        return record;
    }

    /** Changes the facts of a VM that is still recorded. */
    public synchronized void change(String id, UnaryOperator<Mapping> change) {
        VmRecord record = find(id);
        if (record != null) {
            store.keep(VmRecord.KEY + id, change.apply(record.facts()));
        }
    }

    synchronized void put(String id, Mapping facts) {
        store.keep(VmRecord.KEY + id, facts);
    }

    synchronized void forget(String id) {
        store.keep(VmRecord.KEY + id, null);
        store.remove(id);
    }

    /** Registers a VM where it has not done so itself. */
    void register(VmRecord record, String role, String address) {
        try {
            store.register(VmRegistration.of(Mapping.builder().put("id", record.id()).put("name", record.name())
                    .put("role", role).put("address", address).put("registeredBy", "asmp").build()));
        } catch (RefusedException e) {
            if (e.reason() != RefusedException.Reason.CONFLICT) {
                throw e;
            }
        }
    }

    void begin(String operation, Mapping facts) {
        store.keep(OPERATION + operation, facts);
    }

    void end(String operation) {
        store.keep(OPERATION + operation, null);
    }

    /** The operations whose end is not known. */
    List<VmRecord> operations() {
        return store.kept(OPERATION).entrySet().stream()
                .map(one -> new VmRecord(one.getKey().substring(OPERATION.length()), one.getValue())).toList();
    }

    void putCommit(String id, Mapping facts) {
        store.keep(COMMIT + id, facts);
    }

    /** The commits of ours by id, with the VM that each was made of. */
    public List<VmRecord> commits() {
        return store.kept(COMMIT).entrySet().stream()
                .map(one -> new VmRecord(one.getKey().substring(COMMIT.length()), one.getValue())).toList();
    }

    void forgetCommit(String id) {
        store.keep(COMMIT + id, null);
    }

    /** The calls for commits whose end is not known. */
    List<VmRecord> saves() {
        return store.kept(SAVE).entrySet().stream()
                .map(one -> new VmRecord(one.getKey().substring(SAVE.length()), one.getValue())).toList();
    }

    /** Keeps any other facts, such as the golden commit. */
    void keep(String key, @Nullable Mapping facts) {
        store.keep(key, facts);
    }

    Mapping kept(String key) {
        return store.kept(key).getOrDefault(key, Mapping.EMPTY);
    }

    /** Notes a birth or a death, and tells readers of events. */
    synchronized void happened(String kind, VmRecord vm) {
        Mapping event = Mapping.builder().put("at", Timestamps.format(clock.millis())).put("kind", kind)
                .put("id", vm.id()).put("name", vm.name()).put("parent", vm.parent()).put("commitId", vm.commitId())
                .build();
        List<Document> events = new ArrayList<>(kept(LIFECYCLE).list("events"));
        events.add(event);
        store.keep(LIFECYCLE, Mapping.builder()
                .put("events", new Sequence(events.subList(Math.max(0, events.size() - KEPT), events.size()))).build());
        feed.publish(kind, vm.id(), List.of("name:" + vm.name()), event);
    }

    /** The last births and deaths. */
    public List<Document> lifecycle() {
        return kept(LIFECYCLE).list("events");
    }

    static Scalar text(String text) {
        return Scalar.text(text);
    }
}
