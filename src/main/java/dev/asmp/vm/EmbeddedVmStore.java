package dev.asmp.vm;

import dev.asmp.document.ByteBudget;
import dev.asmp.document.HeapCost;
import dev.asmp.document.Mapping;
import dev.asmp.manifest.VmRole;
import dev.asmp.manifest.VmStatus;
import dev.asmp.store.BatchWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
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
 *   get, list, discover …         ←──────── one volatile field, and the heartbeats
 * </pre>
 *
 * A VM is stale by silence on a monotonic clock, which nothing sets; the moments in an entry are wall clock time, for display.
 */
public final class EmbeddedVmStore implements VmStore {
    /** The file's name in the state folder. */
    public static final String FILE = "vms.jsonl";
    /** The memory of a change until it is answered, in lengths of the entry: old and new one, record and line. */
    private static final int AMPLIFIED = 4;

    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Consumer<String> log;
    private final List<Consumer<VmChange>> listeners = new CopyOnWriteArrayList<>();
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
        this.clock = clock;
        this.nanos = nanos;
        this.log = log;
        writer = new FleetWriter(FleetLoader.open(file, nanos.getAsLong(), log), maxBytes, clock, nanos, this::tell,
                log);
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
        Vm vm = writer.find(id);
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

    private <R extends @Nullable Object> R submit(long bytes, Function<FleetBatch, R> decision) {
        FleetChange<R> change = new FleetChange<>(bytes, decision);
        queue.submit(change);
        return change.await();
    }

    @Override
    public @Nullable VmEntry heartbeat(String id, @Nullable Beat beat) {
        Vm vm = writer.find(id);
        if (vm == null) {
            return null;
        }
        Heartbeat heartbeat = vm.heartbeat();
        heartbeat.admit(beat);
        long moment = clock.millis();
        heartbeat.beat(nanos.getAsLong(), moment);
        writer.note(heartbeat);
        if (heartbeat.isAsleep() && submit(0, batch -> batch.wake(heartbeat)) == null) {
            return null;
        }
        return vm.entry().seenAt(moment);
    }

    @Override
    public void keep(String key, @Nullable Mapping facts) {
        VmRules.checkFacts(key, facts);
        submit(facts == null ? 0 : AMPLIFIED * HeapCost.of(facts), batch -> batch.keep(key, facts));
    }

    @Override
    public SortedMap<String, Mapping> kept(String prefix) {
        return writer.fleet().facts().subMap(prefix, prefix + Character.MAX_VALUE);
    }

    @Override
    public @Nullable VmEntry get(String id) {
        Vm vm = writer.find(id);
        return vm == null ? null : vm.seen();
    }

    @Override
    public VmPage list(VmQuery query) {
        long now = nanos.getAsLong();
        return page(newestFirst(query.after()), query.limit(), vm -> query.matches(vm.entry())
                && (query.status() != VmStatus.RUNNING || !vm.heartbeat().isSilentAt(now)));
    }

    private static VmPage page(NavigableMap<Rank, Vm> vms, int most, Predicate<Vm> wanted) {
        List<VmEntry> page = new ArrayList<>();
        Rank last = null;
        for (Vm vm : vms.values()) {
            if (wanted.test(vm)) {
                if (page.size() == most) {
                    return new VmPage(page, String.valueOf(last));
                }
                page.add(vm.seen());
                last = vm.rank();
            }
        }
        return new VmPage(page, null);
    }

    @Override
    public long revision() {
        return writer.revision();
    }

    private NavigableMap<Rank, Vm> newestFirst(@Nullable String after) {
        NavigableMap<Rank, Vm> order = writer.fleet().order();
        return (after == null ? order : order.headMap(Rank.parse(after), false)).descendingMap();
    }

    @Override
    public VmPage discover(VmRole role, int most, @Nullable String after) {
        NavigableMap<Rank, Vm> ready = writer.fleet().ready(role);
        long now = nanos.getAsLong();
        return page(after == null ? ready : ready.tailMap(Rank.parse(after), false), most,
                vm -> !vm.heartbeat().isSilentAt(now));
    }

    @Override
    public @Nullable VmEntry resolve(String name) {
        long now = nanos.getAsLong();
        for (Vm vm : writer.fleet().ready(name).descendingMap().values()) {
            if (!vm.heartbeat().isSilentAt(now)) {
                return vm.seen();
            }
        }
        return null;
    }

    @Override
    public VmPage stale(int most, @Nullable String after) {
        long now = nanos.getAsLong();
        return page(newestFirst(after), most, vm -> vm.heartbeat().isSilentAt(now));
    }

    @Override
    public VmCounts counts() {
        int stale = 0;
        Map<VmStatus, Integer> live = new EnumMap<>(VmStatus.class);
        long now = nanos.getAsLong();
        for (Vm vm : writer.fleet().order().values()) {
            VmStatus status = vm.entry().status();
            if (status != VmStatus.STOPPED && vm.heartbeat().isSilentAt(now)) {
                stale++;
            } else {
                live.merge(status, 1, Integer::sum);
            }
        }
        return new VmCounts(live.getOrDefault(VmStatus.RUNNING, 0), live.getOrDefault(VmStatus.PAUSED, 0),
                live.getOrDefault(VmStatus.STOPPED, 0), stale);
    }

    @Override
    public Subscription subscribe(Consumer<VmChange> listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    private void tell(VmChange change) {
        for (Consumer<VmChange> listener : listeners) {
            try {
                listener.accept(change);
            } catch (RuntimeException e) {
                log.accept("a listener to the VM registry failed: " + e);
            }
        }
    }

    /** Does now what otherwise happens when it is due: notices silence, and saves heartbeats. */
    public void tend() {
        submit(0, batch -> {
            writer.saveHeartbeats(false);
            return batch;
        });
    }

    @Override
    public void close() {
        queue.close();
    }
}
