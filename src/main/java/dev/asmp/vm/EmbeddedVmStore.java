package dev.asmp.vm;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.store.BatchWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The fleet in this process and in one file.
 *
 * <pre>
 *   register, patch, remove, prune → queue → {@link FleetWriter}
 *                                              {@link FleetBatch}  decides, in memory only
 *                                              journal     on disk, forced
 *                                              {@link Fleet}       the next one
 *   heartbeat → {@link Heartbeat} in memory; two seconds after the first, all new ones go into the journal together
 *   get, list, discover …         ←──────── {@link FleetView}: one volatile field, and the heartbeats
 * </pre>
 *
 * A VM is stale by silence on a monotonic clock, which nothing sets; the moments in an entry are wall clock time, for display.
 */
public final class EmbeddedVmStore implements VmStore {
    /** The file's name in the state folder. */
    public static final String FILE = "vms.jsonl";
    /** The memory of a change until it is answered, in lengths of the entry: old and new one, record and line. */
    private static final int AMPLIFIED = 4;

    private final Path file;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final FleetView view;
    private final FleetWriter writer;
    private final BatchWriter<FleetChange<?>> queue;

    /**
     * Opens the store over its file, and creates it if it is missing.
     *
     * @param waiting for changes that wait for the writer
     * @param maxBytes the memory that the VMs may take
     */
    public EmbeddedVmStore(Path file, InstantSource clock, LongSupplier nanos, ByteBudget waiting, long maxBytes,
            Consumer<String> log) throws IOException {
        this.file = file;
        this.clock = clock;
        this.nanos = nanos;
        view = new FleetView(nanos, log);
        writer = new FleetWriter(FleetLoader.open(file, nanos.getAsLong(), log), view, maxBytes, clock, nanos, log);
        queue = new BatchWriter<>("vm-writer", writer, waiting, log);
        writer.wakeBy(queue::wake);
        queue.start();
    }

    @Override
    public VmEntry register(VmRegistration registration) {
        VmEntry entry = new VmEntry(registration, clock.millis()); // here, so that the writer has less to do
        return submit(AMPLIFIED * (long) entry.length(), batch -> batch.register(entry));
    }

    @Override
    public @Nullable VmEntry patch(String id, VmPatch patch) {
        Vm vm = view.find(id);
        return submit(patch.heapBytes() + (vm == null ? 0 : AMPLIFIED * (long) vm.entry().length()),
                batch -> batch.patch(id, patch));
    }

    @Override
    public boolean remove(String id) {
        return submit(0, batch -> batch.remove(id));
    }

    @Override
    public int prune() {
        return submit(0, FleetBatch::prune);
    }

    @Override
    public int restore(List<VmEntry> vms) {
        return submit(AMPLIFIED * vms.stream().mapToLong(VmEntry::length).sum(), batch -> batch.restore(vms));
    }

    @Override
    public Mapping status() {
        return Mapping.builder().put("store", "embedded").put("file", file.toString()).build();
    }

    private <R extends @Nullable Object> R submit(long bytes, Function<FleetBatch, R> decision) {
        FleetChange<R> change = new FleetChange<>(bytes, decision);
        queue.submit(change);
        return change.await();
    }

    private void order(long bytes, Consumer<FleetBatch> decision) {
        this.<@Nullable Void>submit(bytes, batch -> {
            decision.accept(batch);
            return null;
        });
    }

    @Override
    public @Nullable VmEntry heartbeat(String id, @Nullable Beat beat) {
        Vm vm = view.find(id);
        if (vm == null) {
            return null;
        }
        Heartbeat heartbeat = vm.heartbeat();
        heartbeat.admit(beat);
        long moment = clock.millis();
        heartbeat.beat(nanos.getAsLong(), moment);
        if (heartbeat.isAsleep() && submit(0, batch -> batch.wake(heartbeat)) == null) {
            return null;
        }
        writer.note(heartbeat); // once it is awake: one that is asleep is saved as stale
        return vm.entry().seenAt(moment);
    }

    @Override
    public void keep(String key, @Nullable Mapping facts) {
        VmRules.checkFacts(key, facts);
        order(facts == null ? 0 : AMPLIFIED * HeapCost.of(facts), batch -> batch.keep(key, facts));
    }

    @Override
    public SortedMap<String, Mapping> kept(String prefix) {
        return view.kept(prefix);
    }

    @Override
    public @Nullable VmEntry get(String id) {
        return view.get(id);
    }

    @Override
    public VmPage list(VmQuery query) {
        return view.list(query);
    }

    @Override
    public long revision() {
        return view.revision();
    }

    @Override
    public VmPage discover(VmRole role, int most, @Nullable String after) {
        return view.discover(role, most, after);
    }

    @Override
    public @Nullable VmEntry resolve(String name) {
        return view.resolve(name);
    }

    @Override
    public VmPage stale(int most, @Nullable String after) {
        return view.stale(most, after);
    }

    @Override
    public VmCounts counts() {
        return view.counts();
    }

    @Override
    public Subscription subscribe(Consumer<VmChange> listener) {
        return view.subscribe(listener);
    }

    /** Does now what otherwise happens when it is due: notices silence, and saves heartbeats. */
    public void tend() {
        order(0, _ -> writer.saveHeartbeats(false));
    }

    @Override
    public void close() {
        queue.close();
    }
}
